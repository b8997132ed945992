from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "thichinh.foundation"
    label = "foundation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.core.validators import ProhibitNullCharactersValidator
        from django.utils.translation import gettext_lazy as _

        from thichinh.foundation.calendar import CALENDAR
        from thichinh.foundation.definitions import register

        register(CALENDAR)
        # Django's own catalogue has no Vietnamese for this one.
        ProhibitNullCharactersValidator.message = _(
            "Có ký tự không đọc được. Hãy xoá rồi gõ lại mục này."
        )

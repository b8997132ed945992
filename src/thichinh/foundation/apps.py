from thichinh.foundation.contributions import HouseApp


class FoundationConfig(HouseApp):
    """The engines everybody stands on."""

    name = "thichinh.foundation"
    label = "foundation"

    def ready(self) -> None:
        from django.core import checks
        from django.core.validators import ProhibitNullCharactersValidator
        from django.utils.translation import gettext_lazy as _

        from thichinh.foundation import declared
        from thichinh.foundation.acts.wording import check_words

        super().ready()
        checks.register(check_words)
        for check in (
            declared.check_apps,
            declared.check_pages,
            declared.check_icons,
            declared.check_folders,
            declared.check_addresses,
        ):
            checks.register(check)
        # Django's own catalogue has no Vietnamese for this one.
        ProhibitNullCharactersValidator.message = _(
            "Có ký tự không đọc được. Hãy xoá rồi gõ lại mục này."
        )

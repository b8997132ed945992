from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "thichinh.foundation"
    label = "foundation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thichinh.foundation.calendar import CALENDAR
        from thichinh.foundation.definitions import register

        register(CALENDAR)

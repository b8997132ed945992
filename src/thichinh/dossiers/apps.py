from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "thichinh.dossiers"
    label = "dossiers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thichinh.dossiers.rules.book import DOSSIERS
        from thichinh.stocks.rules import register_book

        register_book(DOSSIERS)

from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "thichinh.dossiers"
    label = "dossiers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thichinh.dossiers.measures import register_measures
        from thichinh.dossiers.rules.book import DOSSIERS
        from thichinh.dossiers.rules.case_mapping import CaseMapping
        from thichinh.foundation.definitions import Kind, register
        from thichinh.stocks.rules import register_book

        register_book(DOSSIERS)
        register_measures()
        register(Kind("mapping", "mappings", CaseMapping, rank=90))

from django.apps import AppConfig


class StocksConfig(AppConfig):
    name = "thichinh.stocks"
    label = "stocks"
    default_auto_field = "django.db.models.BigAutoField"

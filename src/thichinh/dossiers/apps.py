from thichinh.foundation.contributions import HouseApp


class DossiersConfig(HouseApp):
    """The one-stop shop."""

    name = "thichinh.dossiers"
    label = "dossiers"

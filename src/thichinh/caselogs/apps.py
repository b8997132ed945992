from thichinh.foundation.contributions import HouseApp


class CaseLogsConfig(HouseApp):
    """Event logs of old systems become dossiers."""

    name = "thichinh.caselogs"
    label = "caselogs"

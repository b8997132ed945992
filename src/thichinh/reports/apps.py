from thichinh.foundation.contributions import HouseApp


class ReportsConfig(HouseApp):
    """Statutory reports composed of indicators."""

    name = "thichinh.reports"
    label = "reports"

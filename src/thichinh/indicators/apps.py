from thichinh.foundation.contributions import HouseApp


class IndicatorsConfig(HouseApp):
    """Measures, indicators, identities and published statements."""

    name = "thichinh.indicators"
    label = "indicators"

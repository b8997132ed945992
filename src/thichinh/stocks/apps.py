from thichinh.foundation.contributions import HouseApp


class StocksConfig(HouseApp):
    """The books."""

    name = "thichinh.stocks"
    label = "stocks"

from thichinh.foundation.contributions import HouseApp


class ExampleConfig(HouseApp):
    """An invented town whose books balance to published margins."""

    name = "thichinh.example"
    label = "example"

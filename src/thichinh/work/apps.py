from thichinh.foundation.contributions import HouseApp


class WorkConfig(HouseApp):
    """Tasks, deadlines, the one inbox."""

    name = "thichinh.work"
    label = "work"

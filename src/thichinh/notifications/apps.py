from thichinh.foundation.contributions import HouseApp


class NotificationsConfig(HouseApp):
    """Messages to an account, a person or a unit."""

    name = "thichinh.notifications"
    label = "notifications"

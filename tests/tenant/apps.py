from thichinh.foundation.contributions import HouseApp


class LostPropertyConfig(HouseApp):
    """Things that somebody found and brought here (Civil Code 2015, article 230)."""

    name = "tests.tenant"
    label = "lost_property"

from thichinh.foundation.contributions import HouseApp


class ProceduresConfig(HouseApp):
    """Catalogue of administrative procedures."""

    name = "thichinh.procedures"
    label = "procedures"

from thichinh.foundation.contributions import HouseApp


class AccountsConfig(HouseApp):
    """Accounts: people, the tree of units, roles, sign-in."""

    name = "thichinh.accounts"
    label = "accounts"

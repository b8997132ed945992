from thichinh.foundation.contributions import HouseApp


class AccountsConfig(HouseApp):
    """Accounts: people, the tree of units, roles, sign-in."""

    name = "thichinh.accounts"
    label = "accounts"

    def ready(self) -> None:
        from django.core import checks

        from thichinh.accounts.access.keys import check_keys

        super().ready()
        checks.register(check_keys)

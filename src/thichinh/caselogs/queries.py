"""What an import reads back to compare the books with its dossiers."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from thichinh.accounts.models import Unit
from thichinh.dossiers.rules.book import EXPECTED


def facts_by_stock(root: Unit, now: datetime) -> dict[int, int]:
    """How many dossiers of a unit and those below it belong in each stock, by their own facts."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.stock, count(*) FROM ({EXPECTED}) e "
            "JOIN dossiers_dossier d ON d.id = e.item JOIN accounts_unit u ON u.id = d.unit_id "
            "WHERE starts_with(u.path, %s) GROUP BY e.stock",
            [now, root.path],
        )
        return {int(stock): int(n) for stock, n in cursor.fetchall()}

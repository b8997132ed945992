"""The places that movements name: leaves, made with the coarser cells that their book declares."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from thichinh.stocks.models import Book, Cell
from thichinh.stocks.queries import forget_numbers
from thichinh.stocks.rules import BOOKS, CellKey, Grain, Leaf, StockBook

_known_leaves: dict[tuple[str, CellKey], Leaf] = {}


def leaf_of(book: str, key: CellKey) -> Leaf:
    """The leaf of these dimensions, made with its coarser cells when first used."""
    known = _known_leaves.get((book, key))
    return known if known is not None else open_leaves(book, [key])[key]


def open_leaves(book: str, keys: Iterable[CellKey]) -> dict[CellKey, Leaf]:
    """Make leaves with their coarser cells in a few statements; before a bulk load, many.

    Somebody else may make the same ones at the same time. Raises ValueError for a key that does not
    have the book's dimensions, SystemError where the book was kept by another declaration.
    """
    declared, wanted = BOOKS[book], list(dict.fromkeys(keys))
    columns: dict[str, Any] = {
        "units": [key.unit_id for key in wanted],
        "dims": [json.dumps(declared.values(key), ensure_ascii=False) for key in wanted],
        "grain": declared.leaf.code,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        columns["book"] = _open_book(cursor, declared)
        cursor.execute(_NEW_LEAVES, columns)
        cursor.execute(_LEAF_IS_ITS_PARENT, columns)
        for grain in declared.grains:
            _open_grain(cursor, declared, grain, columns)
        cursor.execute(_OPENED, columns)
        made = {wanted[n - 1]: Leaf(cell, columns["book"]) for cell, n in cursor.fetchall()}
        transaction.on_commit(
            lambda: _known_leaves.update({(book, key): leaf for key, leaf in made.items()})
        )
    return made


def _open_book(cursor: Any, book: StockBook) -> int:
    """The number of a book, given with its first leaf. Raises SystemError for another declaration."""
    found = Book.objects.filter(code=book.code).first()
    if found is None:
        dimensions, grains, *periods = book.kept_by
        row = [book.code, json.dumps(dimensions), json.dumps(grains), *periods]
        cursor.execute(_NEW_BOOK, row)
        found = Book.objects.get(code=book.code)
    book.check_kept(found.dimensions, found.grains, found.month_day, found.year_lead)
    return int(found.pk)


def reopen_grains(cursor: Any, book: StockBook) -> int:
    """Make the coarser cells of a book anew, without sums; returns its number.

    Raises SystemError where the book's dimensions are not those of its leaves.
    """
    found = Book.objects.select_for_update().get(code=book.code)
    _dimensions, grains, month_day, year_lead = book.kept_by
    book.check_kept(found.dimensions, grains, month_day, year_lead)
    leaves = list(Cell.objects.filter(book=found, grain=book.leaf.code))
    columns: dict[str, Any] = {
        "book": found.pk,
        "grain": book.leaf.code,
        "units": [leaf.unit_id for leaf in leaves],
        "dims": [json.dumps(leaf.dims, ensure_ascii=False) for leaf in leaves],
    }
    for statement in _FORGET_SUMS:
        cursor.execute(statement, columns)
    cursor.execute(_LEAF_IS_ITS_PARENT, columns)
    for grain in book.grains:
        _open_grain(cursor, book, grain, columns)
    found.grains, found.month_day, found.year_lead = grains, month_day, year_lead
    found.save()
    return int(found.pk)


def _open_grain(cursor: Any, book: StockBook, grain: Grain, columns: dict[str, Any]) -> None:
    """The coarser cells of one grain, and which leaves add to them."""
    dropped = [name for name in book.leaf.dims if name not in grain.dims]
    asked = columns | {"coarse": grain.code, "dropped": dropped}
    place = _ABOVE if grain.rolled else _ALONE
    cursor.execute(_NEW_COARSE.format(place=place), asked)
    cursor.execute(_COARSE_PARENTS.format(place=place), asked)


def forget_cells() -> None:
    """For tests, whose cells are rolled back."""
    _known_leaves.clear()
    forget_numbers()


_NEW_BOOK = (
    "INSERT INTO stocks_book (code, dimensions, grains, month_day, year_lead) "
    "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (code) DO NOTHING"
)
_MINE = "IN (SELECT id FROM stocks_cell WHERE book_id = %(book)s)"
_FORGET_SUMS = (
    "DELETE FROM stocks_tail t USING stocks_movement m "
    "WHERE m.id = t.movement_id AND m.book_id = %(book)s",
    *(
        f"DELETE FROM stocks_{table} WHERE cell_id {_MINE}"
        for table in ("dayflow", "monthflow", "closing", "cellparent")
    ),
    "DELETE FROM stocks_closedyear WHERE book_id = %(book)s",
    "DELETE FROM stocks_cell WHERE book_id = %(book)s AND grain <> %(grain)s",
)
_WANTED = (
    "(SELECT unit_id, dims::jsonb, nth FROM unnest(%(units)s::bigint[], %(dims)s::text[]) "
    "WITH ORDINALITY AS w(unit_id, dims, nth)) w"
)
_ALONE = f"SELECT w.unit_id AS leaf_unit, w.unit_id, w.dims FROM {_WANTED}"
_ABOVE = (
    f"SELECT w.unit_id AS leaf_unit, a.id AS unit_id, w.dims FROM {_WANTED} "
    "JOIN accounts_unit u ON u.id = w.unit_id JOIN accounts_unit a ON starts_with(u.path, a.path)"
)
_NEW_CELL = "INSERT INTO stocks_cell (book_id, grain, unit_id, dims) "
_IS_LEAF = "l.book_id = %(book)s AND l.grain = %(grain)s"
_NEW_PARENT = "INSERT INTO stocks_cellparent (leaf_id, cell_id) "
_NEW_LEAVES = (
    f"{_NEW_CELL} SELECT %(book)s, %(grain)s, unit_id, dims FROM {_WANTED} ON CONFLICT DO NOTHING"
)
_LEAF_IS_ITS_PARENT = (
    f"{_NEW_PARENT} SELECT l.id, l.id FROM {_WANTED} JOIN stocks_cell l ON {_IS_LEAF} "
    "AND l.unit_id = w.unit_id AND l.dims = w.dims ON CONFLICT DO NOTHING"
)
_NEW_COARSE = (
    f"{_NEW_CELL} SELECT DISTINCT %(book)s::smallint, %(coarse)s, p.unit_id, "
    "p.dims - %(dropped)s::text[] FROM ({place}) p ON CONFLICT DO NOTHING"
)
_COARSE_PARENTS = (
    f"{_NEW_PARENT} SELECT l.id, c.id FROM ({{place}}) p JOIN stocks_cell l ON {_IS_LEAF} "
    "AND l.unit_id = p.leaf_unit AND l.dims = p.dims "
    "JOIN stocks_cell c ON c.book_id = %(book)s AND c.grain = %(coarse)s "
    "AND c.unit_id = p.unit_id AND c.dims = p.dims - %(dropped)s::text[] ON CONFLICT DO NOTHING"
)
_OPENED = (
    f"SELECT l.id, w.nth FROM {_WANTED} JOIN stocks_cell l ON {_IS_LEAF} "
    "AND l.unit_id = w.unit_id AND l.dims = w.dims"
)

"""The two numbers of a dossier, given in one way to one that comes in now and to thousands.

The rows of the series are locked until the transaction ends: give them last of all that can fail by
itself, and take the moment of the act afterwards, so that who has the later number came in later.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext

from thichinh.accounts.rules import UnitNode, UnitTree
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.rules import numbers
from thichinh.foundation.errors import Refused
from thichinh.foundation.numbering import Key, of_day, of_year, take_each


def give_numbers(
    tree: UnitTree,
    opened: Sequence[tuple[Dossier, date]],
    taken_in: Sequence[tuple[Dossier, int]] = (),
) -> None:
    """Number what was opened on a day, and enter what was taken in into the register of a year.

    In this order, behind what is there. The number is that of the organ and day (circular 01/2018,
    article 19), the place that of the receiving unit's register (M06).
    """
    organs = [_organ(tree, dossier.receiving_unit_id) for dossier, _ in opened]
    days = [
        of_day(numbers.SERIES, organ.id, day)
        for organ, (_, day) in zip(organs, opened, strict=True)
    ]
    given = take_each([*days, *_books(taken_in)])
    for (dossier, day), organ, number in zip(opened, organs, given, strict=False):
        dossier.number = numbers.dossier_number(organ.organ_code, day, number)
    _enter(taken_in, given[len(days) :])


def give_places(taken_in: Sequence[tuple[Dossier, int]]) -> None:
    """Enter what was taken in into the register of a year; its number it has already."""
    _enter(taken_in, take_each(_books(taken_in)))


def reserve_places(desks: Sequence[tuple[int, int]]) -> list[int]:
    """Places in the registers of (receiving unit, year), for dossiers that are opened in another
    order than they were taken in."""
    return take_each([of_year(numbers.REGISTER, unit_id, year) for unit_id, year in desks])


def _organ(tree: UnitTree, receiving_unit_id: int) -> UnitNode:
    organ = tree.organ_of(receiving_unit_id)
    if organ is None:
        raise Refused(
            gettext("Đơn vị tiếp nhận chưa có mã cơ quan. Hãy báo cán bộ quản trị bổ sung.")
        )
    return organ


def _books(taken_in: Sequence[tuple[Dossier, int]]) -> list[Key]:
    return [of_year(numbers.REGISTER, d.receiving_unit_id, year) for d, year in taken_in]


def _enter(taken_in: Sequence[tuple[Dossier, int]], places: Sequence[int]) -> None:
    for (dossier, year), place in zip(taken_in, places, strict=True):
        dossier.register_year, dossier.register_number = year, place

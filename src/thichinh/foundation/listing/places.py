"""The rows of a list on a map: points where few lie, clusters where many do, however many there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.db.models import Avg, Count, F, Max, Min, QuerySet
from django.db.models.functions import Floor
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from thichinh.foundation.errors import Refused
from thichinh.foundation.listing.declaring import Listing
from thichinh.foundation.text import vn_number

ACROSS = 12
"""Cells across a view: at most 13 × 13 clusters, whatever is asked."""
MOST_NAMED = 60
"""So few points in a view stand for themselves."""
_FINEST = 1e-5  # degrees, about a metre: what lies closer is one place
_WORLD = 360.0


@dataclass(frozen=True)
class Box:
    """A part of the world in degrees (WGS 84)."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def read(cls, text: str) -> Box:
        """From "west,south,east,north". Raises Refused."""
        try:
            box = cls(*map(float, text.split(",")))
        except (TypeError, ValueError) as error:
            raise Refused(_("Vùng bản đồ trong đường dẫn không đúng.")) from error
        inside = -180 <= box.west <= box.east <= 180 and -90 <= box.south <= box.north <= 90
        if not inside:
            raise Refused(_("Vùng bản đồ trong đường dẫn không đúng."))
        return box

    @property
    def written(self) -> str:
        """As it stands in an address."""
        return ",".join(f"{side:.6f}" for side in (self.west, self.south, self.east, self.north))

    @property
    def cell(self) -> float:
        """The side of a cluster in degrees: the world halved, so that clusters stay when one moves."""
        side = max(self.east - self.west, self.north - self.south, _FINEST) / ACROSS
        return math.ldexp(_WORLD, -math.floor(math.log2(_WORLD / side)))


@dataclass(frozen=True)
class Places:
    """What a view of the map shows: GeoJSON features, and how many rows they stand for."""

    box: Box
    features: tuple[dict[str, Any], ...]
    count: int


def whole(listing: Listing[Any], rows: QuerySet[Any]) -> Box | None:
    """The part of the world where the rows lie; None where none has a place. One query."""
    assert listing.place is not None
    latitude, longitude = listing.place
    asked = {"w": Min(longitude), "s": Min(latitude), "e": Max(longitude), "n": Max(latitude)}
    found = rows.order_by().aggregate(**asked)
    return None if found["w"] is None else Box(found["w"], found["s"], found["e"], found["n"])


def places(listing: Listing[Any], rows: QuerySet[Any], box: Box) -> Places:
    """The points and clusters of a view. Two queries; never more than (ACROSS + 2)² features."""
    assert listing.place is not None
    latitude, longitude = listing.place
    across, up = (box.west, box.east), (box.south, box.north)
    inside = rows.filter(**{f"{longitude}__range": across, f"{latitude}__range": up}).order_by()
    columns = {"column": Floor(F(longitude) / box.cell), "line": Floor(F(latitude) / box.cell)}
    around = {"x": Avg(longitude), "y": Avg(latitude), "n": Count("pk"), "one": Min("pk")}
    # Sorted in the database: the list under the map must not change its order between two views.
    cells = list(inside.annotate(**columns).values(*columns).annotate(**around).order_by("one"))
    count = sum(cell["n"] for cell in cells)
    single = [cell["one"] for cell in cells if cell["n"] == 1]
    few = count <= MOST_NAMED
    named = inside if few or box.cell < _FINEST else rows.filter(pk__in=single)
    points = [_point(listing, row) for row in named.order_by("pk")[: max(MOST_NAMED, len(single))]]
    most = max((cell["n"] for cell in cells), default=1)
    if few:
        return Places(box, tuple(points), count)
    clusters = [_cluster(cell, box.cell, most) for cell in cells if cell["n"] > 1]
    return Places(box, (*clusters, *points), count)


def _point(listing: Listing[Any], row: Any) -> dict[str, Any]:
    assert listing.place is not None
    latitude, longitude = (getattr(row, name) for name in listing.place)
    first, *rest = listing.columns
    words = [_words(column.cell(row)) for column in rest[:3]]
    told = {
        "name": _words(first.cell(row)),
        "text": ", ".join(word for word in words if word),
        "url": first.link(row) if first.link else "",
    }
    return _feature(longitude, latitude, told)


def _words(value: Any) -> str:
    return unescape(strip_tags(str(value or ""))).strip()


def _cluster(cell: dict[str, Any], side: float, most: int) -> dict[str, Any]:
    west, south = float(cell["column"]) * side, float(cell["line"]) * side
    box = Box(max(west, -180), max(south, -90), min(west + side, 180), min(south + side, 90))
    name = ngettext("%(n)s điểm", "%(n)s điểm", cell["n"]) % {"n": vn_number(cell["n"])}
    told = {"name": name, "size": cell["n"] / most, "box": box.written}
    return _feature(cell["x"], cell["y"], told)


def _feature(x: float, y: float, told: dict[str, Any]) -> dict[str, Any]:
    place = {"type": "Point", "coordinates": [round(x, 6), round(y, 6)]}
    return {"type": "Feature", "geometry": place, "properties": told}


def linked(features: Sequence[dict[str, Any]], address: Any) -> list[dict[str, Any]]:
    """The same features; a cluster leads to its part of the map by `address(box=...)`."""
    for feature in features:
        told = feature["properties"]
        if "box" in told:
            told["url"] = address(vung=told["box"])
    return list(features)

"""The picture of the house shows the floors that are in force, and every app that stands on them."""

from __future__ import annotations

import re
from pathlib import Path

from thichinh.config.contracts import ABOVE
from thichinh.config.house import FLOORS

PICTURE = Path(__file__).resolve().parents[2] / "docs" / "pictures" / "house.svg"


def test_the_picture_of_the_house_names_its_floors_from_the_top_down() -> None:
    words = re.findall(r"<text[^>]*>([^<]+)</text>", PICTURE.read_text(encoding="utf-8"))
    floors = [ABOVE, *FLOORS]
    drawn = [tuple(line.split(" · ")) for line in words]
    assert [floor for floor in drawn if floor in floors] == floors

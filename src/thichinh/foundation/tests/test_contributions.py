"""One declaration per app: what is given twice, or to nobody, fails at start with a sentence."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from thichinh.foundation.contributions import Contribution, HouseApp, Part, Registry, install


@dataclass(frozen=True)
class Lamp(Part):
    name: str


@dataclass(frozen=True)
class BrightLamp(Lamp):
    watts: int = 100


@dataclass(frozen=True)
class Orphan(Part):
    name: str


LAMPS: Registry[Lamp] = Registry(Lamp, lambda lamp: lamp.name)


def test_every_app_of_the_house_installs_its_declaration() -> None:
    ours = [config for config in apps.get_app_configs() if config.name.startswith("thichinh.")]
    assert len(ours) >= 8
    assert [config.name for config in ours if not isinstance(config, HouseApp)] == []


def test_a_part_goes_to_the_engine_of_its_kind_and_so_does_a_kind_derived_from_it() -> None:
    with LAMPS.lent():
        install(Contribution("hall", (Lamp("door"), BrightLamp("desk"))))
        assert [lamp.name for lamp in LAMPS] == ["door", "desk"]
        assert LAMPS["desk"] == BrightLamp("desk")
        assert LAMPS.owner("desk") == "hall"
    assert len(LAMPS) == 0


def test_what_two_apps_call_alike_is_refused_naming_both() -> None:
    with LAMPS.lent():
        install(Contribution("hall", (Lamp("door"),)))
        with pytest.raises(ImproperlyConfigured, match=r"'door'.*hall.*yard"):
            install(Contribution("yard", (Lamp("door"),)))


def test_a_part_that_no_engine_takes_is_refused_naming_its_kind() -> None:
    with pytest.raises(ImproperlyConfigured, match="no engine takes a Orphan"):
        install(Contribution("hall", (Orphan("lost"),)))


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with LAMPS.lent(Lamp("door"), Lamp("desk")), pytest.raises(KeyError, match="desk, door"):
        LAMPS["bell"]


def test_what_is_lent_for_a_test_gives_way_afterwards() -> None:
    with LAMPS.lent(Lamp("door")):
        with LAMPS.lent(BrightLamp("door", 5)):
            assert LAMPS["door"] == BrightLamp("door", 5)
        assert LAMPS["door"] == Lamp("door")

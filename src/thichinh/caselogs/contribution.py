"""What the import of event logs gives to the engines: the definition kind of mappings."""

from __future__ import annotations

from thichinh.caselogs.rules.mapping import CaseMapping
from thichinh.foundation.contributions import Contribution
from thichinh.foundation.definitions import Kind

CONTRIBUTION = Contribution(
    app="caselogs", parts=(Kind("mapping", "mappings", CaseMapping, rank=90),)
)

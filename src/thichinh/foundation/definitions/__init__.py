"""Definitions: what an authority may change without a programmer, as versioned YAML.

One pydantic model per kind; one YAML document per version; a published version never changes and
an instance keeps the version it began with.
"""

from thichinh.foundation.definitions.kinds import (
    CONSISTENCIES,
    Consistency,
    DefinitionModel,
    DefinitionPart,
    Kind,
    kinds,
)
from thichinh.foundation.definitions.layers import (
    DefinitionsFolder,
    Layer,
    in_force,
    layer_rank,
    layers_of,
    precedence,
)
from thichinh.foundation.definitions.loading import LoadReport, Problem, check, load, publish
from thichinh.foundation.definitions.reading import (
    all_current,
    content_of,
    current,
    forget_cache,
    load_stamp,
    version_row,
)

__all__ = [
    "CONSISTENCIES",
    "Consistency",
    "DefinitionModel",
    "DefinitionPart",
    "DefinitionsFolder",
    "Kind",
    "Layer",
    "LoadReport",
    "Problem",
    "all_current",
    "check",
    "content_of",
    "current",
    "forget_cache",
    "in_force",
    "kinds",
    "layer_rank",
    "layers_of",
    "load",
    "load_stamp",
    "precedence",
    "publish",
    "version_row",
]

"""The shape of a spec file as pydantic models: what validates a user's file, and what the JSON schema is made of.

Values are what was written: text, lists and mappings. A text that needs no names is read at once by the option it
stands for; one with names in it can only be read when the network is wired.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, WithJsonSchema, create_model
from pydantic_core import PydanticCustomError

from archcalc.errors import ExpressionError, Refusal
from archcalc.layers.base import Merge
from archcalc.layers.registry import find
from archcalc.measures.quantities import QUANTITIES
from archcalc.network.written import EMPTY
from archcalc.specfile.document import NOTES
from archcalc.symbolic.known import decide
from archcalc.symbolic.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.layers.options import OptionType

UNKNOWN = object()
"""The value of a text that needs names."""


def _record(value: object) -> object:
    """Take the null of `args:` for a record of nothing."""
    return {} if value in EMPTY else value


def _none(value: object) -> object:
    """Take the null of `layers:` for nothing; the grammar says that it is missing."""
    return None if value in EMPTY else value


def _text_or_sizes(value: object) -> object:
    if isinstance(value, dict):
        return {name: _text_or_sizes(inner) for name, inner in value.items()}
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return value
    if isinstance(value, str) and value not in EMPTY:
        return value
    raise PydanticCustomError("input", "an input is written 3x224x224, as a list of sizes, or as several by name")


_SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean"]}
_ANY_SCALARS: dict[str, Any] = {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]}
Scalar = Annotated[str, WithJsonSchema(_SCALAR)]
Values = Annotated[dict[str, Any], BeforeValidator(_record), WithJsonSchema({"type": ["object", "null"]})]
Input = Annotated[
    Any,
    AfterValidator(_text_or_sizes),
    WithJsonSchema({"anyOf": [*_ANY_SCALARS["anyOf"], {"type": "object", "additionalProperties": _ANY_SCALARS}]}),
]


class Paper(BaseModel):
    """Where a network was published."""

    model_config = ConfigDict(extra="forbid")

    authors: Scalar | None = None
    year: Scalar | None = None
    title: Scalar | None = None
    doi: Scalar | None = None
    arxiv: Scalar | None = None
    venue: Scalar | None = None
    section: Scalar | None = None
    url: Scalar | None = None


def _figure(value: dict[str, Any]) -> dict[str, Any]:
    """Check that a figure is about exactly one quantity."""
    quantities = [name for name in value if name not in NOTES]
    if len(quantities) != 1 or quantities[0] not in QUANTITIES:
        found = f"found {', '.join(quantities)}" if quantities else "found none"
        raise PydanticCustomError(
            "figure",
            "a figure is about one quantity of {names}; {found}",
            {"names": ", ".join(QUANTITIES), "found": found},
        )
    if "source" not in value:
        raise PydanticCustomError("figure", "a figure needs its source")
    return value


Figure = Annotated[
    dict[str, Scalar],
    AfterValidator(_figure),
    WithJsonSchema(
        {
            "type": "object",
            "required": ["source"],
            "properties": dict.fromkeys((*NOTES, *QUANTITIES), _SCALAR),
            "additionalProperties": False,
        }
    ),
]


class File(BaseModel):
    """A spec file."""

    model_config = ConfigDict(extra="forbid")

    title: Scalar | None = None
    family: Scalar | None = None
    note: Scalar | None = None
    paper: Paper | None = None
    extends: Scalar | None = None
    input: Input = None
    args: Values = {}
    blocks: dict[str, Any] = {}
    layers: Annotated[list[Any] | None, BeforeValidator(_none)] = None
    outputs: list[Scalar] = []
    variants: dict[str, Values] = {}
    expect: list[Figure] = []


@lru_cache
def kind_model(kind: str) -> type[BaseModel]:
    """Return the model of a layer kind's options, the main one under its own name.

    >>> sorted(kind_model("lrn").model_fields)
    ['size']
    """
    found = find(kind)
    if issubclass(found, Merge):
        return create_model(kind, __config__=ConfigDict(extra="forbid"))
    required = found.declared.required
    fields: dict[str, Any] = {
        name: (_option(declared.type), ... if name in required else None)
        for name, declared in found.declared.options.items()
    }
    return create_model(kind, __config__=ConfigDict(extra="forbid", protected_namespaces=()), **fields)


def _option(declared: OptionType) -> Any:  # noqa: ANN401 - an annotation
    return Annotated[Any, AfterValidator(_checker(declared)), WithJsonSchema(declared.schema)]


def _checker(declared: OptionType) -> Callable[[object], object]:
    def check(value: object) -> object:
        try:
            found = literal(value, declared)
            if found is not UNKNOWN:
                declared.read(found)
        except ExpressionError as error:
            raise PydanticCustomError("expression", "{said}", {"said": "", "error": error}) from None
        except Refusal as refusal:
            raise PydanticCustomError("option", "{said}", {"said": refusal.mistakes[0].message}) from None
        return value

    return check


def literal(value: object, declared: OptionType) -> object:
    """Return the value of what is written, where it needs no names to have one, and is none itself.

    Raises:
        Refusal: it cannot be read as an expression, or is a record.
    """
    if isinstance(value, dict):
        raise Refusal("a record is no value here")
    if isinstance(value, list):
        values = tuple(literal(item, declared) for item in value)
        return UNKNOWN if UNKNOWN in values else values
    text = str(value)
    if declared.place:
        return UNKNOWN
    formula = read(text)
    if text in declared.words:
        return text
    return UNKNOWN if formula.names else formula.evaluate({}, decide)

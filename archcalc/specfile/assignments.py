"""Assignment files: which network is asked, which columns, what they are worth, and by which conventions."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, field_validator

from archcalc.errors import Problem, SpecError, did_you_mean, known_keys
from archcalc.network.written import Items, Record
from archcalc.specfile.yaml_text import parse
from archcalc.studies.homework.derivation import COLUMNS
from archcalc.studies.homework.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.errors import Place, Source
    from archcalc.network.written import Written


class Assignment(NamedTuple):
    """What a teacher set: the networks (each student's own, or the first), and how a table is judged."""

    title: str
    networks: tuple[str, ...]
    rules: Rules
    seed: int | None = None


def _listed(value: object) -> object:
    """Take ``a, b`` for a list."""
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


def _points(value: object) -> Fraction:
    try:
        found = Fraction(_SHORT.fullmatch(str(value))[0])  # type: ignore[index]
    except (ValueError, ZeroDivisionError, TypeError):
        raise ValueError(f"invalid value '{value}': expected a number of points") from None
    if not 0 <= found <= 1000 or found.denominator > 1000:  # noqa: PLR2004 - nobody means more
        raise ValueError(f"invalid value '{value}': expected a number of points from 0 to 1000")
    return found


_SHORT = re.compile(r"[\d./+-]{1,20}")
"""A number of points as people write one, without an exponent that would make it endless."""

EXAMPLE = "for example network: alexnet"
FOLLOW = {"full": Fraction(1), "half": Fraction(1, 2), "none": Fraction(0)}


def _follow(value: object) -> Fraction:
    """Read what an answer is worth that is right given a wrong one before it."""
    try:
        found = FOLLOW[str(value)] if str(value) in FOLLOW else _points(value)
    except ValueError:
        found = None
    if found is None or found > 1:
        raise ValueError(f"invalid value '{value}': use full, half, none, or a number from 0 to 1")
    return found


class Convention(BaseModel):
    """What is counted, and where channels stand."""

    model_config = ConfigDict(extra="forbid")

    biases: Literal["counted", "not counted", "either"] = "counted"
    cost: Literal["macs", "flops", "either"] = "macs"
    channels: Literal["first", "last", "either"] = "either"


class AssignmentFile(BaseModel):
    """An assignment file."""

    model_config = ConfigDict(extra="forbid")

    title: str = ""
    network: str = ""
    networks: Annotated[list[str], BeforeValidator(_listed)] = []
    columns: Annotated[list[str], BeforeValidator(_listed)] = []
    layers: Annotated[list[str], BeforeValidator(_listed)] = []
    points: dict[str, Annotated[Any, BeforeValidator(_points)]] = {}
    convention: Convention = Convention()
    rounding: bool = True
    follow_through: Annotated[Any, BeforeValidator(_follow)] = Fraction(1)
    seed: int | None = None

    @field_validator("columns", "points")
    @classmethod
    def known(cls, value: Any) -> Any:  # noqa: ANN401 - a list or a mapping
        """Refuse columns that there are not."""
        for name in value:
            if name not in COLUMNS:
                raise ValueError(
                    f"unknown column '{name}'; {did_you_mean(name, COLUMNS) or 'available: ' + ', '.join(COLUMNS)}"
                )
        return value


def assignment(source: Source) -> Assignment:
    """Read an assignment file.

    >>> from archcalc.errors import Source
    >>> found = assignment(Source("a.yaml", "{network: alexnet, columns: [params], points: {params: 2}}"))
    >>> found.networks, found.rules.worth("params")
    (('alexnet',), Fraction(2, 1))

    Raises:
        SpecError: it has mistakes; all of them, with their places.
    """
    written = parse(source)
    if not isinstance(written, Record):
        raise SpecError(Problem("invalid assignment: expected a mapping", EXAMPLE, written.place))
    try:
        file = AssignmentFile.model_validate(written.plain)
    except ValidationError as error:
        raise SpecError(*(_retold(found, written) for found in error.errors())) from None
    networks = tuple(dict.fromkeys(filter(None, [file.network, *file.networks])))
    if not networks:
        raise SpecError(Problem("the assignment does not name a network", EXAMPLE, written.place))
    said = file.convention
    rules = Rules(
        columns=tuple(file.columns), points=file.points, biases=said.biases, cost=said.cost, channels=said.channels,
        rounding=file.rounding, follow=file.follow_through, layers=tuple(file.layers), complete=True,
    )  # fmt: skip
    return Assignment(title=file.title, networks=networks, rules=rules, seed=file.seed)


def _retold(found: Any, written: Written) -> Problem:  # noqa: ANN401 - pydantic's own
    """Tell what pydantic found in our words, at its place."""
    path = ".".join(map(str, found["loc"]))
    key = str(found["loc"][-1]) if found["loc"] else ""
    hint = ""
    message = str(found["msg"]).removeprefix("Value error, ")
    if found["type"] == "extra_forbidden":
        known = Convention.model_fields if len(found["loc"]) > 1 else AssignmentFile.model_fields
        message, hint = f"unknown key '{key}'", known_keys(key, known)
        path = ""
    return Problem(f"{path}: {message}" if path else message, hint, _place(written, found["loc"]))


def _place(written: Written, location: Sequence[object]) -> Place | None:
    """Return where something stands, as deep as it can be followed."""
    place = written.place
    for part in location:
        below: Written | None = None
        if isinstance(written, Record):
            below = written.get(str(part))
        elif isinstance(written, Items) and isinstance(part, int) and part < len(written.items):
            below = written.items[part]
        if below is None:
            break
        written, place = below, below.place
    return place

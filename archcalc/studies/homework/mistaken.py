"""Derivations with mistakes in them: what is alike in a network, or on a paper, is worked out once."""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal
from archcalc.limits import spend
from archcalc.studies.homework.derivation import FIELD

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator, Sequence

    from archcalc.studies.homework.derivation import Derivation, Value
    from archcalc.studies.homework.mistake import Mistake

MOST_VARIANTS = 8
"""A mistake can be made in a few ways at one place (224 or 256 for 227)."""


class Shared(NamedTuple):
    """The one answer of a row that shares its weights, whatever mistake is made; none where it has letters."""

    values: tuple[int, ...]


class Mistaken:
    """The values of derivations with mistakes made on the way, each kept once it is known.

    Copies of a block read the same shapes with the same layers, so that most rows of a deep network are alike.
    Derivations are told apart by what they are here (`standing_for`), and not compared again.
    """

    def __init__(self) -> None:
        self._alike: dict[Derivation, Derivation] = {}
        self._idle: dict[tuple[int, str], bool] = {}
        self._shared: dict[Shared, Shared] = {}
        self._changed: dict[tuple[int, str], tuple[Derivation, ...]] = {}
        self._values: dict[tuple[int, str, tuple[str, ...]], tuple[Value, ...]] = {}

    def standing_for(self, derivation: Derivation, column: str) -> Derivation:
        """Return the derivation for all that are alike in a column: only a receptive field depends on the place."""
        if column != FIELD:
            derivation = derivation.but(before=(), around=derivation.around.nearby)
        return self._alike.setdefault(derivation, derivation)

    def shared(self, values: tuple[int, ...]) -> Shared:
        """Return the answer of a row that shares its weights, the same object for the same answer."""
        found = Shared(values)
        return self._shared.setdefault(found, found)

    def values(self, part: Derivation | Shared, column: str, mistakes: Sequence[Mistake]) -> tuple[Value, ...]:
        """Return the answers in a column with mistakes made on the way, the first few; none where one cannot be made.

        ``part`` is a derivation that :meth:`standing_for` returned, or the answer of a row that shares its weights.
        """
        if isinstance(part, Shared):
            return part.values
        key = (id(part), column, tuple([mistake.name for mistake in mistakes]))
        found = self._values.get(key)
        if found is None:
            spend(10)
            found = self._values[key] = self._worked(part, column, mistakes)
        return found

    def singles(
        self, part: Derivation | Shared, column: str, mistakes: Sequence[Mistake]
    ) -> Iterator[tuple[str, tuple[Value, ...]]]:
        """Yield what :meth:`values` returns for each single mistake that makes a difference; it is not kept here."""
        for mistake in mistakes:
            if not (isinstance(part, Shared) or self.is_idle(part, mistake)):
                spend(10)
                yield mistake.name, _values(self.changed(part, mistake), column)

    def _worked(self, derivation: Derivation, column: str, mistakes: Sequence[Mistake]) -> tuple[Value, ...]:
        if not mistakes:
            return _values((derivation,), column)
        first, *more = mistakes
        if self.is_idle(derivation, first) and not (more and self._rebuilds(derivation, more[0])):
            return self.values(derivation, column, more)
        changed = self.changed(derivation, first)
        return _values((twice for once in changed for twice in _all_made(once, more)), column)

    def changed(self, derivation: Derivation, mistake: Mistake) -> tuple[Derivation, ...]:
        """Return what a mistake makes of a derivation."""
        key = (id(derivation), mistake.name)
        found = self._changed.get(key)
        if found is None:
            found = self._changed[key] = _made(derivation, mistake)
        return found

    def is_idle(self, derivation: Derivation, mistake: Mistake) -> bool:
        """Whether a mistake can be made and makes no odds, unless the layer or its input is changed after it."""
        key = (id(derivation), mistake.name)
        found = self._idle.get(key)
        if found is None:
            changed = self.changed(derivation, mistake)
            found = self._idle[key] = len(changed) == 1 and _alike(changed[0], derivation)
        return found

    def _rebuilds(self, derivation: Derivation, mistake: Mistake) -> bool:
        """Whether a mistake changes the layer or what it reads."""
        return any(
            changed.layer is not derivation.layer or changed.inputs is not derivation.inputs
            for changed in self.changed(derivation, mistake)
        )


class Sum:
    """A column's sum over rows, with mistakes made in each of them; ``parts`` says how often each part is in it.

    Copies of a block have the same sum, whose values are worked out once.
    """

    def __init__(self, mistaken: Mistaken, column: str, parts: Counter[Derivation | Shared]) -> None:
        self._mistaken, self._column, self._parts = mistaken, column, parts
        plain = {id(part): mistaken.values(part, column, ()) for part in self._parts}
        self._plain = {key: values[0] for key, values in plain.items() if values and isinstance(values[0], int)}
        self._effects: dict[str, _Effects] = {}
        self._values: dict[tuple[str, ...], int] = {}

    def value(self, mistakes: Sequence[Mistake]) -> int | None:
        """Return the sum; a row where one of the mistakes cannot be made enters without. None where one has letters."""
        if len(self._plain) < len(self._parts):
            return None
        names = tuple([mistake.name for mistake in mistakes])
        if names not in self._values:
            more = sum(self._more(part, times, mistakes) for part, times in self._touched(mistakes))
            self._values[names] = self._total + more
        return self._values[names]

    @property
    def rows(self) -> int:
        """How many different parts there are."""
        return len(self._parts)

    @cached_property
    def _total(self) -> int:
        return sum(times * self._plain[id(part)] for part, times in self._parts.items())

    def _more(self, part: Derivation | Shared, times: int, mistakes: Sequence[Mistake]) -> int:
        values = self._mistaken.values(part, self._column, mistakes)
        return times * (values[0] - self._plain[id(part)]) if values and isinstance(values[0], int) else 0

    def _touched(self, mistakes: Sequence[Mistake]) -> Iterator[tuple[Derivation | Shared, int]]:
        """Yield the parts where mistakes may change something, each once, and how often it is in the sum."""
        touched: dict[int, tuple[Derivation | Shared, int]] = {}
        idle: set[int] | None = None
        for mistake in mistakes:
            found = self._of(mistake)
            keys = found.changed.keys() if idle is None else found.changed.keys() & idle
            touched.update({key: found.changed[key] for key in keys})
            idle = found.idle if idle is None else idle & found.idle
        yield from touched.values()

    def _of(self, mistake: Mistake) -> _Effects:
        """Return where a mistake changes something, and where it can be made and makes no odds."""
        if mistake.name not in self._effects:
            found = self._effects[mistake.name] = _Effects({}, set())
            for part, times in self._parts.items():
                if not isinstance(part, Shared) and self._mistaken.changed(part, mistake):
                    if self._mistaken.is_idle(part, mistake):
                        found.idle.add(id(part))
                    else:
                        found.changed[id(part)] = (part, times)
        return self._effects[mistake.name]


class _Effects(NamedTuple):
    changed: dict[int, tuple[Derivation | Shared, int]]
    idle: set[int]


def _values(derivations: Iterable[Derivation], column: str) -> tuple[Value, ...]:
    """Return the answers of derivations that have one, the first few."""
    return tuple(islice(_answers(derivations, column), MOST_VARIANTS))


def _answers(derivations: Iterable[Derivation], column: str) -> Iterator[Value]:
    for derivation in derivations:
        try:
            value = derivation.value(column)
        except Refusal:
            continue
        if value is not None:
            yield value


def _made(derivation: Derivation, mistake: Mistake) -> tuple[Derivation, ...]:
    try:
        return tuple(mistake.change(derivation))
    except Refusal:
        return ()


def _all_made(derivation: Derivation, mistakes: Sequence[Mistake]) -> Iterator[Derivation]:
    if not mistakes:
        yield derivation
        return
    for changed in _made(derivation, mistakes[0]):
        yield from _all_made(changed, mistakes[1:])


def _alike(changed: Derivation, derivation: Derivation) -> bool:
    """Whether a change of windows or tensors leaves them as they are, for whatever is done to them next."""
    if (
        derivation.before
        or changed.on_grid
        or changed.on_output
        or changed.on_uses
        or changed.on_count
        or changed.on_field
    ):
        return False
    if changed.layer != derivation.layer or changed.inputs is not derivation.inputs:
        return False
    try:
        return (changed.windows, changed.tensors, changed.shape) == (
            derivation.windows, derivation.tensors, derivation.shape,
        )  # fmt: skip
    except Refusal:
        return False

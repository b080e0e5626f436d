"""The parts of an expression that are conditions: true, false, or left open by letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.symbolic.expr import Expr, letters
from archcalc.symbolic.formula import FormulaPart, Name, Open
from archcalc.symbolic.ratio import Ratio, compare, parts
from archcalc.symbolic.relations import EQUALITIES

if TYPE_CHECKING:
    from archcalc.symbolic.formula import Reader
    from archcalc.symbolic.ratio import Number


class Comparison(FormulaPart):
    """Two values compared: numbers by any relation; words, truth values and lists by == and !=."""

    __slots__ = ("left", "relation", "right")

    def __init__(self, span: tuple[int, int], left: FormulaPart, relation: str, right: FormulaPart) -> None:
        super().__init__(span)
        self.left, self.relation, self.right = left, relation, right

    def value(self, reader: Reader) -> object:
        """Return true or false, or that it is open."""
        if self.relation not in EQUALITIES:
            return self._numbers(reader, self.left.number(reader), self.right.number(reader))
        left, right = self.left.worth(reader), self.right.worth(reader)
        self._refuse_unknown(reader, left, right)
        for side in (left, right):
            if isinstance(side, Open):
                raise side.refusal()
        if all(isinstance(side, int | Expr | Ratio) and not isinstance(side, bool) for side in (left, right)):
            return self._numbers(reader, left, right)  # type: ignore[arg-type] # just proved
        return (type(left) is type(right) and left == right) == (self.relation == "==")

    def _numbers(self, reader: Reader, left: Number, right: Number) -> bool | Open:
        found = compare(left, self.relation, right, reader.decide)
        if found is not None:
            return found
        start, width = self.span
        names = {name for part in (*parts(left), *parts(right)) for name in letters(part)}
        return Open(reader.text[start : start + width], self.span, sorted(names))

    def _refuse_unknown(self, reader: Reader, left: object, right: object) -> None:
        """Refuse an unknown name, unless it is a word that is compared with a known one."""
        sides = (self.left, right), (self.right, left)
        unknown = [(n, other) for n, other in sides if isinstance(n, Name) and not n.is_known(reader)]
        for name, other in unknown:
            if len(unknown) > 1 or not isinstance(other, str):
                raise name.unknown(reader)


class Logic(FormulaPart):
    """``and`` or ``or``: settled by the first part that says so, open if an open part could say so."""

    __slots__ = ("parts", "settled")

    def __init__(self, span: tuple[int, int], parts: list[FormulaPart], *, settled: bool) -> None:
        super().__init__(span)
        self.parts, self.settled = parts, settled

    def value(self, reader: Reader) -> object:
        """Return true or false, or what is open."""
        left_open = None
        for part in self.parts:
            found = part.truth(reader)
            if found is self.settled:
                return found
            left_open = left_open or (found if isinstance(found, Open) else None)
        return left_open or not self.settled


class Not(FormulaPart):
    """The opposite of a condition."""

    __slots__ = ("operand",)

    def __init__(self, span: tuple[int, int], operand: FormulaPart) -> None:
        super().__init__(span)
        self.operand = operand

    def value(self, reader: Reader) -> object:
        """Return the opposite; of what is open, the same."""
        found = self.operand.truth(reader)
        return found if isinstance(found, Open) else not found


class Conditional(FormulaPart):
    """``a if condition else b``; only the part that is chosen needs a value."""

    __slots__ = ("condition", "no", "yes")

    def __init__(self, span: tuple[int, int], yes: FormulaPart, condition: FormulaPart, no: FormulaPart) -> None:
        super().__init__(span)
        self.yes, self.condition, self.no = yes, condition, no

    def value(self, reader: Reader) -> object:
        """Return the value of the part that is chosen."""
        return self._chosen(reader).value(reader)

    def worth(self, reader: Reader) -> object:
        """Return the value of the part that is chosen, where a word may stand."""
        return self._chosen(reader).worth(reader)

    def _chosen(self, reader: Reader) -> FormulaPart:
        found = self.condition.truth(reader)
        if isinstance(found, Open):
            raise found.refusal()
        return self.yes if found else self.no

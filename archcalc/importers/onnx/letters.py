"""Symbolic sizes: the names that a model gives to sizes of its inputs, as letters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archcalc.errors import ArchcalcError
from archcalc.symbolic.expr import Expr, Int, Letter, letters, substitute
from archcalc.symbolic.known import simplify
from archcalc.symbolic.reading import expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archcalc.importers.onnx.known import Size, Sizes
    from archcalc.importers.onnx.model import DeclaredValue, Dim


class Alphabet:
    """The letters of a model: one for each name of a size of its inputs, and one for each that has no name.

    ``fixed`` are the values of some of them.
    """

    def __init__(self, inputs: Iterable[DeclaredValue], fixed: Mapping[str, Int]) -> None:
        self._letters: dict[str, Int] = {}
        self.inputs = {value.name: self._entered(value, fixed) for value in inputs}

    def _entered(self, value: DeclaredValue, fixed: Mapping[str, Int]) -> Sizes:
        """Return the sizes of an input."""
        if value.dims is None:
            return None
        return tuple(self._size(dim, f"{value.name}_{axis}", fixed) for axis, dim in enumerate(value.dims))

    def _size(self, dim: Dim, unnamed: str, fixed: Mapping[str, Int]) -> Int:
        if isinstance(dim, int) and dim >= 1:
            return dim
        name = letter_name(dim if isinstance(dim, str) and dim else unnamed)
        read = read_size(dim) if isinstance(dim, str) else None
        if read is not None and not isinstance(read, Letter):
            for part in letters(read):
                self._letters.setdefault(part, fixed.get(part, Letter(part)))
            return simplify(substitute(read, self._letters))
        return self._letters.setdefault(name, fixed.get(name, Letter(name)))

    def declared(self, value: DeclaredValue | None) -> Sizes:
        """Return the sizes that a model declares for a tensor; a name that no input has says nothing."""
        if value is None or value.dims is None:
            return None
        return tuple(map(self._known, value.dims))

    def _known(self, dim: Dim) -> Size:
        if isinstance(dim, int):
            return dim if dim >= 0 else None
        if not dim:
            return None
        if letter_name(dim) in self._letters:
            return self._letters[letter_name(dim)]
        read = read_size(dim)
        if not isinstance(read, Expr) or not set(letters(read)) <= set(self._letters):
            return None
        return simplify(substitute(read, self._letters))


def letter_name(name: str) -> str:
    """Return a name as a letter can be called.

    >>> letter_name("batch size"), letter_name("2d")
    ('batch_size', '_2d')
    """
    word = re.sub(r"\W", "_", name) or "_"
    return word if word.isidentifier() else f"_{word}"


def read_size(text: str) -> Int | None:
    """Return a size that is written as an expression, as exporters do; of other texts nothing.

    >>> read_size("past + 1"), read_size("a ?")
    (past + 1, None)
    """
    try:
        return expression(text)
    except ArchcalcError:
        return None

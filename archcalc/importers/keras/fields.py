"""The configuration of a layer, read field by field: what is missing or no such value is a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.errors import UsageError
from archcalc.importers.learned import exact

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 2**53
"""Larger whole numbers are not exact in JSON."""


class LayerFields:
    """The fields of a layer's configuration; ``where`` is what messages call the layer."""

    def __init__(self, config: Mapping[str, Any], where: str) -> None:
        self.config, self.where = config, where

    def whole(self, name: str, default: int | None = None) -> int:
        """Return a whole number of at least 1.

        >>> LayerFields({"units": 10}, "layer a").whole("units")
        10

        Raises:
            UsageError: it is missing, or something else.
        """
        value = self.config.get(name)
        value = default if value is None else value
        if type(value) is not int or not 1 <= value < LARGEST:
            raise self._unlike(name, "a whole number of at least 1")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """Return true or false.

        Raises:
            UsageError: it is something else.
        """
        value = self.config.get(name, default)
        if not isinstance(value, bool):
            raise self._unlike(name, "true or false")
        return value

    def number(self, name: str, default: Any) -> Any:  # noqa: ANN401 - a number of archcalc's own
        """Return a number.

        Raises:
            UsageError: it is something else.
        """
        value = self.config.get(name)
        if value is None:
            return default
        if type(value) not in (int, float) or not abs(value) < LARGEST:
            raise self._unlike(name, "a number")
        return exact(value)

    def word(self, name: str, default: str = "") -> str:
        """Return a text.

        Raises:
            UsageError: it is something else.
        """
        value = self.config.get(name)
        value = default if value is None else value
        if not isinstance(value, str):
            raise self._unlike(name, "a text")
        return value

    def sizes(self, name: str, default: int | None = None) -> int | tuple[int, ...]:
        """Return a number for all axes, or one for each: those that agree as one.

        >>> fields = LayerFields({"strides": [2, 2], "pool_size": [2, 1]}, "layer a")
        >>> fields.sizes("strides"), fields.sizes("pool_size")
        (2, (2, 1))

        Raises:
            UsageError: it is missing, or something else.
        """
        value = self.config.get(name)
        value = default if value is None else value
        found = self._listed(name, value if isinstance(value, list) else [value])
        return found[0] if len(set(found)) == 1 else found

    def axes(self, name: str, default: int) -> tuple[int, ...]:
        """Return one axis, or several; they can count from the end.

        Raises:
            UsageError: it is something else.
        """
        value = self.config.get(name, default)
        found = value if isinstance(value, list) else [value]
        if not found or not all(type(axis) is int and abs(axis) < LARGEST for axis in found):
            raise self._unlike(name, "an axis, or a list of axes")
        return tuple(found)

    def pairs(self, name: str, rank: int) -> tuple[tuple[int, int], ...]:
        """Return two numbers for each axis, as ``padding`` and ``cropping`` have them.

        >>> LayerFields({"padding": [[0, 1], [0, 1]]}, "layer a").pairs("padding", 2)
        ((0, 1), (0, 1))
        >>> LayerFields({"padding": 3}, "layer a").pairs("padding", 1)
        ((3, 3),)

        Raises:
            UsageError: it is something else.
        """
        value = self.config.get(name)
        if rank == 1 and isinstance(value, list) and len(value) == 2 and not isinstance(value[0], list):  # noqa: PLR2004
            value = [value]
        each = value if isinstance(value, list) else [value] * rank
        found = [self._listed(name, pair if isinstance(pair, list) else [pair] * 2) for pair in each]
        if len(found) != rank or any(len(pair) != 2 for pair in found):  # noqa: PLR2004
            raise self._unlike(name, "two numbers for each axis")
        return tuple((pair[0], pair[1]) for pair in found)

    def _listed(self, name: str, value: list[Any]) -> tuple[int, ...]:
        if not value or not all(type(size) is int and 0 <= size < LARGEST for size in value):
            raise self._unlike(name, "whole numbers")
        return tuple(value)

    def _unlike(self, name: str, expected: str) -> UsageError:
        shown = repr(self.config.get(name))
        found = f"got {shown[:40]}" if name in self.config else "it is missing"
        return UsageError(f"{self.where}: expected {expected} for {name}; {found}", "save the model again")

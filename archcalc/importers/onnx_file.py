"""ONNX files as networks: read with the standard library alone, and no code in them is run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import ArchcalcError, UsageError
from archcalc.importers.document import Imported
from archcalc.importers.onnx.building import Builder, batch_place
from archcalc.importers.onnx.inference import infer
from archcalc.importers.onnx.letters import letter_name
from archcalc.importers.onnx.opening import read_model
from archcalc.importers.onnx.roots import roots
from archcalc.importers.wishes import no_input
from archcalc.quantities.shape import MAPS
from archcalc.symbolic.expr import Letter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.importers.flow import Planned
    from archcalc.importers.onnx.model import DeclaredValue, OnnxModel
    from archcalc.importers.wishes import Wishes
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int

BATCH = 2
"""Images at once where the batch is open: then the size of an axis shows whether it contains the batch."""

A_FEW = 16

WHOLE = (6, 7)
"""The types of whole numbers, which are tokens."""

TRIED = (224, 448)
"""Sizes for which a model is read whose sizes are open: if its layers are the same for both, sizes stay open."""


def spec(target: str, wished: Wishes) -> Imported:
    """Read an ONNX file as a network.

    Args:
        target: the path of the file.
        wished: sizes of its inputs, where the file leaves them open.

    Raises:
        UsageError: the file cannot be read, is damaged, or does not fit the sizes that are asked for.
    """
    model = read_model(target)
    found = Reading(model, target).with_inputs(wished.inputs)
    keys: dict[str, Any] = {"title": Path(target).stem}
    if wished.witness:
        keys["expect"] = list(_witnessed(found))
    return Imported(found.flow, found.results, keys)


def _witnessed(builder: Builder) -> Iterator[dict[str, object]]:
    """Yield what the file itself says, as figures that a spec expects: its constants, and its nodes one by one."""
    yield {"params": builder.stored, "source": "constants of the file that it computes with"}
    if builder.macs is not None:
        yield {"macs": builder.macs, "source": "nodes of the file, by the definitions of their operators"}


class OpenAxis(NamedTuple):
    """An axis of an input whose size the model leaves open: the input, its place beside the batch, and its letter."""

    value: DeclaredValue
    place: int
    letter: str
    is_batch: bool


def open_axes(model: OnnxModel) -> Iterator[OpenAxis]:
    """Yield the axes of inputs that are open."""
    for value in model.graph.fed:
        batch = batch_place(model, value) if value.dims else 0
        for axis, dim in enumerate(value.dims or ()):
            if not isinstance(dim, int) or dim < 1:
                named = dim if isinstance(dim, str) and dim else f"{value.name}_{axis}"
                place = axis - (axis > batch)
                yield OpenAxis(value=value, place=place, letter=letter_name(named), is_batch=axis == batch)


class Reading:
    """A model that is read for one or for any sizes of its inputs."""

    def __init__(self, model: OnnxModel, name: str) -> None:
        self._model, self._name = model, name
        self._open = list(open_axes(model))

    @property
    def batch(self) -> int:
        """How many images are run at once."""
        first = next((value for value in self._model.graph.fed if value.dims), None)
        if first is None or first.dims is None:
            raise UsageError(f"{self._name} has no input whose number of axes is known")
        size = first.dims[batch_place(self._model, first)]
        return size if isinstance(size, int) and size > 0 else BATCH

    def with_inputs(self, given: Mapping[str, tuple[int, ...]]) -> Builder:
        """Return the rows of a model for the sizes that are given, or else for any.

        Raises:
            UsageError: the model does not fit the sizes, or its layers depend on sizes that are open.
        """
        batches = {axis.letter for axis in self._open if axis.is_batch}
        letters = list(dict.fromkeys(axis.letter for axis in self._open if axis.letter not in batches))
        fixed = dict.fromkeys(batches, self.batch)
        stated = self._stated(given)
        left = [letter for letter in letters if letter not in stated]
        if not left:
            return self.built(fixed | stated)
        return self._for_any(fixed | stated, left)

    def _stated(self, given: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
        """Return the values of letters by the sizes that are given for inputs, which have no batch."""
        found = {}
        for axis in self._open:
            sizes = given.get(axis.value.name, given.get("", ()))
            if not axis.is_batch and len(sizes) == len(axis.value.dims or ()) - 1:
                found[axis.letter] = sizes[axis.place]
        return found

    def built(self, fixed: Mapping[str, int]) -> Builder:
        """Return the rows of a model for these values of its letters."""
        found = infer(self._model, self._name, fixed)
        builder = Builder(self._model, found, roots(self._model, found), self.batch)
        builder.inputs()
        builder.build()
        return builder

    def _for_any(self, fixed: Mapping[str, int], letters: Sequence[str]) -> Builder:
        """Return the rows of a model with letters for the sizes that are open, if its layers do not depend on them."""
        small, large = (
            self._tried({**fixed, **{name: size + 32 * place for place, name in enumerate(letters)}}) for size in TRIED
        )
        if small is None or large is None or not _alike(small, large):
            example = self._example(fixed)
            raise no_input(self._name, example)
        self._open_inputs(small, set(letters))
        return small

    def _tried(self, fixed: Mapping[str, int]) -> Builder | None:
        try:
            return self.built(fixed)
        except ArchcalcError:
            return None

    def _example(self, fixed: Mapping[str, int]) -> str:
        """Return an input as it is typed, with a usual size for each axis that is open: of an image, or of a text."""
        dims = next(value.dims for value in self._model.graph.fed if value.dims)
        usual = TRIED[0] if len(dims) >= len(("batch", *MAPS[2])) else A_FEW
        sizes = (
            dim if isinstance(dim, int) and dim > 0 else fixed.get(letter_name(str(dim)), usual) for dim in dims[1:]
        )
        return "x".join(map(str, sizes))

    def _open_inputs(self, builder: Builder, letters: set[str]) -> None:
        """Put letters in place of the sizes that are open, called like the axes of the layout."""
        called: dict[str, str] = {}
        names = iter(builder.flow.inputs)
        for value in builder.read_inputs:
            name = next(names)
            shape = builder.flow.inputs[name]
            layout = "T" if shape.layout == "F" and value.type in WHOLE else shape.layout
            own = {
                axis.place: axis.letter
                for axis in self._open
                if axis.value is value and axis.letter in letters and not axis.is_batch
            }
            builder.flow.inputs[name] = shape._replace(sizes=tuple(_sizes(shape, layout, own, called)))


def _sizes(shape: Shape, layout: str, own: Mapping[int, str], called: dict[str, str]) -> Iterator[Int]:
    """Yield the sizes of an input, letters for those that are open; a letter of another name gets a number."""
    for place, (axis, size) in enumerate(zip(layout, shape.sizes, strict=True)):
        if place not in own:
            yield size
            continue
        taken, number = set(called.values()), 1
        free = axis
        while free in taken:
            number += 1
            free = f"{axis}{number}"
        yield Letter(called.setdefault(own[place], free))


def _alike(small: Builder, large: Builder) -> bool:
    """Whether a model has the same layers for two sizes of its inputs."""
    return list(map(_told, small.flow.steps.values())) == list(map(_told, large.flow.steps.values()))


def _told(step: Planned) -> tuple[object, ...]:
    return step.path, step.kind, dict(step.options), step.reads, step.shares

"""`.prototxt` files of Caffe as networks: a row for each layer that a phase runs, with the layer's name."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archcalc.errors import ArchcalcError, UsageError
from archcalc.file_bytes import read_bytes
from archcalc.importers.caffe.layers import JOINING, RULES, SCALE, WEIGHTLESS, unknown
from archcalc.importers.caffe.net import feeds, layers
from archcalc.importers.caffe.reading import CaffeReading
from archcalc.importers.caffe.text_format import parse
from archcalc.importers.document import Imported
from archcalc.importers.flow import Flow, Observed, Wanted, beside
from archcalc.importers.onnx.paths import cleaned
from archcalc.importers.settling import MOST_AXES
from archcalc.importers.signatures import TEXT, recognize
from archcalc.importers.steps import within_32_bits
from archcalc.importers.wishes import no_input
from archcalc.limits import NET_SIZE
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archcalc.importers.arrangement import Value
    from archcalc.importers.caffe.net import CaffeLayer, Feed
    from archcalc.importers.steps import RowStep
    from archcalc.importers.wishes import Wishes


def spec(target: str, wished: Wishes) -> Imported:
    """Read a `.prototxt` file of Caffe as a network: as it is tested, or with ``train`` as it is trained.

    Args:
        target: the path of the file.
        wished: sizes of the inputs, without the batch, where the file leaves them open or others are wished.

    Raises:
        UsageError: the file cannot be read, does not describe a network of Caffe, or its layers do not fit together.
    """
    net = parse(_text(target), Path(target).name)
    found = layers(net, "TRAIN" if wished.train else "TEST")
    builder = CaffeBuilder(_computing(found), feeds(net, found), wished.inputs)
    builder.build()
    if not builder.flow.steps:
        raise net.wrong("the network has no layers that compute", "try --train")
    keys: dict[str, Any] = {"title": net.text("name") or Path(target).stem}
    left = [f"{layer.name or layer.type} ({layer.type})" for layer in found if layer.makes_data or layer.left_out]
    if left:
        keys["note"] = f"Without the layers for data, losses and measures: {listed(left)}."
    return Imported(builder.flow, builder.outputs(found), keys)


def _text(target: str) -> str:
    """Return the text of a file.

    Raises:
        UsageError: it is none.
    """
    content = read_bytes(target, NET_SIZE)
    name = Path(target).name
    found = recognize(content)
    if found != TEXT:
        raise UsageError(f"{name} is {found.what}, not a .prototxt file of Caffe", found.hint)
    try:
        return content.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8 text (byte {error.start})", "name a .prototxt file of Caffe") from None


def _computing(found: Sequence[CaffeLayer]) -> list[CaffeLayer]:
    """Return the layers that are neither data nor losses."""
    return [layer for layer in found if not layer.makes_data and not layer.left_out and layer.type != "Input"]


class CaffeBuilder:
    """Adds layers as rows. ``blobs`` are the tensors by the names that they have at this point of the file."""

    def __init__(
        self, found: Sequence[CaffeLayer], fed: Mapping[str, Feed], wished: Mapping[str, tuple[int, ...]]
    ) -> None:
        self.flow = Flow()
        self._layers, self._fed, self._wished = found, fed, wished
        self.blobs: dict[str, Value] = {}
        self._owners: dict[str, tuple[str, str]] = {}
        self._merged: set[int] = set()
        self._readers = Counter(name for layer in found for name in layer.bottoms)

    @property
    def results(self) -> list[str]:
        """The rows that no other reads."""
        read = {path for step in self.flow.steps.values() for path in step.reads}
        return [path for path in self.flow.steps if path not in read]

    def outputs(self, found: Sequence[CaffeLayer]) -> list[str]:
        """Return the outputs; those that only a loss of another weight than 1 reads are heads for training."""
        weighted = [layer for layer in found if layer.left_out and layer.bottoms and layer.message.texts("loss_weight")]
        minor = {layer.bottoms[0] for layer in weighted if layer.message.decimal("loss_weight", "1") != 1}
        heads = {self.blobs[name].path for name in minor if name in self.blobs}
        main = [path for path in self.results if path not in heads]
        if heads and len(main) == 1:
            self.flow.mark_heads(main[0])
        return main if len(main) == 1 else self.results

    def build(self) -> None:
        """Add the inputs, and then every layer."""
        self._inputs()
        for place, layer in enumerate(self._layers):
            if place not in self._merged:
                self._add(place, layer)

    def _inputs(self) -> None:
        """Add the blobs that are read and that no layer before makes."""
        made: set[str] = set()
        names: dict[str, CaffeLayer] = {}
        for layer in self._layers:
            names |= {name: layer for name in layer.bottoms if name not in made and name not in names}
            made.update(layer.tops)
        for name, layer in names.items():
            if name not in self._fed:
                message = f"{layer.type} '{layer.name}' reads '{name}', which no layer before it outputs"
                raise layer.message.wrong(message, "check bottom and top, or the phase: --train")
            path = "input" if len(names) == 1 else self.flow.free("_".join(cleaned([name])) or "input")
            self.blobs[name] = self._input(name, path)

    def _input(self, name: str, path: str) -> Value:
        """Add an input with the sizes that are wished, or that the file says."""
        feed = self._fed[name]
        sizes = self._wished.get(path, self._wished.get(name, self._wished.get("")))
        if sizes is None:
            sizes = None if feed.sizes is None else feed.sizes[1:] or (1,)
        if sizes is None:
            side = feed.proposed or 224
            raise no_input(f"{feed.message.file}", f"3x{side}x{side}")
        if len(sizes) > MOST_AXES or not all(sizes):
            raise feed.message.wrong(f"input '{name}' has {len(sizes)} axes; expected at most {MOST_AXES}")
        return self.flow.input(path, (1, *sizes), "CL" if len(sizes) == 2 else None)  # noqa: PLR2004 - channels first

    def _add(self, place: int, layer: CaffeLayer) -> None:
        """Add the rows of a layer.

        Raises:
            UsageError: its layers do not fit.
        """
        call = CaffeReading(layer, [self.blobs[name] for name in layer.bottoms])
        try:
            steps = self._steps(call, place)
            made = self._chain(layer, steps, call.reads)
        except UsageError:
            raise
        except ArchcalcError as error:
            (mistake, *_) = error.mistakes
            raise call.wrong(f"does not fit: {mistake.message}", mistake.hint) from None
        each = made if layer.type == "Slice" else made[-1:] * len(layer.tops)
        self.blobs.update(zip(layer.tops, each, strict=False))

    def _steps(self, call: CaffeReading, place: int) -> list[RowStep]:
        """Return the rows of a layer; one of an unknown type, or of an unknown shape, is a row that says so."""
        layer = call.layer
        if not call.reads:
            raise call.wrong("reads nothing, which is not supported")
        open_ = any(not isinstance(size, int) for value in call.reads for size in value.shape.sizes)
        if layer.type not in RULES or open_:
            return [unknown(layer.type, call.reads, weighted=layer.type not in WEIGHTLESS)]
        if len(call.reads) > 1 and layer.type not in JOINING:
            raise call.wrong(f"reads {len(call.reads)} blobs; expected one")
        steps = RULES[layer.type](call)
        scale = self._scale_after(place) if layer.type == "BatchNorm" else None
        if scale is not None:
            self._merged.add(place + 1)
            biased = scale.message.message("scale_param").flag("bias_term")
            steps = [steps[0]._replace(options={"scale": True, "shift": biased})]
        return self._sharing(layer if scale is None else scale, steps)

    def _scale_after(self, place: int) -> CaffeLayer | None:
        """Return the Scale that is the next layer and alone reads this one's output: together they are a batch norm."""
        layer = self._layers[place]
        after = self._layers[place + 1] if place + 1 < len(self._layers) else None
        if after is None or after.type != "Scale" or after.bottoms != layer.tops or len(after.tops) != 1:
            return None
        options = CaffeReading(after, [self.blobs[layer.bottoms[0]]]).options("scale_param", SCALE)
        if options.number("axis", 1, -MOST_AXES) != 1 or options.number("num_axes", 1, -1) != 1:
            return None
        if after.tops != layer.tops and self._readers[layer.tops[0]] > 1:
            return None
        self.blobs[after.tops[0]] = self.blobs[layer.bottoms[0]]  # until the row is made
        return after

    def _sharing(self, layer: CaffeLayer, steps: list[RowStep]) -> list[RowStep]:
        """Return the rows of a layer, the last of which shares parameters whose names an earlier layer has given.

        Raises:
            UsageError: it shares some in a way that no row can say.
        """
        known = [(place, self._owners[name]) for place, name in enumerate(layer.params) if name in self._owners]
        if not known:
            return steps
        paths = {path for _, (path, _) in known}
        if len(paths) > 1 or any(TENSORS[place % 2] != tensor for place, (_, tensor) in known):
            raise layer.message.wrong(f"'{layer.name}' shares parameters of several layers, which is not supported")
        (path,) = paths
        biased = steps[-1].options.get("bias", steps[-1].options.get("shift", False))
        shared = path if len(known) == 1 + bool(biased) else f"{path}.{known[0][1][1]}"
        return [*steps[:-1], steps[-1]._replace(shares=shared)]

    def _chain(self, layer: CaffeLayer, steps: Sequence[RowStep], reads: Sequence[Value]) -> list[Value]:
        """Add rows one after the other, the last with the layer's name, and return their outputs."""
        path = "/".join(cleaned(layer.name.split("/"))) or layer.type.lower()
        self.flow.here = path
        made, each = [reads[0]], layer.type == "Slice"
        for place, step in enumerate(steps):
            last = place == len(steps) - 1
            name = f"{path}/{place}" if each else path if last else beside(path, step.kind)
            read = [made[-1]] if step.reads is None else list(step.reads)
            if layer.type == "Axpy" and last:
                read = [made[-1], *read]
            wanted = Wanted(path=name, kind=step.kind, options=step.options, shares=step.shares)
            made.append(within_32_bits(self._row(wanted, read, step.sizes)))
        if steps:
            self._own(layer, made[-1].path)
        return made[1:] or made

    def _row(self, wanted: Wanted, reads: Sequence[Value], sizes: tuple[int, ...] | None) -> Value:
        """Add a row; one that does not output the sizes that Caffe does is opaque."""
        if sizes is None:
            return self.flow.row(wanted, reads)
        seen = Observed((1, *sizes), operation=f"{wanted.kind} of Caffe")
        return self.flow.layer(wanted, reads, seen) or self.flow.opaque(wanted.path, reads, seen)

    def _own(self, layer: CaffeLayer, path: str) -> None:
        for place, name in enumerate(layer.params):
            if name:
                self._owners.setdefault(name, (path, TENSORS[place % 2]))


TENSORS = ("weight", "bias")
"""What the first and the second parameter of a layer are."""

"""Specs: shipped ones that somebody damaged, and valid-looking ones made of what the layers declare."""

from __future__ import annotations

from functools import cache
from itertools import product
from random import Random
from typing import TYPE_CHECKING

import archcalc
from archcalc.errors import ArchcalcError
from archcalc.layers.registry import find, kind_names
from archcalc.quantities.shape import Shape, grid, vector
from archcalc.specfile import shipped
from archcalc.specfile.keys import FILE
from archcalc.symbolic.formula import FUNCTIONS
from tests.fuzz.mutation import NUMBERS, WORDS, altered, damaged, piece

if TYPE_CHECKING:
    from archcalc.layers.options import OptionType

QUICK = ("alexnet", "c3d", "dcgan", "fcn-heads", "inception-module", "lenet5", "lenet5-modern", "linear-classifier", "m5",
         "nin", "siamese", "sppnet", "zfnet")  # fmt: skip
"""The shipped specs that are drawn often; a network of the others takes as long as many of these."""
MERGES = ("add", "concat", "multiply", "subtract")
INPUTS = ("3x8x8", "1x28x28", "3x32x32", "4x16x16", "16", "784", "TF 6x8", "2x9", "1x4x8x8", "3x64x64", "8x5x7")
HUGE = (
    "3x100000000x100000000",
    "1x100000007x99999989",
    "3x1000000x7",
    "99999999999",
    "TF 10000000x8",
    "1x9x9x99999999",
)
SYMBOLIC = ("3xHxW", "3xHxH", "CxHxW", "N", "TF Tx8", "[3, r, r]", "{left: 1x9x9, right: 1x9x9}", "HWC 8x8x3")
SHARED = ("name", "when", "repeat", "first", "from", "share", "train_only")
CONDITIONS = ("true", "false", "a == 1", "stride == 1", "in_channels == 3", "H > 3", "not a", "a > 1 and a < 9")
SMALL = ("lenet5", "nin", "linear-classifier", "nosuch", "./base.yaml", "./net.yaml", "./base.yaml#small")


@cache
def shipped_texts() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the shipped specs, the quick ones and all."""
    files = sorted(shipped.folder().rglob("*.yaml"))
    texts = {path: path.read_text(encoding="utf-8") for path in files}
    quick = tuple(text for path, text in texts.items() if path.stem in QUICK and path.parent == shipped.folder())
    return quick, tuple(texts.values())


def shipped_and_damaged(random: Random) -> str:
    """Return a shipped spec in which some tokens are changed."""
    quick, every = shipped_texts()
    text = random.choice(every if random.random() < 0.01 else quick)
    return damaged(random, text) if random.random() < 0.4 else altered(random, text)


MAP, VECTOR, TOKENS = grid(4, (8, 8)), vector(8), Shape("TF", (4, 8))


@cache
def fits() -> dict[str, dict[str, str]]:
    """Return for each layout the kinds that take it, with the layout that they output: found by trying."""
    found: dict[str, dict[str, str]] = {shape.layout: {} for shape in (MAP, VECTOR, TOKENS)}
    for kind in kind_names():
        for shape, seed in product((MAP, VECTOR, TOKENS), range(12)):
            if kind in found[shape.layout]:
                continue
            try:
                layer = archcalc.loads(f"{{input: {_sizes(shape)}, layers: [{_SpecWriter(Random(seed)).plain(kind)}]}}")
                found[shape.layout][kind] = layer.analyze().output.layout
            except ArchcalcError:
                continue
    return found


def _sizes(shape: Shape) -> str:
    return f"{'TF ' if shape.layout == 'TF' else ''}{'x'.join(map(str, shape.sizes))}"


def from_registry(random: Random) -> str:
    """Return a spec made of the keys of a spec file and the options of the layers, mostly valid."""
    return _SpecWriter(random).spec()


class _SpecWriter:
    """Writes one spec, in YAML's flow style: what stands in it is not quoted, so that YAML reads it too."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.layout = MAP.layout
        self.names = ["input"]
        self.blocks: list[str] = []
        self.odd = random.choice((0.0, 0.0, 0.0, 0.0, 0.02, 0.15))
        """How often something stands where it does not belong."""

    def spec(self) -> str:
        random = self.random
        kind = random.random()
        keys = {"input": random.choice(SYMBOLIC if kind < 0.08 else HUGE if kind < 0.12 else INPUTS)}
        sizes = keys["input"].count("x")
        self.layout = "TF" if keys["input"].startswith("TF") else MAP.layout if sizes > 1 else VECTOR.layout
        if self._rarely(0.9):
            keys["args"] = f"{{a: {self.integer()}, stride: {random.choice((1, 1, 2))}, r: {random.choice((8, 16))}}}"
        if self._rarely(0.25):
            keys["blocks"] = self._blocks()
        keys["layers"] = self.layers(random.randint(1, 7), 0)
        for key in FILE.schema["properties"]:
            if key not in keys and self._rarely(0.04):
                keys[key] = self._of_file(key)
        if self._rarely(self.odd):
            keys[piece(random)] = piece(random)
        return "\n".join(f"{key}: {value}" for key, value in keys.items())

    def _rarely(self, share: float) -> bool:
        return self.random.random() < share

    def _of_file(self, key: str) -> str:
        """Return the value of a key of a file that is not about layers."""
        figure = f"{{params: {self.integer()}, source: a, of: {self.random.choice(self.names)}}}"
        values = {
            "extends": self.random.choice(SMALL), "outputs": f"[{self.random.choice(self.names)}]",
            "variants": "{small: {a: 2}, net: {r: 9}}", "expect": f"[{figure}]", "paper": "{title: x, year: 1998}",
        }  # fmt: skip
        return values.get(key, piece(self.random))

    def _blocks(self) -> str:
        before, inner = self.layout, self.layers(self.random.randint(1, 3), 2)
        self.layout = before
        arguments = self.random.choice(("", "args: {w: 4}, ", "args: [w, v], ", "args: {w: , s: 1, o: 2*w}, "))
        self.names, self.blocks = ["input"], ["b"]
        return f"{{b: {{{arguments}layers: {inner}}}}}"

    def layers(self, count: int, level: int) -> str:
        return f"[{', '.join(self.layer(level) for _ in range(count))}]"

    def layer(self, level: int) -> str:
        random = self.random
        if self._rarely(self.odd):
            return piece(random)
        kind = random.random()
        if kind < 0.08 and level < 3:
            return f"{{layers: {self.layers(random.randint(0, 3), level + 1)}{self._shared()}}}"
        if kind < 0.2 and level < 3:
            return f"{{{random.choice(MERGES)}: {self._branches(level)}{self._shared()}}}"
        if kind < 0.215:
            return f"{{network: {random.choice(SMALL)}{random.choice(('', ', until: F6', ', args: {a: 2}'))}}}"
        if kind < 0.26 and self.blocks:
            return f"{{{self.blocks[0]}: {random.choice(('', '4', '[4, 5]', '{w: 3}'))}{self._shared()}}}"
        return self.plain(self._kind())

    def _branches(self, level: int) -> str:
        if self._rarely(0.3):
            return f"[{', '.join(self.random.choices(self.names, k=2))}]"
        before = self.layout
        first = self.layers(self.random.randint(0, 2), level + 1)
        self.layout = before
        return f"{{p: {first}, q: {self.random.choice(('[]', '[relu]'))}}}"

    def _kind(self) -> str:
        """Return a kind of layer, mostly one that takes what the layer before it outputs."""
        known = fits()[self.layout]
        if self._rarely(0.03):
            return self.random.choice(kind_names())
        kind = self.random.choice([*known, *("conv",) * 15 * ("conv" in known), *("linear",) * 5 * ("linear" in known)])
        self.layout = known[kind] if known[kind] in fits() else self.layout
        return kind

    def plain(self, kind: str) -> str:
        """Return a layer of a kind with the options that it requires, and some others."""
        declared = find(kind).declared
        chosen = {
            name: self.value(option.type)
            for name, option in declared.options.items()
            if name in declared.required or self._rarely(0.2)
        }
        main = chosen.pop(declared.main, "") if declared.main else ""
        options = "".join(f", {name}: {value}" for name, value in chosen.items())
        return f"{{{kind}: {main}{options}{self._shared()}}}"

    def value(self, kind: OptionType) -> str:
        """Return a value that an option may take."""
        random = self.random
        if self._rarely(self.odd):
            return piece(random)
        if kind.place or (kind.words and self._rarely(0.4)):
            return random.choice(self.names if kind.place else kind.words)
        schema = str(kind.schema)
        if "boolean" in schema:
            return random.choice(("true", "false"))
        if "'number'" in schema:
            return random.choice(("0.5", "1", "0.1", "1/3"))
        if kind.listed and (self._rarely(0.3) or "'integer'" not in schema.partition("items")[0]):
            nested = kind.schema.get("items", {}).get("type") == "array"
            size = random.choice((1, 2, 2, 2, 3))
            return f"[{', '.join(self._pair() if nested else self.integer() for _ in range(size))}]"
        return self.integer()

    def _pair(self) -> str:
        return f"[{self.integer()}, {self.integer()}]"

    def integer(self) -> str:
        """Return a small number, or an expression that is one."""
        random = self.random
        if self._rarely(0.97):
            return str(random.choice((1, 1, 2, 2, 3, 3, 4, 5, 8)))
        if self._rarely(0.7):
            return random.choice(("in_channels", "in_height", "in_channels//2", "2*3", "a", "stride", "w", "max(1, 2)"))
        return f"{random.choice(sorted(FUNCTIONS))}({random.choice(WORDS)})"

    def _shared(self) -> str:
        """Return some of the options that every layer takes."""
        random, found = self.random, ""
        if self._rarely(0.25):
            name = f"{random.choice('abcdefgijklmnopq')}{random.choice(('', '', '1', '_z'))}"
            self.names.append(name)
            found += f", name: {name}"
        if self._rarely(0.04):
            found += f", repeat: {random.choice((0, 1, 2, 3, 9))}"
            return found.replace("_z", "_#")
        if self._rarely(0.03):
            return found + {
                "when": f", when: {random.choice(CONDITIONS)}", "repeat": f", repeat: {random.choice((0, 1, 2, 3, 9))}",
                "first": ", first: {stride: 2}", "from": f", from: {random.choice(self.names)}",
                "share": f", share: {random.choice(self.names)}", "train_only": ", train_only: true", "name": "",
            }[random.choice(SHARED)]  # fmt: skip
        return found


def structure(random: Random, depth: int = 0) -> str:
    """Return any nesting of the words of the language, valid or not."""
    if depth > 3 or random.random() < 0.35:
        return random.choice(("relu", "flatten", "4", "'x'", "true", "a", "{}", "[]", "H", *WORDS, *NUMBERS[:20]))
    inner = [structure(random, depth + 1) for _ in range(random.randint(0, 3))]
    if random.random() < 0.4:
        return f"[{', '.join(inner)}]"
    keys = ("layers", "use", "args", "network", "until", "b", "main", *SHARED, *MERGES, *kind_names())
    return "{" + ", ".join(f"{random.choice(keys)}: {value}" for value in inner) + "}"


def structured(random: Random) -> str:
    """Return a spec whose layers are any nesting of words."""
    block, layers = structure(random), ", ".join(structure(random) for _ in range(random.randint(1, 3)))
    return f"{{input: 4x8x8, args: {{a: 3}}, blocks: {{b: {block}}}, layers: [{layers}]}}"

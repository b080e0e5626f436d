"""A network as a program of PyTorch, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from archcalc.foreign.expressing import expressed
from archcalc.foreign.programs.classes import Classes
from archcalc.foreign.programs.identifiers import identifier, literal, words
from archcalc.foreign.programs.lines import INDENT, Made, function, laid_out, statement, uses
from archcalc.foreign.programs.scopes import Leaf, scopes
from archcalc.foreign.programs.variables import body
from archcalc.foreign.pytorch.calls import call_of
from archcalc.foreign.pytorch.modules import BY_PLACE, defaults
from archcalc.foreign.pytorch.sources import OWN_NAMES, SOURCES
from archcalc.foreign.pytorch.tying import attributes, places, ties

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.foreign.programs.classes import BlockClass
    from archcalc.foreign.programs.lines import Expression
    from archcalc.foreign.programs.scopes import FrameworkCall, Part
    from archcalc.foreign.programs.variables import Statement
    from archcalc.network.table import Table

FRAMEWORK = "PyTorch"

TAKEN = {"nn", "F", "torch", "self", "range", "float", "math"}
"""Names that mean something in the program."""

OF_MODULES = {
    "T_destination", "add_module", "apply", "bfloat16", "buffers", "call_super_init", "children", "compile", "cpu",
    "cuda", "double", "dump_patches", "eval", "extra_repr", "float", "forward", "get_buffer", "get_extra_state",
    "get_parameter", "get_submodule", "half", "ipu", "load_state_dict", "modules", "mtia", "named_buffers",
    "named_children", "named_modules", "named_parameters", "parameters", "register_backward_hook", "register_buffer",
    "register_forward_hook", "register_forward_pre_hook", "register_full_backward_hook",
    "register_full_backward_pre_hook", "register_load_state_dict_post_hook", "register_load_state_dict_pre_hook",
    "register_module", "register_parameter", "register_state_dict_post_hook", "register_state_dict_pre_hook",
    "requires_grad_", "set_extra_state", "set_submodule", "share_memory", "state_dict", "to", "to_empty", "train",
    "training", "type", "xpu", "zero_grad",
}  # fmt: skip
"""What every module has already, so that no layer in it may be called so."""


class TorchProgram:
    """The program of a network: its classes, and where each layer is in them."""

    def __init__(self, table: Table) -> None:
        self.table = table
        found = expressed(table, FRAMEWORK, lambda node: call_of(node, node.fitted.read))
        self.calls = cast("dict[int, FrameworkCall]", found)
        self.scope = scopes(table, self.calls)
        homes = {call.op for call in self.calls.values() if call.home}
        self.classes = Classes(self.scope, {*TAKEN, *OWN_NAMES, *homes})
        self.ties = ties(table, dict(places(self.scope, self.classes, OF_MODULES)), self.classes, FRAMEWORK)

    def text(self) -> str:
        """Return the program."""
        made = list(self.classes.found.values())
        used = [SOURCES[name] for name in sorted({call.op for call in self.calls.values()} & SOURCES.keys())]
        parts = [source.rstrip() for source in used] + ["\n".join(self._class(one)) for one in made]
        code = "\n\n\n".join(parts)
        return "\n".join([f'"""{self._title()}"""', "", *self._imports(code), "", "", code, ""])

    def _title(self) -> str:
        table = self.table
        inputs = " and ".join(words(str(shape)) for shape in table.inputs.values())
        return f"{words(table.spec.title or table.spec.name)}: input {inputs}, {table.totals.params:,} parameters."

    def _imports(self, code: str) -> Iterator[str]:
        if uses(code, "math"):
            yield "import math"
            yield ""
        if uses(code, "torch"):
            yield "import torch"
        if uses(code, "F"):
            yield "import torch.nn.functional as F"
        yield "from torch import nn"
        homes = {(call.home, call.op) for call in self.calls.values() if call.home}
        yield from (f"from {home} import {op}" for home, op in sorted(homes))

    def _class(self, made: BlockClass) -> Iterator[str]:
        yield f"class {made.name}(nn.Module):"
        modules = attributes(made.scope, OF_MODULES)
        if modules or made.arguments:
            yield from function("def __init__", ["self", *made.arguments], INDENT)
            yield f"{INDENT * 2}super().__init__()"
            yield from self._modules(made, modules)
            yield ""
        yield from self._forward(made, modules)

    def _modules(self, made: BlockClass, modules: dict[Part, str]) -> Iterator[str]:
        texts = iter(made.texts)
        for part in made.scope.parts:
            expression = self.classes.expression(part, texts, written)
            if part in modules:
                yield from laid_out(expression, f"self.{modules[part]} = ", INDENT * 2)
        if made is self.classes.root:
            for tie in self.ties:
                yield f"{INDENT * 2}{tie}"

    def _forward(self, made: BlockClass, modules: dict[Part, str]) -> Iterator[str]:
        names = self._inputs() if made is self.classes.root else ()
        found = body(made.scope, {*TAKEN, *OWN_NAMES}, names)
        yield from function("def forward", ["self", *found.parameters], INDENT)
        for line in found.lines:
            yield from statement(f"{', '.join(line.targets)} =", value(line, modules), INDENT * 2)
        yield from statement("return", ", ".join(found.returned), INDENT * 2)

    def _inputs(self) -> tuple[str, ...]:
        """Return the names of the inputs, if there are several."""
        paths = list(self.table.graph.inputs)
        found: list[str] = []
        for path in paths if len(paths) > 1 else ():
            found.append(identifier(path, {*TAKEN, *OWN_NAMES, *found}, "input"))
        return tuple(found)


def value(line: Statement, modules: dict[Part, str]) -> str:
    """Return what the statement of a part computes."""
    name = f"self.{modules.get(line.part, '')}"
    if isinstance(line.part, Leaf):
        return line.part.call.use.format(*line.arguments, m=name)
    return f"{name}({', '.join(line.arguments)})"


def written(call: FrameworkCall, texts: list[str]) -> Expression:
    """Return what makes a module, of the texts of its options; those that are defaults are left out."""
    if not call.op:
        return ""
    known = {name: literal(default) for name, default in defaults(call.op).items()}
    arguments: list[tuple[str, Expression]] = []
    by_place = True
    for (name, _), text in zip(call.options, texts, strict=True):
        if known.get(name) == text:
            by_place = False
            continue
        by_place = by_place and name in BY_PLACE
        arguments.append(("" if by_place else name, text))
    return Made(call.op, tuple(arguments), call.after)

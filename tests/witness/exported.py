"""Exported programs as they run: which shape every statement computes, and which parameters it has."""

from __future__ import annotations

import ast
from typing import Any

RECORD = "_record"


class Recording(ast.NodeTransformer):
    """Hands the value of each statement that is a layer, and the module that computes it if there is one, to a recorder."""

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        """Wrap the value of an assignment in ``forward``: ``x = _record(self.conv, x)``."""
        modules = [inner.func for inner in ast.walk(node.value) if isinstance(inner, ast.Call) and _own(inner.func)]
        module = modules[0] if modules else ast.Constant(None)
        name = ast.Name(RECORD, ast.Load())
        node.value = ast.copy_location(ast.Call(name, [module, node.value], []), node.value)
        return node


def _own(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "self"


class Recorder:
    """The layers of a program in the order in which they run: the size of the output, and the parameters that are new."""

    def __init__(self, torch: Any, code: str) -> None:
        self.torch = torch
        self.rows: list[tuple[tuple[int, ...], int]] = []
        self.seen: set[int] = set()
        tree = ast.parse(code)
        self.classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
        self.own: set[str] = set()
        self.names: dict[str, Any] = {RECORD: self.record, "__name__": "exported"}
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and node.body[0].__class__ is not ast.Expr:  # written for the network
                self.own.add(node.name)
                _forward(node)
        exec(compile(ast.fix_missing_locations(tree), "exported", "exec"), self.names)  # noqa: S102 - what is tested

    def build(self) -> Any:
        """Return the network on the meta device; its modules in sequences are recorded, too."""
        with self.torch.device("meta"):
            net = self.names[self.classes[-1]]().eval()
        for module in set(self._in_sequences(net)):
            module.register_forward_hook(self._hook)
        return net

    def _in_sequences(self, module: Any) -> Any:
        """Yield the layers that a sequence runs: no statement does."""
        sequence = type(module) is self.torch.nn.Sequential
        for inner in module.children():
            if not self._is_layer(inner):
                yield from self._in_sequences(inner)
            elif sequence:
                yield inner

    def _is_layer(self, module: Any) -> bool:
        return type(module) not in {self.torch.nn.Sequential, *(self.names[name] for name in self.own)}

    def _hook(self, module: Any, _: Any, output: Any) -> None:
        self.note(module, output)

    def record(self, module: Any, output: Any) -> Any:
        """Note a statement that is a layer, and hand its value on."""
        if module is None or self._is_layer(module):
            self.note(module, output)
        return output

    def note(self, module: Any, output: Any) -> None:
        """Note a layer."""
        new = [p for p in module.parameters() if id(p) not in self.seen] if module is not None else []
        self.seen |= {id(p) for p in new}
        self.rows.append((tuple(output.shape[1:]), sum(p.numel() for p in new if p.requires_grad)))


def _forward(node: ast.ClassDef) -> None:
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and method.name == "forward":
            Recording().visit(method)


MADE = "_made"


class OfKeras(ast.NodeTransformer):
    """Hands the value of each statement, and each layer that is made, to a recorder."""

    def __init__(self, layers: set[str], functions: set[str]) -> None:
        self.layers, self.functions = layers, functions

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Wrap a call that makes a layer."""
        self.generic_visit(node)
        if self._makes(node):
            return ast.copy_location(ast.Call(ast.Name(MADE, ast.Load()), [node], []), node)
        return node

    def _makes(self, value: ast.expr) -> bool:
        """Whether an expression makes a layer, and does not call it."""
        function = getattr(value, "func", value)
        library = isinstance(function, ast.Attribute) and ast.unparse(function.value) == "layers"
        return library or (isinstance(function, ast.Name) and function.id in self.layers)

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        """Wrap the value of a statement that is a layer."""
        value, name = node.value, ast.unparse(getattr(node.value, "func", node.value))
        plain = isinstance(value, ast.Name | ast.List) or self._makes(value)
        self.generic_visit(node)
        if not plain and name != "keras.Input" and name not in self.functions:
            node.value = ast.copy_location(ast.Call(ast.Name(RECORD, ast.Load()), [node.value], []), value)
        return node


class KerasRecorder:
    """The layers of a Keras program in order: the size of the output, and the trainable parameters."""

    def __init__(self, code: str) -> None:
        tree = ast.parse(code)
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        layers = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
        self.entrance = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)][-1]
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                OfKeras(layers, functions).visit(node)
        self.rows: list[tuple[tuple[int, ...], int]] = []
        self.made: list[Any] = []
        self.names: dict[str, Any] = {RECORD: self.record, MADE: self.note, "__name__": "exported"}
        exec(compile(ast.fix_missing_locations(tree), "exported", "exec"), self.names)  # noqa: S102 - what is tested

    def note(self, layer: Any) -> Any:
        """Note a layer that is made."""
        self.made.append(layer)
        return layer

    def record(self, output: Any) -> Any:
        """Note a statement, and hand its value on."""
        params = sum(_size(weight.shape) for layer in self.made for weight in layer.trainable_weights)
        self.rows.append((tuple(output.shape[1:]), params))
        self.made.clear()
        return output


def _size(shape: Any) -> int:
    total = 1
    for size in shape:
        total *= size
    return total

"""Random networks, from the text of a spec to its table, against PyTorch running the same graph."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import reduce
from math import prod
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, note, settings

import archcalc
from archcalc.errors import SpecError
from archcalc.layers.base import Foreign
from archcalc.layers.registry import kind_names
from archcalc.quantities.shape import Shape
from archcalc.quantities.tensor import BUFFER
from tests.known import known
from tests.witness.drawn_networks import JOINS, Drawn, Join, Sequence, Step, networks
from tests.witness.modules import REFUSALS, argued, built, run, stricter, tensors_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.network.table import Table

Named = list[tuple[str, tuple[int, ...]]]
"""Tensors by their names, with their dimensions."""

pytestmark = [
    pytest.mark.torch,
    pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths"),
]

EXAMPLES = max(300, settings().max_examples // 2)
"""How many networks are drawn: 300 in the short run, 1,000 in the long one."""

STRETCHING = ("add", "multiply", "subtract")
"""The merges of which PyTorch takes more than we do: it stretches axes wherever it can."""


class Stopped(Exception):
    """PyTorch cannot go on at a layer."""


@dataclass
class Running:
    """A network while PyTorch runs it: what has been put out under each name, and the modules that did."""

    torch: Any
    values: dict[str, Any]
    modules: dict[str, Any] = field(default_factory=dict)

    def sequence(self, items: Sequence, tensor: Any) -> Any:
        """Run layers in a row."""
        for item in items:
            try:
                tensor = self._step(item, tensor) if isinstance(item, Step) else self._join(item, tensor)
            except REFUSALS as error:
                raise Stopped(item.name) from error
            self.values[item.name] = tensor
        return tensor

    def _step(self, step: Step, tensor: Any) -> Any:
        tensor = self.values[step.reads] if step.reads else tensor
        foreign = step.layer.torch(Shape(step.x.layout, tuple(tensor.shape[1:])))
        assert isinstance(foreign, Foreign)
        module = self.modules[step.shares] if step.shares else built(self.torch, foreign)
        self.modules[step.name] = module
        return run(self.torch, foreign, module, tensor)

    def _join(self, join: Join, tensor: Any) -> Any:
        tensors = [self.sequence(items, tensor) for items in join.branches.values()]
        tensors += [self.values[name] for name in join.names]
        operators = {"add": "add", "subtract": "sub", "multiply": "mul"}
        if join.kind == "concat":
            return self.torch.cat(tensors, dim=1 if join.shapes[0].is_map else -1)
        return reduce(getattr(self.torch, operators[join.kind]), tensors)


MET: Counter[str] = Counter()
"""What has been compared: networks, those that both refuse, and how often each kind."""


def test_a_random_network_is_the_same_in_pytorch(
    torch: Any, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
    @given(networks())
    def compare(network: Drawn) -> None:
        assume(network.items)  # the first step may have been refused
        note(network.text)
        running = Running(torch, {"input": torch.empty(2, *network.x.sizes, device="meta")})
        last = network.items[-1]
        try:
            table = archcalc.loads(network.text).analyze()
        except SpecError as error:
            _refused_too(error, running, network.items)
        else:
            if not (isinstance(last, Step) and argued(last.layer, last.x)):
                _same(table, network, running)

    compare()
    with capsys.disabled():
        _enough(request.config.get_terminal_writer().line)


def _enough(said: Callable[[str], None]) -> None:
    """Say how much has been compared, and that it is enough."""
    networks, layers, refused = MET["network"], sum(MET[kind] for kind in kind_names()), MET["refused"]
    said(f" {networks:,} networks of {layers:,} layers compared with PyTorch, {refused:,} more that both refuse")
    assert networks >= EXAMPLES // 2
    assert refused >= EXAMPLES // 20
    assert len([kind for kind in kind_names() if MET[kind]]) >= 40
    assert all(MET[kind] for kind in JOINS)


def _refused_too(error: SpecError, running: Running, items: Sequence) -> None:
    """PyTorch refuses the last layer as we do, unless it stretches axes for a merge or is argued to be laxer."""
    MET["refused"] += 1
    last = items[-1]
    assert [mistake.path for mistake in error.mistakes] == [last.name]
    try:
        running.sequence(items, running.values["input"])
    except Stopped as stopped:
        assert str(stopped) == last.name  # noqa: PT017 - a merge need not stop it
    else:
        assert last.kind in STRETCHING if isinstance(last, Join) else stricter(last.layer, last.x)


def _same(table: Table, network: Drawn, running: Running) -> None:
    """Compare every layer, in the order in which they run, and the sums."""
    output = running.sequence(network.items, running.values["input"])
    assert table.output.sizes == tuple(output.shape[1:])
    assert [row.name for row in table] == [item.name for item in network.steps()]
    params = buffers = 0
    for row, item in zip(table, network.steps(), strict=True):
        assert row.output.sizes == tuple(running.values[row.name].shape[1:])
        learned, kept = _tensors(item, running)
        assert learned == sorted((t.name, t.dims) for t in row.tensors if t.role != BUFFER)
        assert kept == sorted((t.name, t.dims) for t in row.tensors if t.role == BUFFER)
        own = isinstance(item, Step) and not item.shares
        assert (row.params, row.counts.buffers) == ((_values(learned), _values(kept)) if own else (0, 0))
        params, buffers = params + known(row.params), buffers + known(row.counts.buffers)
    assert (table.totals.params, table.totals.counts.buffers) == (params, buffers)
    modules = {id(module): module for module in running.modules.values()}.values()
    assert params + buffers == sum(_values(tensors) for module in modules for tensors in tensors_of(module))
    MET.update(["network", *(row.kind for row in table)])


def _tensors(item: Step | Join, running: Running) -> tuple[Named, Named]:
    """Names and dimensions of what PyTorch learns and of what it keeps; what is fixed here is kept."""
    if isinstance(item, Join):
        return [], []
    learned, kept = tensors_of(running.modules[item.name])
    return ([], sorted(learned + kept)) if getattr(item.layer, "fixed", False) else (learned, kept)


def _values(tensors: Named) -> int:
    return sum(prod(dims) for _, dims in tensors)

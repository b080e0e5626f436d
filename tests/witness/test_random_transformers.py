"""Random networks of tokens against PyTorch: attention, also to other layers, shared layers, blocks of two outputs."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import archcalc

pytestmark = pytest.mark.torch

INPUTS = {"left": (3, 4), "right": (5, 8)}
"""Tokens × features of both inputs."""

BLOCK = """
blocks:
  fork:
    args: {heads: , memory: }
    layers:
      - {attention: heads, memory: memory, name: seen}
      - {linear: 4, name: small}
    outputs: {one: seen, two: small}
"""


class DrawnStep(NamedTuple):
    """A layer as the spec has it: its kind, what it reads, its width or heads, its memory, and whose weights it has."""

    name: str
    kind: str
    reads: str
    number: int = 0
    memory: str = ""
    shares: str = ""


class DrawnTokens(NamedTuple):
    """A network as it is written, and its steps, those in blocks included."""

    text: str
    steps: list[DrawnStep]


@st.composite
def networks(draw: st.DrawFn) -> DrawnTokens:
    """Draw a network of up to seven steps."""
    sizes, steps, lines = dict(INPUTS), list[DrawnStep](), list[str]()
    for number in range(draw(st.integers(1, 7))):
        name, reads, memory = f"n{number}", draw(st.sampled_from(sorted(sizes))), draw(st.sampled_from(sorted(sizes)))
        tokens, features = sizes[reads]
        heads = draw(st.sampled_from([heads for heads in (1, 2, 4) if features % heads == 0]))
        match draw(st.sampled_from(["linear", "norm", "self", "cross", "share", "fork"])):
            case "linear":
                width = draw(st.sampled_from((2, 4, 8)))
                steps.append(DrawnStep(name, "linear", reads, width))
                lines.append(f"{{linear: {width}, from: {reads}, name: {name}}}")
                sizes[name] = tokens, width
            case "norm":
                steps.append(DrawnStep(name, "layernorm", reads))
                lines.append(f"{{layernorm: , from: {reads}, name: {name}}}")
                sizes[name] = tokens, features
            case "fork":
                steps += [DrawnStep(f"{name}/seen", "attention", reads, heads, memory),
                          DrawnStep(f"{name}/small", "linear", f"{name}/seen", 4)]  # fmt: skip
                lines.append(f"{{fork: , heads: {heads}, memory: {memory}, from: {reads}, name: {name}}}")
                sizes |= {f"{name}/one": (tokens, features), f"{name}/two": (tokens, 4)}
            case kind:
                memory = memory if kind == "cross" else ""
                alike = [s for s in steps if _alike(s, features, memory, sizes)] if kind == "share" else []
                owner = draw(st.sampled_from(alike)) if alike else None
                heads, shares = (owner.number, owner.name) if owner else (heads, "")
                steps.append(DrawnStep(name, "attention", reads, heads, memory, shares))
                more = f", memory: {memory}" * bool(memory) + f", share: {shares}" * bool(shares)
                lines.append(f"{{attention: {heads}, from: {reads}, name: {name}{more}}}")
                sizes[name] = tokens, features
    inputs = ", ".join(f"{name}: TF {tokens}x{features}" for name, (tokens, features) in INPUTS.items())
    return DrawnTokens(f"input: {{{inputs}}}\n{BLOCK}\nlayers: [{', '.join(lines)}]", steps)


def _alike(step: DrawnStep, features: int, memory: str, sizes: dict[str, tuple[int, int]]) -> bool:
    """Whether a layer has the weights of self-attention over so many features."""
    own = step.kind == "attention" and not step.memory and not step.shares and not memory
    return own and sizes[step.reads][1] == features


def _run(torch: Any, steps: list[DrawnStep]) -> tuple[int, dict[str, tuple[int, ...]]]:
    """Run the steps; return the parameters, and the sizes that come out of each."""
    values = {name: torch.empty(1, *sizes) for name, sizes in INPUTS.items()}
    modules: dict[str, Any] = {}
    for step in steps:
        x, keys = values[step.reads], values[step.memory or step.reads]
        width = x.shape[-1]
        if step.shares:
            modules[step.name] = modules[step.shares]
        elif step.kind == "attention":
            made = torch.nn.MultiheadAttention(
                width, step.number, kdim=keys.shape[-1], vdim=keys.shape[-1], batch_first=True
            )
            modules[step.name] = made
        else:
            made = torch.nn.LayerNorm(width) if step.kind == "layernorm" else torch.nn.Linear(width, step.number)
            modules[step.name] = made
        module = modules[step.name]
        values[step.name] = module(x, keys, keys)[0] if step.kind == "attention" else module(x)
        block, _, inner = step.name.partition("/")
        if inner:
            values[f"{block}/{'one' if inner == 'seen' else 'two'}"] = values[step.name]
    owned = {id(module): module for module in modules.values()}
    params = sum(p.numel() for module in owned.values() for p in module.parameters())
    return params, {step.name: tuple(values[step.name].shape[1:]) for step in steps}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(drawn=networks())
def test_shapes_parameters_and_products_are_those_of_pytorch(torch: Any, drawn: DrawnTokens) -> None:
    counter = pytest.importorskip("torch.utils.flop_counter").FlopCounterMode(display=False)
    table = archcalc.loads(drawn.text).analyze()
    with torch.device("meta"), counter, torch.no_grad():
        params, sizes = _run(torch, drawn.steps)
    assert {row.path: row.output.sizes for row in table} == sizes
    assert table.totals.params == params
    assert 2 * table.totals.macs == counter.get_total_flops()

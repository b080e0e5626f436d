"""The other tools themselves, where they are installed: each profile over networks, kinds of layers and drawn chains.

A total is the tool's, to the last digit, or unknown where :data:`UNKNOWN` says that it may be.
"""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, note, settings
from hypothesis import strategies as st

import archcalc
from archcalc.layers.registry import kind_names
from archcalc.studies.checking.profiles import profile, tools
from archcalc.studies.checking.reconciliation import Reconciled, reconcile
from tests.studies.checking.test_reconciliation import PRINTED
from tests.witness.built_networks import NotBuilt, images, network
from tests.witness.drawn_networks import DEEPEST, Drawing, Drawn
from tests.witness.modules import REFUSALS
from tests.witness.peer_tools import TOOLS, Said, Stopped, ask
from tests.witness.small_networks import FAMILIES, SMALL, SPECIAL, UNKNOWN

if TYPE_CHECKING:
    from archcalc.network.table import Table

pytestmark = [pytest.mark.peers, pytest.mark.filterwarnings("ignore")]

CHAINS = 200
"""How many chains of layers are drawn for each tool."""


def compare(table: Table, tool: str, model: Any, given_images: tuple[Any, ...]) -> Reconciled:
    """Ask a tool, and compare with what its profile says; where the tool stops, nothing may be said."""
    found = reconcile(table, tool)
    ours = found.macs, found.params, found.passes
    try:
        said: Said | None = ask(tool, model, given_images)
    except Stopped:
        said = None
    assert (said is None) <= (ours == (None, None, None)), ours
    if said is not None:
        assert not found.stops
        assert all(mine in (None, theirs) for mine, theirs in zip(ours, said, strict=True)), (said, ours)
    return found


def unknown(found: Reconciled) -> bool:
    """Whether a total is unknown that the tool has."""
    macs = found.profile.called and found.macs is None
    return not found.stops and bool(macs or found.params is None)


def test_each_profile_is_asked() -> None:
    assert {*TOOLS} == {*tools()}
    assert len(FAMILIES) + len(SMALL) + len(SPECIAL) >= 40
    assert {*SMALL} == {*kind_names()}


def test_what_the_tests_without_the_tools_compare_with_is_compared_with_the_tools() -> None:
    whole = {name for name, size in FAMILIES.items() if size == 224}
    assert {name for printed in PRINTED.values() for name in printed} <= {*whole, *SPECIAL}


@lru_cache(maxsize=1)
def built(name: str, size: int) -> tuple[Any, Table]:
    """Build a network of torchvision, with the table of the same input; the last one is kept for the next tool."""
    door = pytest.importorskip("archcalc.importers.torchvision", exc_type=ModuleNotFoundError)
    table = archcalc.load(f"torchvision/{name}").analyze((3, size, size))
    return door.build(name, (3, size, size)).eval(), table


@pytest.mark.parametrize("tool", tools())
@pytest.mark.parametrize("name", FAMILIES)
def test_a_network_of_torchvision(name: str, tool: str, torch: Any, torchvision: Any) -> None:  # noqa: ARG001
    model, table = built(name, FAMILIES[name])
    size = FAMILIES[name]
    found = compare(table, tool, deepcopy(model), (torch.zeros(1, 3, size, size),))
    assert unknown(found) == (name in UNKNOWN.get(tool, ()))


@pytest.mark.parametrize("tool", tools())
@pytest.mark.parametrize("kind", SMALL)
def test_a_small_network_for_every_kind(kind: str, tool: str, torch: Any) -> None:
    table = archcalc.loads(SMALL[kind]).analyze()
    assert kind in {row.kind for row in table}
    try:
        model = network(torch, table)
    except NotBuilt:  # there is no module that a tool could be shown
        found = reconcile(table, tool)
    else:
        found = compare(table, tool, model, images(torch, table))
    assert unknown(found) == (kind in UNKNOWN.get(tool, ())), found.unknown
    assert not unknown(found) or kind in {one.kind for one in found.unknown}


@pytest.mark.parametrize("tool", tools())
@pytest.mark.parametrize("name", SPECIAL)
def test_shared_and_frozen_layers(name: str, tool: str, torch: Any) -> None:
    text, freeze = SPECIAL[name]
    table = archcalc.loads(text).analyze(freeze=freeze)
    found = compare(table, tool, network(torch, table), images(torch, table))
    assert unknown(found) == (name in UNKNOWN.get(tool, ()))


@st.composite
def chains(draw: st.DrawFn) -> tuple[Drawn, bool]:
    """Some layers in a row, of any kind, shared ones among them; and whether the first is frozen."""
    drawing = Drawing(draw, 8)
    x = draw(st.sampled_from([archcalc.loads(f"{{input: {start}, layers: [identity]}}").analyze().inputs["input"]
                              for start in ("4x9", "3x8x10", "6x12x12", "2x5x6x4", "F 12", "TF 6x8")]))  # fmt: skip
    items, _ = drawing.sequence(x, {"input": x}, DEEPEST, 8)
    return Drawn(x, items), draw(st.booleans())


@pytest.mark.parametrize("tool", tools())
def test_chains_of_layers(
    tool: str, torch: Any, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    met: Counter[str] = Counter()

    @settings(max_examples=CHAINS, suppress_health_check=list(HealthCheck), deadline=None, phases=[Phase.generate])
    @given(chains())
    def drawn(chain: tuple[Drawn, bool]) -> None:
        (spec, freeze) = chain
        assume(spec.items)
        note(spec.text)
        table = _table(spec, freeze=freeze)
        model, given_images = network(torch, table), images(torch, table)
        assume(_runs(torch, model, given_images))
        found = compare(table, tool, model, given_images)
        met.update(["chains", "known" if not unknown(found) else "unknown", *{row.kind for row in table}])

    drawn()
    with capsys.disabled():
        said = f" {tool}: {met['known']} of {met['chains']} totals of chains known"
        request.config.get_terminal_writer().line(said)
    assert met["chains"] >= CHAINS // 2
    assert met["known"] >= met["chains"] // 3


def _table(spec: Drawn, *, freeze: bool) -> Table:
    return archcalc.loads(spec.text).analyze(freeze=[spec.items[0].name] if freeze else [])


def _runs(torch: Any, model: Any, given_images: tuple[Any, ...]) -> bool:
    try:
        with torch.no_grad():
            model(*given_images)
    except REFUSALS:
        return False
    return True


def test_what_a_profile_names_it_knows() -> None:
    """Every kind is in a rule of a profile, or stated to be unknown to it."""
    for tool in tools():
        named = {kind for rule in profile(tool).rules for kind in rule.kinds}
        assert {*kind_names()} - named <= {*UNKNOWN.get(tool, ())}

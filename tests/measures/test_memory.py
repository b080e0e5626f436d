"""Memory: by a simulation that allocates and frees on random graphs, and against numbers in circulation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import archcalc
from archcalc.errors import ArchcalcError, Undecided, UsageError
from archcalc.layers.base import Storage
from archcalc.layers.registry import find, kind_names
from archcalc.measures.memory import RunSetting, kept, memory
from archcalc.measures.peak import homes_of
from archcalc.measures.quantities import QUANTITIES
from tests.known import known
from tests.studies.receptive.test_pixels import networks

if TYPE_CHECKING:
    from archcalc.network.table import Table


def simulated(table: Table, *, inplace: bool) -> int:
    """Run the layers one by one with an explicit pool of buffers, each with those who still want to read it.

    Whoever calls the network holds its inputs; a max pool makes an index of 8 bytes for each output, and drops it.
    """
    graph = table.graph
    waiting = {node.index: [other.index for other in graph.nodes if node.index in other.inputs] for node in graph.nodes}
    pool: dict[int, tuple[int, set[int]]] = {}  # buffer: its size, and the nodes whose output lies in it
    place: dict[int, int] = {}
    peak = 0
    for node in graph.nodes:
        where = Storage.FRESH if len(node.inputs) > 1 else node.layer.storage()
        source = node.inputs[0] if node.inputs else -1
        owners = pool[place[source]][1] if node.inputs else set()
        alone = all(len(waiting[owner]) < 2 and owner not in graph.results for owner in owners)
        overwrites = inplace and where == Storage.IN_PLACE and alone
        if where in (Storage.VIEW, Storage.DROPS) or overwrites:
            place[node.index] = place[source]
            pool[place[source]][1].add(node.index)
        else:
            place[node.index] = node.index
            pool[node.index] = (4 * known(node.shape.elements), {node.index})
        indices = 8 * known(node.shape.elements) if node.layer.kind.endswith("maxpool") else 0
        peak = max(peak, indices + sum(size for size, _ in pool.values()))
        done = set(range(node.index + 1))
        for buffer, (_, owners) in list(pool.items()):
            held = {*graph.results, *graph.inputs.values()}
            if all(owner not in held and set(waiting[owner]) <= done for owner in owners):
                del pool[buffer]
    return peak


@settings(suppress_health_check=list(HealthCheck))
@given(networks(), st.booleans())
def test_the_peak_is_that_of_a_pool_of_buffers(text: str, inplace: bool) -> None:  # noqa: FBT001
    try:
        table = archcalc.loads(text).analyze()
    except ArchcalcError:
        assume(False)  # noqa: FBT003
        raise
    assert memory(table, RunSetting(inplace=inplace)).peak == simulated(table, inplace=inplace)


@pytest.mark.parametrize("name", ["lenet5", "googlenet", "resnet18", "torchvision/densenet121", "unet", "resnet20"])
@pytest.mark.parametrize("inplace", [True, False])
def test_the_peak_of_known_networks_is_that_of_a_pool(name: str, *, inplace: bool) -> None:
    table = archcalc.load(name).analyze()
    if any(row.train_only for row in table):
        pytest.skip("the pool runs training heads too")
    assert memory(table, RunSetting(inplace=inplace)).peak == simulated(table, inplace=inplace)


def test_training_heads_are_kept_for_training_and_not_run_at_inference() -> None:
    table = archcalc.load("googlenet").analyze()
    needed = memory(table)
    assert needed.parameters == 4 * 13_378_280
    assert not any(node.head for node in table.graph.nodes if node.path == needed.peak_at)


def test_the_four_numbers_for_vgg_16() -> None:
    table = archcalc.load("vgg16").analyze()
    in_place = memory(table, RunSetting(inplace=True, stored="outputs"))
    assert in_place.activations == 4 * 15_237_608  # the sum of CS231n's own rows; convnet-burden's 58 MB
    weighted = sum(known(row.activations) for row in table if row.layer.weighted)
    every = sum(known(row.activations) for row in table)
    assert (weighted, round(8 * weighted / 10**6, 1)) == (13_556_712, 108.5)  # torchinfo
    assert (every, round(8 * every / 2**20, 1)) == (28_677_072, 218.8)  # torchsummary


@given(
    st.integers(1, 64), st.sampled_from(["float16", "float32", "float64"]), st.sampled_from(["sgd", "momentum", "adam"])
)
def test_bytes_follow_batch_type_and_optimizer(batch: int, dtype: str, optimizer: str) -> None:
    table = archcalc.load("lenet5-modern").analyze()
    one, many = memory(table, RunSetting(dtype="int8")), memory(table, RunSetting(batch, dtype, optimizer))
    width = {"float16": 2, "float32": 4, "float64": 8}[dtype]
    assert many.activations == batch * width * known(one.activations or 0)
    assert many.peak == batch * width * known(one.peak or 0)
    assert many.optimizer == {"sgd": 0, "momentum": 1, "adam": 2}[optimizer] * known(many.gradients)
    assert many.training == sum(known(part or 0) for part in many[:5])


def test_two_weights_of_int4_are_a_byte_and_all_else_is_float16() -> None:
    table = archcalc.loads("{input: 3x4x4, layers: [{conv: 5, kernel: 1}, batchnorm]}").analyze()
    four, half = memory(table, RunSetting(dtype="int4")), memory(table, RunSetting(dtype="float16"))
    assert (half.parameters, four.parameters) == (60, 15)  # 15 weights, 5 biases, 5 scales and 5 shifts
    assert four[1:] == half[1:]
    odd = archcalc.loads("{input: 3, layers: [{linear: 1, bias: false}]}").analyze()
    assert memory(odd, RunSetting(dtype="int4")).parameters == 2


def test_frozen_parameters_have_no_gradients() -> None:
    table = archcalc.load("vgg16").analyze(freeze=["conv*"])
    assert memory(table).gradients == 4 * known(table.totals.counts.trainable)


def test_letters_leave_the_peak_open() -> None:
    found = memory(archcalc.load("alexnet").analyze("3xHxW"))
    assert (found.peak, found.inference, found.peak_at) == (None, None, "")
    assert str(memory(archcalc.load("lenet5").analyze(), RunSetting(batch=2)).parameters) == "240000"


def test_two_who_read_a_map_keep_a_function_from_writing_over_it() -> None:
    table = archcalc.loads("{input: 4, layers: [{add: {one: [relu], other: []}}, relu]}").analyze()
    homes = homes_of(table.graph, table.graph.nodes, inplace=True)
    assert homes == {0: 0, 1: 1, 2: 2, 3: 2}  # only the sum may be written over
    assert kept(table, inplace=True) == 8


def test_a_view_of_what_others_read_is_not_written_over() -> None:
    table = archcalc.loads("{input: 4x1x1, layers: [{conv: 4, kernel: 1, name: c}, flatten, relu, {linear: 1},"
                           " {identity: , from: c}]}").analyze()  # fmt: skip
    homes = homes_of(table.graph, table.graph.nodes, inplace=True)
    assert homes[3] == 3


@pytest.mark.parametrize("kind", kind_names())
def test_a_kind_says_where_its_output_lies(kind: str) -> None:
    found = find(kind)
    assert found.storage() in (Storage.FRESH, Storage.IN_PLACE, Storage.VIEW, Storage.DROPS)
    assert not (found.makes_values and found.storage() != Storage.FRESH)


@pytest.mark.parametrize(("setting", "message"), [
    (RunSetting(dtype="float31"), "unknown data type 'float31'\n  did you mean float32"),
    (RunSetting(optimizer="adm"), "unknown optimizer 'adm'\n  did you mean adam"),
    (RunSetting(stored="all"), "unknown rule for stored activations 'all'\n  available: backward, outputs"),
])  # fmt: skip
def test_what_there_is_not_is_refused(setting: RunSetting, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        memory(archcalc.load("lenet5").analyze(), setting)
    assert str(caught.value).startswith(message)


def test_a_budget_of_memory_is_that_of_a_whole_network() -> None:
    table = archcalc.load("vgg16").analyze()
    assert QUANTITIES["memory"].of(table) == memory(table).training
    assert QUANTITIES["inference"].of(table) == memory(table).inference
    with pytest.raises(UsageError, match="memory is defined for the whole network only"):
        QUANTITIES["memory"].of(table, "conv1_1")
    with pytest.raises(Undecided, match="the peak memory depends on the variables"):
        QUANTITIES["inference"].of(archcalc.load("alexnet").analyze("3xHxW"))


@pytest.mark.parametrize(
    ("written", "size"), [("8GiB", 2**33), ("500 MB", 5 * 10**8), ("12 b", 12), ("1.5e9", 1_500_000_000)]
)
def test_bytes_are_read_with_their_unit(written: str, size: int) -> None:
    assert QUANTITIES["memory"].limit(written) == size

"""Wiring: conditions, copies, blocks, merges, what is read from where, heads, shared weights, other networks."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.errors import SpecError
from archcalc.limits import LAYERS, STEPS


def _table(text: str) -> archcalc.Table:
    return archcalc.loads(text).analyze()


def _refusal(text: str) -> str:
    with pytest.raises(SpecError) as caught:
        _table(text)
    (mistake,) = caught.value.mistakes
    return f"{mistake.path}: {mistake.message}" + (f" ({mistake.hint})" if mistake.hint else "")


class TestWhen:
    """A condition is judged once, on the tensor that is read."""

    def test_a_layer_whose_condition_fails_is_skipped(self) -> None:
        table = _table("{input: 8x4x4, layers: [{conv: 4, kernel: 1, when: in_channels == 8}, {relu, when: false}]}")
        assert [row.path for row in table] == ["conv"]

    def test_a_group_is_judged_as_a_whole(self) -> None:
        text = (
            "{input: 8x4x4, layers: [{layers: [{conv: 4, kernel: 1}, {conv: 2, kernel: 1}], when: in_channels == 8}]}"
        )
        assert str(_table(text).output) == "2×4×4"

    def test_a_branch_whose_condition_fails_is_absent_and_one_branch_is_itself(self) -> None:
        text = "{input: 8x4x4, layers: [{add: {main: [relu], skip: {when: in_channels != 8, layers: []}}}]}"
        assert [row.path for row in _table(text)] == ["main/relu"]

    def test_a_merge_without_branches_is_refused(self) -> None:
        text = "{input: 8x4x4, layers: [{add: {skip: {when: false, layers: []}}}]}"
        assert _refusal(text) == "add: all branches are omitted (at least one branch must remain)"

    def test_a_number_is_no_condition(self) -> None:
        text = "{input: 8x4x4, layers: [{relu, when: in_channels}]}"
        assert _refusal(text) == "relu: expected a condition, got 8 (use true, false or a comparison)"


class TestRepeat:
    """Copies know their index, and the first may differ."""

    def test_no_copy_is_the_identity(self) -> None:
        assert len(_table("{input: 8x4x4, layers: [{relu, repeat: 0}]}")) == 0

    def test_index_copies_and_last(self) -> None:
        text = "{input: 8x4x4, layers: [{conv: 10*index + copies if not last else 99, kernel: 1, repeat: 3, name: c}]}"
        assert [row.output.channels for row in _table(text)] == [3, 13, 99]

    def test_the_first_copy_may_have_other_options(self) -> None:
        text = "{input: 8x16x16, layers: [{conv: 8, kernel: 1, repeat: 3, first: {stride: 2, filters: 4}}]}"
        assert [str(row.output) for row in _table(text)] == ["4×8×8", "8×8×8", "8×8×8"]

    @pytest.mark.parametrize("call", ["{down: [8, 1]", "{down: 8", "{down: 8, stride: 1"])
    def test_the_first_call_of_a_block_may_have_other_arguments(self, call: str) -> None:
        args = "[width, stride]" if "[" in call else "{width: , stride: 1}"
        text = f"""
input: 8x16x16
blocks: {{down: {{args: {args}, layers: [{{conv: width, kernel: 1, stride: stride}}]}}}}
layers: [{call}, repeat: 2, first: {{width: 4, stride: 2}}}}]
"""
        assert [str(row.output) for row in _table(text)] == ["4×8×8", "8×8×8"]

    def test_copies_are_counted_within_reason(self) -> None:
        text = "{input: 8x4x4, layers: [{relu, repeat: 1000000000}]}"
        assert _refusal(text) == "relu: repeat: expected an integer from 0 to 200,000, got 1000000000"

    def test_a_network_of_nothing_ends_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(STEPS.variable, "1000")
        nothing = "{layers: [{layers: [], repeat: 200000, name: a}], repeat: 200000, name: b}"
        assert "takes more than 1,000 steps to expand" in _refusal(f"{{input: 8x4x4, layers: [{nothing}]}}")

    def test_a_network_of_too_many_layers_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(LAYERS.variable, "1000")
        many = "{layers: [{relu, repeat: 100, name: r}], repeat: 100, name: b}"
        assert "the network has more than 1,000 layers" in _refusal(f"{{input: '8', layers: [{many}]}}")

    def test_copies_need_a_number(self) -> None:
        text = "{input: 8xHxH, layers: [{relu, repeat: in_height}]}"
        assert (
            _refusal(text)
            == "relu: repeat: expected an integer from 0 to 200,000, got H (replace its variables by numbers)"
        )


class TestBlocks:
    """A block sees its own arguments, the file's, and the tensor; never the caller's."""

    def test_defaults_use_earlier_arguments_and_the_tensor(self) -> None:
        text = """
input: 8x4x4
args: {base: 3}
blocks:
  b:
    args: {a: , twice: 2*a, through: in_channels}
    layers: [{conv: twice + base, kernel: 1}, {conv: through, kernel: 1}]
layers: [{b: 5}]
"""
        assert [row.output.channels for row in _table(text)] == [13, 8]

    def test_the_callers_copies_are_not_seen(self) -> None:
        text = "{input: 8x4x4, blocks: {b: {layers: [{conv: index + 1, kernel: 1}]}}, layers: [{b: , repeat: 2}]}"
        assert _refusal(text).startswith("b/1/conv: unknown name 'index'")

    def test_an_argument_may_be_a_kind_a_truth_value_or_a_list_of_layers(self) -> None:
        text = """
input: 8x4x4
blocks:
  b:
    args: [act, after, on]
    layers: [{use: act}, {layers: after, name: extra}, {layers: more, when: on}]
args: {more: [tanh]}
layers: [{b: [relu, [{conv: 4, kernel: 1}, elu], true]}]
"""
        assert [row.path for row in _table(text)] == ["b/act", "b/extra/conv", "b/extra/elu", "b/more/tanh"]

    def test_use_passes_arguments_on(self) -> None:
        text = """
input: 8x4x4
args: {kind: conv, block: b}
blocks: {b: {args: {w: , k: 1}, layers: [{conv: w, kernel: k}]}}
layers:
  - {use: kind, args: {filters: 6, kernel: 1}}
  - {use: kind, args: 5, kernel: 1}
  - {use: block, args: 4, k: 3}
  - {use: block, args: [3]}
"""
        error = _refusal(text)
        assert error.startswith("block_2/conv: filters of conv: expected an integer ≥ 1, got [3]")

    def test_a_block_that_calls_itself_is_refused(self) -> None:
        text = "{input: 8x4x4, blocks: {a: {layers: [b]}, b: {layers: [a]}}, layers: [a]}"
        assert _refusal(text) == "a/b/a: block 'a' contains itself (remove the recursion: a calls b calls a)"

    def test_levels_are_bounded(self) -> None:
        blocks = ", ".join(f"b{n}: {{layers: [b{n + 1}]}}" for n in range(50))
        text = f"{{input: '8', blocks: {{{blocks}, b50: {{layers: [relu]}}}}, layers: [b0]}}"
        assert "more than 40 levels of blocks, groups and branches (use fewer nested levels)" in _refusal(text)


class TestReading:
    """`from` reads what stands before: in this list, in one around it, inwards by a path."""

    def test_inwards_outwards_and_the_input(self) -> None:
        text = """
input: 8x4x4
layers:
  - {layers: [{conv: 4, kernel: 1, name: a}, relu], name: stem}
  - {conv: 2, kernel: 1}
  - {add: [stem, stem/a]}
  - layers: [{conv: 4, kernel: 1, from: stem/a}, {add: [conv, stem]}]
    name: tail
  - {conv: 3, kernel: 1, from: input, name: again}
"""
        table = _table(text)
        assert str(table["tail/add"].output) == "4×4×4"
        assert str(table["again"].inputs[0]) == "8×4×4"

    def test_a_block_reads_its_own_input(self) -> None:
        text = """
input: 8x4x4
blocks: {b: {layers: [{conv: 4, kernel: 1}, {conv: 4, kernel: 1, from: input}, {add: [conv, conv_2]}]}}
layers: [{conv: 5, kernel: 1}, b]
"""
        assert [row.inputs[0].channels for row in _table(text)] == [8, 5, 5, 4]

    def test_only_the_first_copy_reads_it(self) -> None:
        text = "{input: 8x4x4, layers: [{conv: 4, kernel: 1, name: a}, {conv: 4, kernel: 1, from: input, repeat: 2}]}"
        assert [row.inputs[0].channels for row in _table(text)] == [8, 8, 4]

    @pytest.mark.parametrize(
        ("layers", "message"),
        [
            (
                "[{relu, from: later}, {tanh, name: later}]",
                "relu: 'later' is defined later (use an earlier layer)",
            ),
            ("[{relu, name: stem}, {tanh, from: stme}]", "tanh: unknown layer 'stme' (did you mean stem?)"),
            (
                "[{layers: [{conv: 2, kernel: 1, name: c}], train_only: true, name: head}, {relu, from: head/c}]",
                "relu: 'head/c' is part of a training-only head and cannot be used here (use a layer outside of the head)",
            ),
            ("[{add: [relu, tanh]}]", "add: unknown layer 'relu'"),
            (
                "[{relu, name: c, repeat: 4}, {add: [c/2, c/9]}]",
                "add: unknown layer 'c/9' (did you mean c/1, c/2 or c/3?)",
            ),
            ("[{relu, name: c}, {tanh, from: c/2}]", "tanh: unknown layer 'c/2'"),
            (
                "[{relu, from: c/2}, {tanh, name: c, repeat: 2}]",
                "relu: 'c/2' is defined later (use an earlier layer)",
            ),
            (
                "[{layers: [{tanh, from: late}], name: g}, {layers: [{relu, name: late}]}]",
                "g/tanh: 'late' is defined later (use an earlier layer)",
            ),
            (
                "[{relu, name: a, when: false}, {tanh, from: a}]",
                "tanh: 'a' was left out by its condition (when) (use a layer that is always there, or the same "
                "condition here)",
            ),
            (
                "[{layers: [{relu, name: a}], when: false}, {tanh, from: a}]",
                "tanh: 'a' was left out by its condition (when) (use a layer that is always there, or the same "
                "condition here)",
            ),
            (
                "[{layers: [{relu, name: a}], name: g, when: false}, {tanh, from: g/a}]",
                "tanh: 'g/a' was left out by its condition (when) (use a layer that is always there, or the same "
                "condition here)",
            ),
            (
                "[{concat: {one: [relu], two: {layers: [tanh], when: false}}, name: c}, {tanh, from: c/two}]",
                "tanh: 'c/two' was left out by its condition (when) (use a layer that is always there, or the same "
                "condition here)",
            ),
            (
                "[{relu, name: a}, {layers: [{relu, name: a, when: false}, {tanh, from: a}], name: g}]",
                "g/tanh: 'a' was left out by its condition (when) (use a layer that is always there, or the same "
                "condition here)",
            ),
        ],
    )
    def test_what_cannot_be_read_is_refused(self, layers: str, message: str) -> None:
        assert _refusal(f"{{input: 8x4x4, layers: {layers}}}") == message

    def test_a_block_does_not_read_its_callers_layers(self) -> None:
        text = "{input: 8x4x4, blocks: {b: {layers: [{relu, from: stem}]}}, layers: [{relu, name: stem}, b]}"
        assert _refusal(text) == "b/relu: unknown layer 'stem'"

    def test_several_inputs_are_read_by_name(self) -> None:
        text = "{input: {left: 1x4x4, right: 1x4x4}, layers: [{relu, from: left}, {add: [relu, right]}]}"
        table = _table(text)
        assert {name: str(shape) for name, shape in table.inputs.items()} == {"left": "1×4×4", "right": "1×4×4"}
        assert [row.path for row in table] == ["relu", "add"]

    @pytest.mark.parametrize("layer", ["relu", "{relu, from: input}"])
    def test_with_several_inputs_the_first_layer_says_which(self, layer: str) -> None:
        text = f"{{input: {{left: 1x4x4, right: 1x4x4}}, layers: [{layer}]}}"
        assert (
            _refusal(text)
            == "relu: the first layer requires from: the network has several inputs (add from: left or right)"
        )

    def test_one_of_several_inputs_can_be_named_input(self) -> None:
        table = _table("{input: {input: 1x4x4, right: 2x4x4}, layers: [{relu, from: input}, {relu, from: right}]}")
        assert [row.output.channels for row in table] == [1, 2]

    def test_an_output_that_nobody_reads_is_a_remark(self) -> None:
        layers = "[{conv: 2, kernel: 1, name: a}, {conv: 2, kernel: 1, from: input, name: b}]"
        assert _table(f"{{input: 8x4x4, layers: {layers}}}").remarks == (
            "a: its output is not used (list it in outputs if this is intended)",
        )
        assert _table(f"{{input: 8x4x4, layers: {layers}, outputs: [a, b]}}").remarks == ()

    def test_a_buffer_that_nobody_reads_is_no_remark(self) -> None:
        learned, stored = (
            _table(f"{{input: 8x4x4, layers: [{{parameter: [3, 3], fixed: {fixed}, name: a}}, {{relu, from: input}}]}}")
            for fixed in ("false", "true")
        )
        assert (len(learned.remarks), stored.remarks, stored.totals.counts.buffers) == (1, (), 9)

    def test_an_output_is_a_name_like_any_other(self) -> None:
        layers = "[{layers: [{relu, repeat: 2}], name: g}, {conv: 2, kernel: 1, from: input}]"
        assert _table(f"{{input: 8x4x4, layers: {layers}, outputs: [g]}}").remarks == ()
        message = "outputs: unknown layer 'gg' (did you mean g?)"
        assert _refusal(f"{{input: 8x4x4, layers: {layers}, outputs: [gg]}}") == message


class TestMerges:
    """Merges over branches and over names; shapes that do not go together are refused."""

    @pytest.mark.parametrize(
        ("merge", "message"),
        [
            (
                "{add: {a: [{conv: 4, kernel: 1}], b: []}}",
                "add: shapes 4×4×4 and 8×4×4 do not match (channels 4 and 8) "
                "(a/conv outputs 4×4×4; input is 8×4×4\nadd a projection to one branch, for example {conv: 4, kernel: 1})",
            ),
            (
                "{concat: {a: [{maxpool: 2}], b: []}}",
                "concat: shapes 8×2×2 and 8×4×4 do not match (height 2 and 4) (a/maxpool outputs 8×2×2; input is 8×4×4\n"
                "resize one of them ({crop: , to: LAYER} or {upsample: , to: LAYER}), or change its padding\n"
                "archcalc solve NET --fits finds input sizes that fit)",
            ),
            (
                "{multiply: {a: [{conv: 4, kernel: 1}], b: []}}",
                "multiply: shapes 4×4×4 and 8×4×4 do not match (channels 4 and 8) "
                "(a/conv outputs 4×4×4; input is 8×4×4\nadd a projection to one branch, for example {conv: 4, kernel: 1})",
            ),
            (
                "{add: {a: [flatten], b: []}}",
                "add: cannot combine a vector of 128 features with a feature map of shape 8×4×4 "
                "(a/flatten outputs 128; input is 8×4×4)",
            ),
            ("add", "add: add requires branches, or a list of names (for example: {add: {main: […], skip: []}})"),
            (
                "{conv: {a: []}, kernel: 1}",
                "conv: expected a value, got branches (use add, subtract, multiply or concat to merge branches)",
            ),
            ("{add: {a: [], b: []}, over: 1}", ": unknown option 'over' of add (add has no options)"),
        ],
    )
    def test_what_does_not_go_together_is_refused(self, merge: str, message: str) -> None:
        assert _refusal(f"{{input: 8x4x4, layers: [{merge}]}}") == message

    def test_a_gate_stretches_over_its_map(self) -> None:
        text = "{input: 8x4x4, layers: [{multiply: {gate: [global_avgpool, sigmoid], map: []}}]}"
        assert str(_table(text).output) == "8×4×4"

    def test_concat_of_vectors_joins_their_features(self) -> None:
        text = "{input: '8', layers: [{concat: {a: [{linear: 3}], b: []}}]}"
        assert str(_table(text).output) == "11"


class TestHeads:
    """What only training runs stands apart."""

    TEXT = """
input: 8x4x4
layers:
  - {conv: 4, kernel: 1, name: a}
  - {layers: [flatten, {linear: 2}], train_only: true, name: head}
  - {conv: 2, kernel: 1, name: b}
"""

    def test_the_next_layer_reads_what_the_head_read(self) -> None:
        assert str(_table(self.TEXT)["b"].inputs[0]) == "4×4×4"

    def test_totals_keep_the_head_apart(self) -> None:
        totals = _table(self.TEXT).totals
        assert (totals.params, totals.train_only.params) == (8 * 4 + 4 + 4 * 2 + 2, 64 * 2 + 2)
        assert (totals.weighted_depth, totals.train_only.macs) == (2, 128)


class TestSharing:
    """Shared weights count once, their work each time."""

    TOWER = "blocks: {tower: {layers: [{conv: 4, kernel: 3}, batchnorm, flatten]}}"

    def test_a_block_shares_path_by_path(self) -> None:
        text = f"""
input: {{left: 1x8x8, right: 1x8x8}}
{self.TOWER}
layers:
  - {{tower, from: left, name: first}}
  - {{tower, from: right, share: first, name: second}}
  - {{tower, from: right, share: second, name: third}}
  - {{add: [first, second, third]}}
"""
        table = _table(text)
        assert table["third/conv"].shares == "first/conv"
        assert (table["second/conv"].params, table["second/batchnorm"].counts.buffers) == (0, 0)
        assert table.totals.params == table["first/conv"].params + table["first/batchnorm"].params
        assert table.totals.macs == 3 * table["first/conv"].macs

    def test_stride_and_size_may_differ(self) -> None:
        text = "{input: 4x8x8, layers: [{conv: 4, kernel: 3, name: a}, {conv: 4, kernel: 3, stride: 2, share: a}]}"
        assert _table(text)["conv"].shares == "a"

    @pytest.mark.parametrize(
        ("second", "message"),
        [
            (
                "{conv: 4, kernel: 5, share: a}",
                "conv: cannot share the weights of a: weight is 4×4×5×5 here and 4×4×3×3 there",
            ),
            (
                "{conv: 4, kernel: 3, bias: false, share: a}",
                "conv: cannot share the weights of a: conv has no tensor 'bias' (tensors: weight)",
            ),
            (
                "{linear: 4, over: channels, share: a}",
                "linear: cannot share the weights of a: weight is 4×4 here and 4×4×3×3 there",
            ),
            ("{relu, share: a}", "relu: cannot share the weights of a: it has no tensor in common with relu"),
            (
                "{conv: 4, kernel: 3, share: a.wait}",
                "conv: cannot share the weights of a: conv has no tensor 'wait' (tensors: weight, bias)",
            ),
            (
                "{conv: 4, kernel: 3, share: true}",
                "conv: share: true requires repeat (name the layer whose weights are used)",
            ),
            ("{conv: 4, kernel: 3, share: c}", "conv: unknown layer 'c' (did you mean a?)"),
            ("{layers: [relu], name: g, share: a}", "g/relu: cannot share weights: a has no corresponding layer"),
        ],
    )
    def test_other_weights_cannot_be_shared(self, second: str, message: str) -> None:
        text = f"{{input: 4x8x8, layers: [{{conv: 4, kernel: 3, name: a}}, {second}]}}"
        assert _refusal(text) == message

    def test_copies_with_the_same_weights_may_differ_in_layers_without_weights(self) -> None:
        block = "blocks: {b: {args: [n], layers: [{pad: 1, when: n > 0}, {conv: 4, kernel: 3, padding: 1}, {relu, when: n > 0}]}}"
        spec = f"{{input: 4x8x8, {block}, layers: [{{b: index, repeat: 3, share: true, name: g}}]}}"
        table = _table(spec)
        assert [row.path for row in table if row.shares] == ["g/2/conv", "g/3/conv"]
        assert (table.totals.params, str(table.output)) == (148, "4×12×12")
        assert (
            _refusal(spec.replace("relu", "batchnorm"))
            == "g/2/batchnorm: cannot share weights: g/1 has no corresponding layer"
        )

    def test_an_embedding_and_a_linear_layer_have_one_matrix(self) -> None:
        """As in GPT-2: 100 words of 8 features, looked up at the input and scored at the output."""
        table = _table("{input: 5, layers: [{embedding: 100, features: 8, name: e}, {linear: 100, name: h, share: e}]}")
        assert (table["h"].counts.weights, table["h"].counts.biases) == (0, 100)
        assert (table.totals.params, table.totals.macs) == (800 + 100, 5 * 8 * 100)
        alone = "{input: 5, layers: [{embedding: 100, features: 8, name: e}, {linear: 100, bias: false, share: e}]}"
        assert _table(alone).totals.params == 800

    def test_one_tensor_is_shared_turned_round(self) -> None:
        """As in an autoencoder with tied weights: the decoder's matrix is the encoder's, its bias is its own."""
        layers = "[{linear: 3, name: code}, {linear: 7, name: out, share: code.weight}]"
        table = _table(f"{{input: 7, layers: {layers}}}")
        assert (table["out"].counts.weights, table["out"].counts.biases, table["out"].shares) == (0, 7, "code")
        assert _refusal(f"{{input: 7, layers: {layers.replace('.weight', '')}}}") == (
            "out: cannot share the weights of code: bias is 7 here and 3 there"
        )

    @pytest.mark.parametrize("copies", [1, 2, 12])
    def test_all_copies_have_the_weights_of_the_first(self, copies: int) -> None:
        block = "blocks: {b: {layers: [{linear: 8, name: f}, {linear: 8, name: g, share: f}, {layernorm: , name: n}]}}"
        table = _table(f"{{input: TF 5x8, {block}, layers: [{{b: , repeat: {copies}, share: true, name: h}}]}}")
        assert table.totals.params == 8 * 8 + 8 + 2 * 8
        assert table.totals.macs == copies * 2 * 5 * 8 * 8
        assert {row.shares for row in table if row.name == "g"} == {"h/1/f"}

    def test_names_of_layers_and_of_tensors_can_contain_dots(self) -> None:
        text = "{{input: TF 5x8, layers: [{{attention: 2, name: a.b}}, {{attention: 2, name: c, share: a.b{}}}]}}"
        one, whole = _table(text.format(".out_proj.weight")), _table(text.format(""))
        assert (one["c"].counts.params, one["c"].shares) == (one["a.b"].counts.params - 64, "a.b")
        assert (whole["c"].counts.params, whole["c"].shares) == (0, "a.b")

    def test_copies_share_with_one_layer_or_in_pairs(self) -> None:
        text = "{input: 4x8x8, layers: [{conv: 4, kernel: 3, padding: 1, name: a}, "
        one = _table(text + "{conv: 4, kernel: 3, padding: 1, name: c, repeat: 2, share: a}]}")
        assert [row.shares for row in one] == [None, "a", "a"]
        pairs = _table(text + "{conv: 4, kernel: 1, name: b, repeat: 2}, "
                              "{conv: 4, kernel: 1, name: c, repeat: 2, share: b}]}")  # fmt: skip
        assert [row.shares for row in pairs] == [None, None, None, "b/1", "b/2"]

    def test_merges_inside_shared_blocks_are_no_matter(self) -> None:
        text = """
input: 4x8x8
blocks: {b: {layers: [{add: {main: [{conv: 4, kernel: 1}], skip: []}}]}}
layers: [{b, name: x}, {b, name: y, share: x}]
"""
        assert _table(text).totals.params == 20


class TestInclusion:
    """Another network is a layer."""

    def test_it_stops_where_it_is_told_and_takes_arguments(self) -> None:
        text = "{input: 1x32x32, layers: [{network: lenet5-modern, args: {classes: 3}, name: net}, {linear: 2}]}"
        table = _table(text)
        assert str(table["net/output"].output) == "3"
        assert table.groups["net"] == "lenet5-modern"

    def test_it_stops_inside_repeated_groups_and_blocks(self) -> None:
        for until, channels in (("conv3_2", 256), ("pool2", 128)):
            text = f"{{input: 3x64x64, layers: [{{network: vgg16, until: {until}}}]}}"
            assert _table(text).output.channels == channels
        assert _table("{input: 3x64x64, layers: [{network: resnet50, until: conv3_x/2}]}").output.channels == 512

    @pytest.mark.parametrize(
        ("layer", "message"),
        [
            ("{network: vgg16, until: conv9}", "vgg16: unknown layer 'conv9' of vgg16"),
            ("{network: vgg17}", ": unknown network 'vgg17' (did you mean vgg11, vgg13 or vgg16?)"),
            (
                "{network: , until: x}",
                ": network requires the name of a network (for example: {network: alexnet, until: fc7})",
            ),
        ],
    )
    def test_what_it_cannot_be_is_refused(self, layer: str, message: str) -> None:
        assert _refusal(f"{{input: 3x64x64, layers: [{layer}]}}") == message

    def test_an_unknown_argument_is_refused(self) -> None:
        text = "{input: 3x64x64, layers: [{network: vgg16, args: {clases: 3}}]}"
        assert _refusal(text) == "vgg16: unknown argument 'clases' of vgg16 (did you mean classes?)"


class TestAwkward:
    """What nobody writes on purpose is refused in words too."""

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (
                "{input: 8x4x4, layers: [{layers: [{relu, name: relu_#}], repeat: 2}, relu, relu]}",
                "relu_2: two layers have the path 'relu_2' (rename one of them)",
            ),
            (
                "{input: {a: 1x4x4, b: 1x4x4}, layers: [{layers: [], name: g}, {relu, from: g}]}",
                "relu: 'g' has no output",
            ),
            (
                "{input: {a: 1x4x4, b: 1x4x4}, layers: [{relu, when: in_channels == 3}]}",
                "relu: in_channels has no value here: this place has no input tensor",
            ),
            (
                "{input: 8x4x4, blocks: {b: {args: {w: 1}, layers: [relu]}}, layers: [{b, w: {x: 1}}]}",
                "b: expected a scalar or a list, got a mapping"
                " (quote expressions with a comma: in { } it separates keys)",
            ),
            ("{input: 8x4x4, args: {n: 3}, layers: [{use: n}]}", "n: use expects the name of a layer or block, got 3"),
            ("{input: 8x4x4, args: {n: 3}, layers: [{layers: n}]}", "n: expected a list of layers, got 3"),
            (
                "{input: 8x4x4, args: {n: [{name: a, relu: }]}, layers: [{layers: n}]}",
                "n: unknown layer 'name': the first key must be the layer kind (move relu to the front)",
            ),
            (
                "{input: 8x4x4, args: {b: blk}, blocks: {blk: {args: [w], layers: [relu]}}, layers: [{use: b}]}",
                "b: blk requires the argument w (arguments of blk: w)",
            ),
            ("{input: 8x4x4, args: {k: relo}, layers: [{use: k}]}", "k: unknown layer 'relo' (did you mean relu?)"),
            (
                "{input: 8x4x4, args: {k: conv}, layers: [{use: k}]}",
                "k: conv requires the options filters and kernel (for example: {conv: 64, kernel: 3})",
            ),
            (
                "{input: 8x4x4, args: {k: conv}, layers: [{use: k, args: 3, knl: 3}]}",
                "k: unknown option 'knl' of conv (options of conv: filters, kernel, stride, padding, dilation, groups, bias, table, fixed)",
            ),
            (
                "{input: 8x4x4, blocks: {b: [relu]}, layers: [relu]}",
                ": invalid block 'b': expected a mapping (for example: {args: [width], layers: [{conv: width, kernel: 3}]})",
            ),
            (
                "{input: 8x4x4, blocks: {b: {layer: [], layers: []}}, layers: [relu]}",
                ": unknown key 'layer' of block 'b' (did you mean layers?)",
            ),
            (
                "{input: 8x4x4, blocks: {b: {args: w, layers: []}}, layers: [relu]}",
                ": invalid args: expected a list of names, or a mapping of names to defaults",
            ),
            (
                "{input: 8x4x4, args: {w-1: 3}, layers: [relu]}",
                ": invalid argument name 'w-1' (use letters, digits and _)",
            ),
            ("{input: 8x4x4, layers: ['']}", ": expected a layer, for example relu or {conv: 64, kernel: 3}"),
            ("{input: 8x4x4, layers: [[relu]]}", ": expected a layer, for example relu or {conv: 64, kernel: 3}"),
            (
                "{input: 8x4x4, layers: [{layers: {relu: 3}}]}",
                ": layers: expected a list, or an argument that is a list",
            ),
            (
                "{input: 8x4x4, layers: [{add: {a: {wen: true, layers: []}}}]}",
                ": unknown key 'wen' of branch 'a' (write a branch as a list of layers, or as {when: condition, layers: [...]})",
            ),
            (
                "{input: 8x4x4, layers: [{relu, repeat: 2, first: 3}]}",
                ": first: expected a mapping of arguments for the first copy (for example: first: {stride: 2})",
            ),
            ("{input: 8x4x4, layers: [{relu, name: }]}", ": name: expected a single value"),
            (
                "{input: 8x4x4, layers: [{relu, layers: [tanh]}]}",
                ": relu cannot contain layers (write a group as {layers: [...]}, a merge as {add: {branch: [...]}})",
            ),
            ("{input: [3, 1/2, 4], layers: [relu]}", ": expected an integer, got 0.5"),
            (
                "{input: AB 3x4, layers: [relu]}",
                ": unknown layout 'AB' (available: F, TF, CL, CHW, CDHW, and their permutations, for example NHWC)",
            ),
        ],
    )
    def test_it_is_refused(self, text: str, message: str) -> None:
        assert _refusal(text) == message


class TestReviewed:
    """What a reviewer found."""

    def test_names_in_copies_of_a_nameless_group_are_found_in_their_copy(self) -> None:
        text = "{input: 4x8x8, layers: [{layers: [{conv: 4, kernel: 1, name: c}, relu, {add: [c, relu]}], repeat: 2}]}"
        table = _table(text)
        assert [row.path for row in table] == ["c/1", "relu/1", "add/1", "c/2", "relu/2", "add/2"]

    def test_the_same_block_name_in_two_files_is_no_recursion(self) -> None:
        text = "{input: 3x64x64, blocks: {bottleneck: {layers: [{network: resnet50, until: conv2_x/1}]}}, layers: [bottleneck]}"
        assert _table(text).output.channels == 256

    @pytest.mark.parametrize(
        ("layers", "message"),
        [
            (
                "[{conv: 64, filters: 32, kernel: 1}]",
                ": filters of conv is given twice: after conv and by name (keep one of them)",
            ),
            ("[{b: 8, w: 3}]", ": w of b is given twice: after b and by name (keep one of them)"),
            ("[{add: {a: [], c: {when: [false], layers: [relu]}}}]", ": when: expected a single value"),
            (
                "[{conv: 4, kernel: 1, name: a, train_only: true}, {conv: 4, kernel: 1, share: a}]",
                "conv: cannot share the weights of a: it is part of a training-only head (let the layer of the head share)",
            ),
            (
                "[{use: d, args: [[{network: lenet5}]]}]",
                "d/body/lenet5: network lenet5 cannot be part of an argument (put it into a block and use the name of the block)",
            ),
            ("[{layers: [relu], repeat: 2, first: {x: 1}}]", ": first cannot be used with layers: it has no arguments"),
        ],
    )
    def test_it_is_refused(self, layers: str, message: str) -> None:
        blocks = "{b: {args: {w: 1}, layers: [relu]}, e: {args: [body], layers: [{layers: body}]}}"
        assert _refusal(f"{{input: 4x8x8, args: {{d: e}}, blocks: {blocks}, layers: {layers}}}") == message

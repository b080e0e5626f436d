"""Loading: by name, by path, from standard input, in place; what extends what; which variant."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.errors import ArchcalcError, Source, SpecError
from archcalc.specfile import index, loading, shipped
from archcalc.specfile.compiled import dump, restore
from archcalc.specfile.loading import read_file
from archcalc.specfile.yaml_text import parse

if TYPE_CHECKING:
    from pathlib import Path

    from archcalc.network.written import Written

FILES = sorted(path.relative_to(shipped.folder()).as_posix() for path in shipped.folder().rglob("*.yaml"))


def test_standard_input_is_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"{input: '4', layers: [{linear: 2}]}")))
    assert archcalc.load("-").analyze().totals.params == 10


def test_layers_in_place_need_an_input() -> None:
    assert archcalc.load("[{conv: 64, kernel: 3}, relu]").analyze("3x8x8").totals.params == 1792


def test_a_folder_is_a_place() -> None:
    assert archcalc.load("torchvision/resnet50").analyze().totals.macs == 4_089_184_256
    assert archcalc.load("resnet50").analyze().totals.macs == 3_857_973_248


def test_only_the_folder_of_a_framework_is_part_of_the_name() -> None:
    assert shipped.find("gpt2").file == "llm/gpt2.yaml"
    with pytest.raises(ArchcalcError, match="unknown network 'llm/gpt2'"):
        shipped.find("llm/gpt2")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of specs that extend and include each other."""
    (tmp_path / "base.yaml").write_text(
        "{title: base, input: 3x8x8, args: {width: 4, k: 3}, layers: [{block: width}],"
        " blocks: {block: {args: [w], layers: [{conv: w, kernel: k}]}}, variants: {base: {}, wide: {width: 8, title: w}},"
        " expect: [{params: 112, source: me}, {params: 224, variant: wide, source: me}]}",
        encoding="utf-8",
    )
    (tmp_path / "child.yaml").write_text("{extends: ./base.yaml, title: child, args: {k: 1}}", encoding="utf-8")
    (tmp_path / "grandchild.yaml").write_text(
        "{extends: ./child.yaml, blocks: {block: {args: [w], layers: [{conv: w, kernel: k}, relu]}}, variants: {a: {}}}",
        encoding="utf-8",
    )
    (tmp_path / "circle.yaml").write_text("{extends: ./circle.yaml}", encoding="utf-8")
    (tmp_path / "resnet.yaml").write_text("{extends: resnet, args: {base: 8}}", encoding="utf-8")
    return tmp_path


def test_variants_are_chosen_behind_a_hash(folder: Path) -> None:
    assert archcalc.load(f"{folder}/base.yaml").analyze().totals.params == 112
    assert archcalc.load(f"{folder}/base.yaml#wide").analyze().totals.params == 224
    assert archcalc.load(f"{folder}/base.yaml#wide").spec.title == "w"


def test_figures_belong_to_their_variant(folder: Path) -> None:
    for name in ("base", "wide"):
        (verdict,) = archcalc.verify(archcalc.load(f"{folder}/base.yaml#{name}"))
        assert verdict.outcome == "exact"


def test_a_child_merges_arguments_and_blocks_and_drops_figures(folder: Path) -> None:
    child = archcalc.load(f"{folder}/child.yaml#wide")
    assert child.analyze().totals.params == 3 * 8 + 8
    assert child.spec.expect == ()
    grandchild = archcalc.load(f"{folder}/grandchild.yaml#a")
    assert [row.path for row in grandchild.analyze()] == ["block/conv", "block/relu"]
    assert grandchild.spec.title == "child"


def test_a_shipped_file_is_extended_by_its_name(folder: Path) -> None:
    assert archcalc.load(f"{folder}/resnet.yaml#resnet18").analyze()["conv1"].output.channels == 8


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("circle.yaml", "circle.yaml:1:11: './circle.yaml' extends itself"),
        ("grandchild.yaml", "grandchild.yaml contains several networks"),
        ("nothing.yaml", "nothing.yaml does not exist"),
    ],
)
def test_what_cannot_be_loaded_says_why(folder: Path, name: str, message: str) -> None:
    with pytest.raises(ArchcalcError) as caught:
        archcalc.load(f"{folder}/{name}")
    assert message in str(caught.value)


def test_networks_that_include_each_other_are_refused(folder: Path) -> None:
    for one, other in (("one", "two"), ("two", "one")):
        text = f"{{input: 3x8x8, layers: [{{network: ./{other}.yaml}}]}}"
        (folder / f"{one}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ArchcalcError, match="includes itself"):
        archcalc.load(f"{folder}/one.yaml")


NO_SPECS = {
    "a word": "root:x:0:0:s3cret:/root:/bin/sh\nbin:x:1",
    "other keys": "password: s3cret\nuser: me",
    "no YAML": "a: b: s3cret",
    "a tab": "a: 1\n\ts3cret: 2",
    "nothing": "",
    "two documents": "--- s3cret\n--- s3cret",
    "a list of words": "- s3cret\n- milk",
    "a key twice": "s3cret: 1\ns3cret: 2",
    "an anchor": "&s3cret x",
}


@pytest.mark.parametrize("content", NO_SPECS.values(), ids=NO_SPECS)
@pytest.mark.parametrize("asking", ["extends: ./secret", "input: 3x8x8\nlayers: [{network: ./secret}]"])
def test_a_file_that_is_not_a_spec_is_named_and_not_quoted(folder: Path, asking: str, content: str) -> None:
    (folder / "secret").write_text(content, encoding="utf-8")
    (folder / "net.yaml").write_text(asking, encoding="utf-8")
    with pytest.raises(archcalc.SpecError) as caught:
        archcalc.load(f"{folder}/net.yaml")
    assert "s3cret" not in str(caught.value)
    (mistake,) = caught.value.mistakes
    assert mistake.message == f"{folder}/secret is not a spec"
    assert mistake.place is not None
    assert mistake.place.source.name == f"{folder}/net.yaml"
    assert "./secret" in mistake.place.excerpt()
    with pytest.raises(archcalc.SpecError) as caught:
        archcalc.load(f"{folder}/secret")
    assert "s3cret" in str(caught.value) or not content


EXTENDS, INCLUDES = "extends: ./base", "input: 3x8x8\nlayers: [{network: ./base}]"


@pytest.mark.parametrize(
    ("asking", "content"),
    [
        (EXTENDS, "input: 3x8x8\nlayers: [convv]"),
        (EXTENDS, "layers: [relu\nx"),
        (INCLUDES, "input: 3x8x8\nlayers: [convv]"),
        (INCLUDES, "layers: [relu\nx"),
        (INCLUDES, "{inptu: 3, relu: 2}"),
    ],
)
def test_a_spec_with_mistakes_is_quoted_to_the_file_that_asks_for_it(folder: Path, asking: str, content: str) -> None:
    (folder / "base").write_text(content, encoding="utf-8")
    (folder / "net.yaml").write_text(f"{asking}\n", encoding="utf-8")
    with pytest.raises(archcalc.SpecError) as caught:
        archcalc.load(f"{folder}/net.yaml")
    assert any(m.place and m.place.source.name == f"{folder}/base" for m in caught.value.mistakes)


def test_misspelt_keys_and_a_choice_of_variants_are_not_confused(folder: Path) -> None:
    (folder / "net.yaml").write_text("{inptu: 3x8x8, layers: [relu], variants: {a: {}, b: {}}}", encoding="utf-8")
    with pytest.raises(archcalc.SpecError, match="unknown key 'inptu'"):
        archcalc.load(f"{folder}/net.yaml")


def _places(written: Written) -> list[str]:
    parts = [written, *getattr(written, "items", ())]
    parts += [part for entry in getattr(written, "entries", ()) for part in entry]
    found = [f"{written.place} {written.place and written.place.width} {written.plain}"]
    return found + [line for part in parts[1:] for line in _places(part)]


@pytest.mark.parametrize("file", FILES)
def test_a_compiled_spec_is_the_parsed_one(file: str) -> None:
    source = Source(f"specs/{file}", (shipped.folder() / file).read_text(encoding="utf-8"))
    parsed = parse(source)
    assert _places(restore(json.loads(json.dumps(dump(parsed))), source)) == _places(parsed)


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """What a build puts beside the specs."""
    return index.build(shipped.folder())


@pytest.mark.long
def test_the_index_says_what_the_networks_are(made: dict[str, str]) -> None:
    rows = json.loads(made["index.json"])["networks"]
    assert list(rows) == sorted(rows) or set(rows) == {entry.name for entry in shipped.entries()}
    assert (rows["alexnet"]["params"], rows["alexnet"]["file"]) == (60_965_224, "alexnet.yaml")
    assert {name for name in made if name != "index.json"} == {file.replace(".yaml", ".json") for file in FILES}


def test_an_index_of_another_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchcalcError, match="is not the folder of shipped specs"):
        index.build(tmp_path)


@pytest.mark.long
def test_a_built_package_reads_what_was_compiled(
    folder: Path, made: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in made.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "alexnet.yaml").write_text((shipped.folder() / "alexnet.yaml").read_text(encoding="utf-8"), "utf-8")
    shipped.index.cache_clear()
    monkeypatch.setattr(shipped, "_folder", lambda: str(folder))
    try:
        assert archcalc.load("resnet20").analyze().totals.params == 269_722
        with pytest.raises(archcalc.SpecError, match=r"maxpool: 3, stride: 2"):
            archcalc.load("alexnet").analyze("3x32x32")
    finally:
        shipped.index.cache_clear()


@pytest.mark.parametrize(
    "spec",
    [
        "{input: 3x8x8, blocks: {b: [relu]}, layers: [b]}",
        "{input: 3x8x8, args: w, layers: [{conv: w, kernel: 3}]}",
        "{input: 3x8x8, blocks: {b: {args: w, layers: [{conv: w, kernel: 1}]}}, layers: [b]}",
    ],
)
def test_names_whose_definition_cannot_be_read_are_not_called_unknown(spec: str) -> None:
    with pytest.raises(SpecError) as caught:
        archcalc.loads(spec)
    assert len(caught.value.mistakes) == 1


def test_a_file_that_is_included_often_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        inner = f"{{network: ./n{number + 1}.yaml}}"
        layers = f"[{inner}, {inner}]" if number < 11 else "[relu]"
        (tmp_path / f"n{number}.yaml").write_text(f"input: 3x8x8\nlayers: {layers}\n", encoding="utf-8")
    read: list[str] = []

    def counted(path: str) -> Source:
        read.append(path)
        return read_file(path)

    monkeypatch.setattr(loading, "read_file", counted)
    assert len(loading.load(str(tmp_path / "n0.yaml")).analyze()) == 2**11
    assert len(read) == 12


@pytest.mark.parametrize(("text", "column"), [("é" * 40 + "\x01", 41), ("a: b\ud800", 5), ("input: [\udcff]", 9)])
def test_a_character_that_no_spec_holds_is_shown_where_it_is(text: str, column: int) -> None:
    with pytest.raises(archcalc.SpecError, match="invalid character") as caught:
        archcalc.loads(text)
    (mistake,) = caught.value.mistakes
    assert mistake.place is not None
    assert mistake.place.column == column
    str(caught.value).encode()

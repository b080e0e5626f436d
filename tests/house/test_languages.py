"""Every language says all that English says, and nothing besides; its sentences read as sentences of that language."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING

import pytest

from archcalc.quantities.shape import AXES
from archcalc.services.explaining import explain
from archcalc.services.languages import FOLDER, languages
from archcalc.specfile.loading import load, loads
from archcalc.studies.explaining.concepts import CONCEPTS
from archcalc.studies.homework.borrowed import OTHER_SEED, UNVARIED
from archcalc.studies.homework.derivation import COLUMNS
from archcalc.studies.homework.mistakes import BY_NAME
from archcalc.studies.homework.reported import OTHER_TOOL
from archcalc.studies.homework.slips import SLIPS
from archcalc.studies.homework.variants import OTHER_NETWORK
from archcalc.studies.homework.verdicts import Direction
from archcalc.views.explaining.topics import COMPARED, SPLIT
from archcalc.views.homework import marking, revealing
from archcalc.views.homework.practice import ASKED, REVIEWED
from tests.house.plan import files
from tests.house.test_docs import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

OTHERS = [name for name in languages() if name != "en"]
TEXTS = {
    name: {
        f"{group}.{key}": said
        for group, texts in json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")).items()
        for key, said in texts.items()
    }
    for name in OTHERS
}
KEY = re.compile(r"(labels|questions|headings|remarks)[.][\w-]*\w")


def named() -> Iterator[str]:
    """Yield the keys that stand in the code as they are."""
    for file in files():
        for node in file.nodes_of(ast.Constant):
            if isinstance(node.value, str) and KEY.fullmatch(node.value):
                yield node.value


def noted() -> set[str]:
    """Return the kinds of layers in the networks of the topics about which there is something to say."""
    texts = [case.network for concept in CONCEPTS.values() for case in concept.cases]
    tables = [(loads(text) if text.startswith("{") else load(text)).analyze() for text in texts]
    return {row.kind for table in tables for row in table if not row.layer.joins and row.layer.note(row.inputs[0])}


def made() -> Iterator[str]:
    """Yield the keys that are made from names of tables."""
    yield from (f"mistakes.{name}" for name in BY_NAME)
    yield from (f"slips.{slip.name}" for slip in SLIPS)
    yield from (f"variants.{name}" for name in (OTHER_NETWORK, OTHER_TOOL, OTHER_SEED, UNVARIED))
    for name, concept in CONCEPTS.items():
        yield from (f"topics.{name}", f"topics.{name}.text")
        yield from (f"topics.{name}.{number}" for number, _ in enumerate(concept.cases, 1))
    yield from (f"notes.{kind}" for kind in noted())
    yield from (f"questions.{column}" for column in ASKED)
    yield from (f"headings.{key}" for key in ("layer", "type", "given", *COLUMNS))
    yield from (f"quantities.{name}" for names in revealing.QUANTITIES.values() for name in names)
    yield from (f"quantities.{name}" for name in (*AXES.values(), "padding", "active parameters"))
    yield from (f"labels.counted-{status}" for status in marking.SPOKEN)
    yield from (f"labels.{key}" for key in marking.COLUMNS)
    yield from (f"labels.{found.name.lower().replace('_', '-')}" for found in Direction)
    yield from (f"labels.topic-{column}" for column in REVIEWED)
    yield from (f"labels.compared-{key}" for key in COMPARED | SPLIT)


@pytest.mark.parametrize("name", OTHERS)
def test_a_language_has_every_sentence_and_no_other(name: str) -> None:
    wanted = {*named(), *made()}
    assert (sorted(wanted - TEXTS[name].keys()), sorted(TEXTS[name].keys() - wanted)) == ([], [])


def test_the_worked_solutions_of_famous_networks_have_no_other_quantities() -> None:
    known = {key.partition(".")[2] for key in TEXTS["ko"] if key.startswith("quantities.")} | {"buffers"}
    for net in ("alexnet", "lenet5", "torchvision/resnet18", "torchvision/vit_b_16", "torchvision/mobilenet_v2"):
        table = load(net).analyze()
        for row in table:
            for solved in explain(table, row.path):
                for working in solved.workings:
                    words = re.split(r" and | \(|\)", working.quantity)
                    assert {word for word in words if word} <= known, working.quantity


def calls() -> Iterator[tuple[str, set[str]]]:
    """Yield the keys of sentences that stand in the code, each with the names of its values."""
    for file in files():
        for node in file.nodes_of(ast.Call):
            if node.args and isinstance(node.args[0], ast.Constant):
                key = node.args[0].value
                if isinstance(key, str) and KEY.fullmatch(key):
                    yield key, {keyword.arg or "" for keyword in node.keywords}


VALUES = re.compile(r"[{](\w+)[}]")


@pytest.mark.parametrize("name", OTHERS)
def test_the_values_of_a_sentence_are_those_that_the_code_gives(name: str) -> None:
    given = dict(calls())
    assert given["labels.tally"] == {"score", "most", "parts"}
    for key, said in TEXTS[name].items():
        values = (
            {"count"} if key.startswith("labels.counted-") else {"network"} if key.startswith("variants.") else set()
        )
        assert set(VALUES.findall(said)) <= given.get(key, values), key


COUNTERS = ("개", "점", "문제", "배")
"""What may stand right after a value: words whose form does not depend on it."""

TERMS = frozenset(
    [
        "archcalc",
        "B",
        "C",
        "CNN",
        "conv",
        "CS231n",
        "D",
        "dilation",
        "Enter",
        "FLOPs",
        "G",
        "Inception",
        "I",
        "J",
        "K",
        "k",
        "M",
        "MAC",
        "MACs",
        "P",
        "PReLU",
        "q",
        "R",
        "R-CNN",
        "ReLU",
        "S",
        "same",
        "seed",
        "SPP-net",
        "W",
    ]
)
"""Symbols, units and names that Korean lectures write in Latin letters."""


PARTICLE = re.compile("[}](?!" + "|".join(COUNTERS) + ")[가-힣]")
"""A particle after a value would depend on the sound that the value ends in."""


def foreign(said: str) -> list[str]:
    """Return the words of a sentence that are neither Korean nor terms, and particles after values."""
    words = re.findall(r"[A-Za-z][A-Za-z0-9-]*", VALUES.sub("", said))
    return PARTICLE.findall(said) + [word for word in words if not {word, word.removeprefix("2")} & TERMS]


def test_korean_sentences_are_korean() -> None:
    assert {key: words for key, said in TEXTS["ko"].items() if (words := foreign(said))} == {}


FEEDBACK = ("mistakes.", "slips.", "variants.", "notes.", "remarks.")
LABELS = {"remarks.other-name"}


def abrupt(said: str) -> list[str]:
    """Return the sentences that do not end in -요."""
    bare = re.sub(r" ?[(][^)]*[)]", "", said)
    ends = [part.strip() for part in re.split(r"(?<=[가-힣])[.?:](?: |$)", bare) if re.search("[가-힣]", part)]
    return [end for end in ends if not end.endswith("요")]


def test_korean_feedback_is_polite_in_one_way() -> None:
    feedback = {key: said for key, said in TEXTS["ko"].items() if key.startswith(FEEDBACK) or key.endswith(".text")}
    assert len(feedback) > 100
    assert {key: ends for key, said in feedback.items() if key not in LABELS and (ends := abrupt(said))} == {}


def test_a_translated_sentence_has_no_number_that_the_english_one_has_not() -> None:
    """So it gives no answer away."""
    english = {
        **{f"mistakes.{name}": mistake.text for name, mistake in BY_NAME.items()},
        **{f"slips.{slip.name}": slip.text for slip in SLIPS},
        **{f"topics.{name}.text": concept.sentence for name, concept in CONCEPTS.items()},
    }
    more = {key: numbers_in(TEXTS["ko"][key]) - numbers_in(said) - {"0"} for key, said in english.items()}
    assert {key: numbers for key, numbers in more.items() if numbers} == {}


def numbers_in(said: str) -> set[str]:
    """Return the numbers of a sentence."""
    return set(re.findall(r"\d+(?:,\d{3})*", said))


GLOSSARY = re.findall(r"^[|] ([^|]+) [|] ([^|]+) [|] [^|]+ [|]$", PAGES["docs/ko/glossary.md"], re.MULTILINE)[1:]
ENGLISH = " ".join(
    [
        *(text for name, text in PAGES.items() if not name.startswith("docs/ko/")),
        *(mistake.text for mistake in BY_NAME.values()),
        *(text for concept in CONCEPTS.values() for text in (concept.title, concept.sentence)),
    ]
).lower()
KOREAN = " ".join([*TEXTS["ko"].values(), *(text for name, text in PAGES.items() if name.startswith("docs/ko/"))])


def test_the_glossary_explains_words_that_occur() -> None:
    assert len(GLOSSARY) >= 55
    said = " ".join(ENGLISH.split())
    assert [english for english, _ in GLOSSARY if english.lower() not in said] == []
    assert [english for english, _ in GLOSSARY] == sorted({english for english, _ in GLOSSARY}, key=str.lower)


OTHER_WORDS = (
    "컨볼루션 ",
    "합성곱층",
    "보폭",
    "스트라이딩",
    "파라미터",
    "바이어스",
    "수용장",
    "수용영역",
    "레이어",
    "특성 맵",
)


@pytest.mark.parametrize("word", OTHER_WORDS)
def test_a_thing_has_one_name(word: str) -> None:
    assert word not in KOREAN.replace("디컨볼루션", "")

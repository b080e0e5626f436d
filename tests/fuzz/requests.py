"""Requests to the live page: of all its actions, about specs of any sort, with fields that are right or anything else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from archcalc.live.answering import ACTIONS
from archcalc.live.downloading import DOWNLOADS
from archcalc.live.showing import PICTURES
from archcalc.studies.homework.derivation import COLUMNS
from tests.fuzz import specs
from tests.fuzz.command_lines import NETWORKS, strange
from tests.fuzz.mutation import piece

if TYPE_CHECKING:
    from random import Random

GOOD = "input: 3x32x32\nlayers:\n  - {conv: 4, kernel: 3, name: conv1}\n  - relu\n  - flatten\n  - {linear: 10, name: fc}\n"
LAYERS = ("conv1", "fc", "relu", "total", "flatten", "", "conv9")
ANYTHING: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    3.5,
    10**30,
    "",
    [],
    {},
    [[]],
    {"text": 3},
    "\x1b]0;x\x07",
    "\ud800",
    "=1+1",
)


def request(random: Random) -> str:
    """Return a request as JSON, or in one of twenty cases something like it."""
    fields = {name: made for name, made in _fields(random).items() if random.random() < 0.93}
    if random.random() < 0.15:
        fields[random.choice([*fields, "x"])] = random.choice(ANYTHING)
    text = json.dumps(fields)
    if random.random() < 0.05:
        place = random.randrange(len(text))
        text = text[:place] + piece(random) + text[place + random.randint(0, 5) :]
    return text


def _fields(random: Random) -> dict[str, Any]:
    what = random.choice(list(DOWNLOADS))
    return {
        "action": random.choice(list(ACTIONS)) if random.random() < 0.97 else strange(random),
        "spec": _spec(random),
        "other": _spec(random),
        "layer": random.choice(LAYERS),
        "column": random.choice(COLUMNS),
        "columns": ",".join(random.sample(COLUMNS, random.randint(0, 3))),
        "kind": random.choice(list(PICTURES)),
        "dark": random.random() < 0.5,
        "level": random.choice((1, 2, 3, 4, "1", None)),
        "what": what,
        "format": random.choice(list(DOWNLOADS[what].formats())),
        "name": random.choice(NETWORKS),
        "answers": [_answer(random) for _ in range(random.randint(0, 4))],
    }


def _spec(random: Random) -> dict[str, Any]:
    make = random.choice((_good, _good, specs.shipped_and_damaged, specs.from_registry, specs.structured, piece))
    return {"text": make(random), "variant": random.choice(("", "", "small", "net"))}


def _good(_: Random) -> str:
    return GOOD


def _answer(random: Random) -> dict[str, Any]:
    values = ("112", "30x30x4", "4x30x30", 112, 3.5, None, "", strange(random), piece(random), 10**40)
    return {"layer": random.choice(LAYERS), **{random.choice(COLUMNS): random.choice(values) for _ in range(2)}}

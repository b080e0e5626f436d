"""Values of JSON, and damage to them: what a configuration of another program may say, and what it should not."""

from __future__ import annotations

import re
from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING, Any

from tests.fuzz.mutation import ACTING, MARKUP, WORDS
from tests.house.plan import PACKAGE

if TYPE_CHECKING:
    from random import Random

SCALARS = (
    0, 1, 2, 3, 4, 5, 8, 16, -1, -2, 7.5, 0.0, 1e300, True, False, None, "", "same", "valid", "relu", "3", "x",
    10**6, 2**31 - 1, 2**31, 2**53, 2**63, 10**30, -(10**30), 10**400,
)  # fmt: skip
_WORD = re.compile(r'"([A-Za-z_][A-Za-z0-9_]{1,40})"')


@cache
def words(*parts: str) -> tuple[str, ...]:
    """Return the words that an importer has in quotes: the names of what it reads, whatever is added to it."""
    found: set[str] = set()
    for part in parts:
        for path in (PACKAGE / "importers").glob(part):
            found.update(_WORD.findall(path.read_text(encoding="utf-8")))
    return tuple(sorted(found))


def value(random: Random, depth: int = 0) -> Any:
    """Return a value: mostly a small number, sometimes a list, a text that acts, or something nested."""
    kind = random.random()
    if kind < 0.01:
        return random.choice((float("inf"), float("nan")))
    if kind < 0.55 or depth > 3:
        return random.choice(SCALARS)
    if kind < 0.8:
        return [random.choice(SCALARS[:9]) for _ in range(random.randint(0, 4))]
    if kind < 0.9:
        return random.choice((*ACTING, *MARKUP, *WORDS))
    if kind < 0.95:
        return [value(random, depth + 1) for _ in range(random.randint(0, 3))]
    return {random.choice(WORDS): value(random, depth + 1) for _ in range(random.randint(0, 3))}


def damaged_tree(random: Random, tree: Any, names: tuple[str, ...], most: int = 4) -> Any:
    """Return a copy of a tree in which some values are exchanged, gone, doubled or added."""
    tree = deepcopy(tree)
    for _ in range(random.randint(1, most)):
        places = list(_places(tree))
        if not places:
            return value(random)
        inside, key = random.choice(places)
        match random.randrange(6):
            case 0 | 1 | 2:
                inside[key] = value(random)
            case 3:
                del inside[key]
            case 4:
                other, place = random.choice(places)
                inside[key] = deepcopy(other[place]) if place in other or isinstance(other, list) else None
            case _ if isinstance(inside, dict):
                inside[random.choice(names)] = value(random)
            case _:
                inside.insert(key, deepcopy(inside[key]))
    return tree


def _places(tree: Any) -> Any:
    """Yield each container of a tree with each of its keys."""
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, inner in pairs:
        yield tree, key
        yield from _places(inner)

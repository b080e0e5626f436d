"""Names of tensors in files and in networks, made comparable: parts, roles, and what files store besides weights."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Parts = tuple[str, ...]

ROLES = {
    "kernel": "weight", "gamma": "weight", "scale": "weight", "embeddings": "weight", "beta": "bias",
    "moving_mean": "running_mean", "moving_variance": "running_var",
}  # fmt: skip
"""Names of other frameworks for the tensors of a layer, and PyTorch's."""

MATRICES = ("gate_up_proj", "down_proj")
"""Names of weights that are those of a module elsewhere: experts in one tensor."""

NOT_COMPARED = (
    (r"num_batches_tracked$", "counters of batches"),
    (r"(^|\.)position_ids$", "numbers of positions"),
    (r"(^|\.)inv_freq$", "frequencies of rotary positions"),
    (r"(^|\.)e_score_correction_bias$", "corrections of routers, which are not trained"),
    (r"(^|\.)(masked_bias|attn_mask)$", "masks"),
    (r"(^|\.)(optimizer|optimizer_states?|lr_schedulers?|scheduler)\.", "states of the optimizer"),
)
"""What files store besides the tensors of a network, and what it is."""

STATISTICS = ("running_mean", "running_var")
"""Buffers that are learned from data; other buffers are computed from the sizes of the network."""

_PIECE = re.compile(r"(?P<attention>(q|k|v)(_?proj|_?lin)?|query|key|value)|(?P<gated>gate|up)(_?proj)?")
_DIGITS = re.compile(r"(\d+)")

MOST_AROUND = 4
"""The names of at most this many modules around the network are left out of the names of a file."""


def parts(name: str) -> Parts:
    """Return the parts of a name, the last one as PyTorch calls it.

    >>> parts("block1/conv/kernel")
    ('block1', 'conv', 'weight')
    """
    found = tuple(re.split(r"[./]", name))
    return (*found, "weight") if found[-1] in MATRICES else (*found[:-1], ROLES.get(found[-1], found[-1]))


def role(name: Parts) -> str:
    """Return what a tensor is to its layer, whatever the layer calls it.

    >>> role(("attention", "in_proj_bias")), role(("bn1", "running_var"))
    ('bias', 'running_var')
    """
    return next((word for word in ("weight", "bias") if name[-1].endswith(word)), name[-1])


def in_order(names: Iterable[str]) -> list[str]:
    """Return names in the order of the numbers in them.

    >>> in_order(["h.10.w", "h.2.w"])
    ['h.2.w', 'h.10.w']
    """
    return sorted(names, key=lambda name: [_by_value(p) if p.isdecimal() else p for p in _DIGITS.split(name)])


def _by_value(digits: str) -> tuple[int, str]:
    """Return what sorts digits by their value, of which a file may have thousands."""
    written = digits.lstrip("0")
    return len(written), written


def around(theirs: Iterable[Parts], ours: Collection[Parts]) -> Parts:
    """Return the modules around the network in a file, by which most names become names of the network.

    >>> around([("module", "fc", "weight"), ("module", "fc", "bias")], {("fc", "weight"), ("fc", "bias")})
    ('module',)
    """
    votes = Counter(name[:i] for name in theirs for i in range(min(len(name), MOST_AROUND)) if name[i:] in ours)
    return max(votes, key=lambda prefix: (votes[prefix], -len(prefix)), default=())


def piece(name: Parts) -> tuple[Parts, str] | None:
    """Return the place and the sort of a tensor that other networks store as one with its neighbors, if it is one.

    >>> piece(("h", "0", "attn", "q_proj", "weight")), piece(("mlp", "gate", "linear", "weight"))
    ((('h', '0', 'attn'), 'attention'), (('mlp',), 'gated'))
    """
    for at in (-2, -3):
        found = _PIECE.fullmatch(name[at]) if len(name) >= -at else None
        if found:
            return name[:at], "attention" if found["attention"] else "gated"
    return None


def word(module: Parts) -> str:
    """Return the own name of a module, without the endings that say that it is a projection.

    >>> word(("h", "0", "attn", "q_proj")), word(("layer", "0", "query")), word(("out_proj",)), word(("o_proj",))
    ('q', 'q', 'o', 'o')
    """
    own = module[-1] if module else ""
    found = _PIECE.fullmatch(own)
    if found or own in ("o_proj", "out_proj", "out_lin"):
        return own[0]
    return own


def stacked(name: Parts) -> Parts:
    """Return a name without the last number among its parts, by which copies are told apart.

    >>> stacked(("experts", "3", "w1", "weight"))
    ('experts', '*', 'w1', 'weight')
    """
    numbers = [at for at, part in enumerate(name) if part.isdecimal()]
    return (*name[: numbers[-1]], "*", *name[numbers[-1] + 1 :]) if numbers else name


def not_compared(name: str, dims: tuple[int, ...]) -> str:
    """Return what a tensor is that belongs to no layer, or nothing.

    >>> not_compared("bn1.num_batches_tracked", ()), not_compared("h.0.attn.bias", (1, 1, 1024, 1024))
    ('counters of batches', 'masks')
    """
    if len(dims) == 4 and dims[:2] == (1, 1) and dims[2] == dims[3] and name.endswith(".bias"):  # noqa: PLR2004
        return "masks"
    return next((what for pattern, what in NOT_COMPARED if re.search(pattern, name)), "")

"""What is done with weights that belong to no operation of their own: positions that are added, factors per channel."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from archcalc.importers.rules import channels_second
from archcalc.symbolic.ratio import ratio

if TYPE_CHECKING:
    from archcalc.importers.arrangement import Value
    from archcalc.importers.rules import Making


def with_weights(call: Making, name: str, value: Value, sizes: tuple[int, ...], stored: int = 0) -> Value | None:
    """Add what weights of these sizes do to a tensor, as positions or as factors; ``name`` is the function.

    ``stored`` is how many values they are taken from, if those are others: of 512 positions the first 16.
    """
    if name == "add":
        return _positioned(call, value, sizes, stored or prod(sizes))
    return _scaled(call, value, sizes) if name == "mul" else None


def _positioned(call: Making, value: Value, sizes: tuple[int, ...], stored: int) -> Value | None:
    """Add learned positions, a vector for each token; of fewer vectors than tokens, one for each type of token."""
    tokens = len(value.own) == len(("tokens", "features")) and sizes[-2:] == value.sizes[-2:]
    if not tokens or prod(sizes[:-2]) != 1 or stored % sizes[-1]:
        return None
    x, vectors = call.flow.settled(value), stored // sizes[-1]
    if vectors < sizes[-2]:
        return call.layer("token_type_embedding", [x], types=vectors)
    return call.layer("position_embedding", [x], **({} if vectors == sizes[-2] else {"positions": vectors}))


def _scaled(call: Making, value: Value, sizes: tuple[int, ...]) -> Value | None:
    """Add a learned factor for each channel, which are the last axis or the second."""
    rank = len(value.real)
    if sizes and sizes[-1] == value.sizes[-1] and prod(sizes[:-1]) == 1:
        return call.layer("layer_scale", [call.flow.features_last(value)])
    each_channel = (1, *value.sizes[1:2], *(1,) * (rank - 2))
    if (1,) * (rank - len(sizes)) + sizes != each_channel:
        return None
    return call.layer("layer_scale", [channels_second(call.flow, value)])


def exact(number: float) -> Any:  # noqa: ANN401 - a number of archcalc's own
    """Return a decimal as it is written, to seven digits: 0.1 is a tenth, also where 32 bits cannot hold it.

    >>> str(exact(0.1)), str(exact(0.10000000149011612))
    ('1/10', '1/10')
    """
    digits, _, exponent = f"{number:.6e}".partition("e")
    whole, _, part = digits.partition(".")
    power = int(exponent) - len(part)
    return ratio(int(whole + part) * 10 ** max(power, 0), 10 ** max(-power, 0))

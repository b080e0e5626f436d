"""What a command line says to an importer: inputs, and arguments of what builds the model."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import Refusal, UsageError
from archcalc.network.inputs import read_sizes, require_positive

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archcalc.network.written import Written


class Wishes(NamedTuple):
    """Inputs by name (``""`` where there is one for all), and arguments by name; both without letters in them.

    ``witness`` asks for what the framework itself counts, ``train`` for the heads that only training runs. ``written``
    is the content of a YAML file.
    """

    inputs: Mapping[str, tuple[int, ...]] = MappingProxyType({})
    arguments: Mapping[str, Any] = MappingProxyType({})
    layouts: Mapping[str, str] = MappingProxyType({})
    witness: bool = False
    train: bool = False
    written: Written | None = None


def wishes(shapes: Sequence[str], settings: Sequence[str]) -> Wishes:
    """Read inputs and settings as they are typed; those with letters, and those of single layers, are left for later.

    >>> found = wishes(["3x32x32"], ["num_classes=10", "pretrained=false", "conv1.stride=1"])
    >>> dict(found.inputs), dict(found.arguments)
    ({'': (3, 32, 32)}, {'num_classes': 10, 'pretrained': False})

    Raises:
        UsageError: an input is not a valid shape.
    """
    inputs, layouts = {}, {}
    for text in shapes:
        name, _, shape = text.partition("=") if "=" in text else ("", "", text)
        layout, sizes = _sizes(shape)
        if sizes is not None:
            inputs[name.strip()] = sizes
            layouts[name.strip()] = layout
    named = [setting.partition("=") for setting in settings]
    arguments = {name.strip(): literal(text.strip()) for name, sign, text in named if sign and "." not in name}
    return Wishes(inputs, arguments, layouts)


def _sizes(text: str) -> tuple[str, tuple[int, ...] | None]:
    """Return layout and sizes of an input as it is typed; no sizes where letters are among them."""
    try:
        layout, sizes = read_sizes(text)
        require_positive(sizes)
    except Refusal as refusal:
        raise UsageError(refusal.mistakes[0].message, refusal.mistakes[0].hint) from None
    numbers = tuple(size for size in sizes if isinstance(size, int))
    return layout, numbers if len(numbers) == len(sizes) else None


def literal(text: str) -> Any:  # noqa: ANN401 - whatever a program takes
    """Return a value as Python has it: numbers, true, false, none and lists; anything else is text.

    >>> [literal(text) for text in ("10", "0.5", "true", "none", "[1, 2]", "gelu")]
    [10, 0.5, True, None, (1, 2), 'gelu']
    """
    words = {"true": True, "false": False, "none": None}
    if text.lower() in words:
        return words[text.lower()]
    if text.startswith(("[", "(")) and text.endswith(("]", ")")):
        return tuple(literal(part.strip()) for part in text[1:-1].split(",") if part.strip())
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def no_input(name: str, example: str) -> UsageError:
    """Return the message that an importer needs an input."""
    return UsageError(f"{name} does not say what its input is", f"add --input, for example --input {example}")

"""JSON of files that anybody may have written: within bounds, each key once, and numbers as JSON has them."""

from __future__ import annotations

import json
from typing import Any

from archcalc.errors import UsageError
from archcalc.limits import JSON_VALUES

SEPARATORS = (b",", b":", b"[", b"{")
"""Before each value there is one of these signs, which are counted before a value takes memory."""


def parse(content: bytes, name: str) -> Any:  # noqa: ANN401 - whatever it holds
    """Return the values of a JSON text; ``name`` is what messages call it.

    >>> parse(b'{"n_layer": 12}', "config.json")
    {'n_layer': 12}

    Raises:
        UsageError: it is not UTF-8, not JSON, nested too deeply, has too many values, or a key is there twice.
    """
    if sum(map(content.count, SEPARATORS)) > JSON_VALUES.value:
        raise UsageError(*JSON_VALUES.exceeded(name))
    try:
        return json.loads(content.decode(), object_pairs_hook=_once(name), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8 text (byte {error.start})", "get the file again") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise UsageError(f"{name} is not valid JSON: {error.msg} ({where})", "get the file again") from None
    except RecursionError:
        raise UsageError(f"{name} is nested too deeply", "check the brackets") from None
    except ValueError as error:  # more digits than Python reads, or a word for no number
        raise UsageError(f"{name} is not valid JSON: {error}", "get the file again") from None


def _once(name: str) -> Any:  # noqa: ANN401 - a function, as the parser wants it
    """Return what makes a mapping of the pairs in braces."""

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise UsageError(f"{name} has the key '{key}' twice", "get the file again")
            found[key] = value
        return found

    return mapping


def _refuse_constant(word: str) -> Any:  # noqa: ANN401 - it never returns
    raise ValueError(f"{word} is not a number in JSON")

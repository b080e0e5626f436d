"""The tensors that a pickle of PyTorch's describes: the calls that would make them, with storage, sizes and strides.

Source: PyTorch's torch/_utils.py (the functions that rebuild tensors) and torch/serialization.py (identifiers of
storages: ``("storage", type, key, device, number of values)``).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import UsageError
from archcalc.importers.pickle_machine import Global, Instance, Mapping, StoragePart
from archcalc.limits import TENSORS, spend
from archcalc.quantities.stored import BITS, MOST, MOST_AXES, StoredTensor
from archcalc.wording import listed, plural

if TYPE_CHECKING:
    from collections.abc import Iterator

STORAGES = {
    "Float": "float32", "Double": "float64", "Half": "float16", "BFloat16": "bfloat16", "Long": "int64",
    "Int": "int32", "Short": "int16", "Char": "int8", "Byte": "uint8", "Bool": "bool", "ComplexFloat": "complex64",
    "ComplexDouble": "complex128", "QInt8": "qint8", "QUInt8": "quint8", "QInt32": "qint32", "Untyped": "uint8",
}  # fmt: skip
"""PyTorch's classes of storages, without the word Storage, and the number types of their values."""

REBUILT = {
    "_rebuild_tensor": (0, 1, 2, 3, None),
    "_rebuild_tensor_v2": (0, 1, 2, 3, None),
    "_rebuild_tensor_v3": (0, 1, 2, 3, 6),
    "_rebuild_qtensor": (0, 1, 2, 3, None),
    "_rebuild_meta_tensor_no_storage": (None, None, 1, 2, 0),
}
"""The functions that rebuild a tensor: where among their arguments are storage, offset, sizes, strides, number type."""

WRAPPING = ("_rebuild_parameter", "_rebuild_parameter_with_state", "Parameter", "_rebuild_from_type_v2")
"""Functions whose result is the tensor among their arguments."""

MAPPINGS = ("collections.OrderedDict", "builtins.dict", "collections.defaultdict")
OWN_LEVELS = ("_parameters", "_buffers", "_modules")
"""The attributes of a module that hold its tensors and modules: not part of names, and the only ones that count."""

DEEPEST = 100


class StoredValues(NamedTuple):
    """The values of one or several tensors: their type, the key in the file, and how many there are."""

    dtype: str
    key: str
    size: int

    @property
    def bytes(self) -> int:
        """The bytes that the file has to hold."""
        return -(-self.size * BITS[self.dtype] // 8)


class Found(NamedTuple):
    """What a pickle describes: the tensors, the storages by their keys, and what else there is."""

    tensors: list[StoredTensor]
    storages: dict[str, StoredValues]
    remarks: tuple[str, ...]


def tensors(description: Any, name: str) -> Found:
    """Return the tensors in the description of a pickle, named by their keys, joined by dots.

    Raises:
        UsageError: a tensor is described wrongly, or there are too many.
    """
    walk = _Walk(name)
    walk.visit(description, "", 0)
    return Found(list(walk.tensors.values()), walk.storages, tuple(walk.remarks()))


class _Walk:
    """Goes through containers and the states of objects, each path once, and collects tensors."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.tensors: dict[str, StoredTensor] = {}
        self.storages: dict[str, StoredValues] = {}
        self.objects: Counter[str] = Counter()
        self._done: set[int] = set()
        self._known: dict[int, tuple[Instance, StoredTensor]] = {}
        self._most = TENSORS.value

    def visit(self, value: Any, path: str, level: int) -> None:
        """Collect the tensors in a value; numbers and texts are passed over.

        What is open, and what has no tensors, is not visited again: a list may contain itself, or another many times.
        """
        if not isinstance(value, list | tuple | Mapping) or isinstance(value, Global | StoragePart):
            return
        spend(1)
        tensor = _call_of_tensor(value)
        if tensor is not None:
            if id(tensor) not in self._known:  # the call is kept, so that no other one gets its id
                self._known[id(tensor)] = tensor, self._tensor(tensor, path)
            self._add(self._known[id(tensor)][1]._replace(name=path))
        elif id(value) not in self._done and level < DEEPEST:
            self._done.add(id(value))
            before = len(self.tensors)
            for key, inner in self._parts(value):
                self.visit(inner, f"{path}.{key}".removeprefix("."), level + 1)
            if len(self.tensors) > before:
                self._done.discard(id(value))

    def _add(self, tensor: StoredTensor) -> None:
        if tensor.name in self.tensors:
            raise self._wrong(tensor.name, "another one has the same name")
        self.tensors[tensor.name] = tensor
        if len(self.tensors) > self._most:
            raise UsageError(*TENSORS.exceeded(f"the pickle in {self.name}"))

    def _parts(self, value: Any) -> Iterator[tuple[str, Any]]:
        """Yield what is in a container or an object, by key."""
        if isinstance(value, list | tuple):
            yield from ((str(number), inner) for number, inner in enumerate(value))
            return
        if isinstance(value, Instance):
            yield from self._of_object(value)
        yield from ((str(key), inner) for key, inner in value.pairs if isinstance(key, str | int) and _short(key))

    def _of_object(self, value: Instance) -> Iterator[tuple[str, Any]]:
        """Yield what is in an object: the arguments of a mapping, or the state, without levels of a module's own."""
        if value.name in MAPPINGS:
            pairs = value.given[0] if isinstance(value.given, tuple) and value.given else ()
            yield from (pair for pair in _list(pairs) if isinstance(pair, tuple) and len(pair) == 2)  # noqa: PLR2004
            return
        self.objects[value.name] += 1
        yield from ((str(number), item) for number, item in enumerate(value.items))
        state = value.state.pairs if isinstance(value.state, Mapping) else []
        own = [inner for key, inner in state if key in OWN_LEVELS and isinstance(inner, Mapping)]
        for inner in own:
            yield from self._parts(inner)
        yield from () if own else ((str(key), inner) for key, inner in state)

    def _tensor(self, call: Instance, path: str) -> StoredTensor:
        """Return the tensor that a call would make."""
        at = REBUILT[call.name.rpartition(".")[2]]
        part, offset, sizes, strides, dtype = [_argument(call, index) for index in at]
        if not _natural_numbers(sizes) or not _natural_numbers(strides) or len(sizes) != len(strides):
            raise self._wrong(path, f"its size is not a list of at most {MOST_AXES} numbers")
        storage = self._storage(part, path) if at[0] is not None else StoredValues("float32", "", MOST)
        named = dtype.name.removeprefix("torch.") if isinstance(dtype, Global) else storage.dtype
        if named not in BITS:
            raise self._wrong(path, f"its number type '{named}' is unknown")
        if storage.key:
            self._require_inside(path, storage, named, (offset, sizes, strides))
        ends = f"{storage.key}+{offset}:{strides}" if storage.key else ""
        return StoredTensor(path, tuple(sizes), named, storage=ends)

    def _require_inside(self, path: str, storage: StoredValues, dtype: str, view: tuple[Any, Any, Any]) -> None:
        """Refuse a tensor that reads more than its storage has."""
        offset, sizes, strides = view
        if not _natural_numbers([offset]):
            raise self._wrong(path, "its offset is not a number")
        last = offset + sum((size - 1) * stride for size, stride in zip(sizes, strides, strict=True))
        if 0 not in sizes and (last + 1) * BITS[dtype] > 8 * storage.bytes:
            raise self._wrong(path, f"it ends at value {last + 1:,}, but its storage has {storage.bytes:,} bytes")

    def _storage(self, part: Any, path: str) -> StoredValues:
        identifier = part.identifier if isinstance(part, StoragePart) else None
        match identifier:
            case ("storage", Global(name=kind), str(key), _, int(size), *_) if _natural_numbers([size]):
                dtype = STORAGES.get(kind.rpartition(".")[2].removesuffix("Storage"))
                if dtype is None:
                    raise self._wrong(path, f"its storage '{kind}' is unknown")
                return self.storages.setdefault(key, StoredValues(dtype, key, size))
        raise self._wrong(path, "it does not name its storage")

    def _wrong(self, path: str, problem: str) -> UsageError:
        message = f"{self.name}: the tensor '{path}' is described wrongly: {problem}"
        return UsageError(message, "the file is damaged or incomplete; get it again")

    def remarks(self) -> Iterator[str]:
        """Yield what is in the file besides tensors."""
        if self.objects:
            count = sum(self.objects.values())
            yield f"{plural(count, 'object')} in the file not read: {listed(sorted(self.objects))}"


def _call_of_tensor(value: Any) -> Instance | None:
    """Return the call that makes a tensor; of a parameter, that of the tensor in it."""
    for _ in range(DEEPEST):
        if not isinstance(value, Instance):
            return None
        function = value.name.rpartition(".")[2]
        if function in REBUILT:
            return value
        if function not in WRAPPING or not isinstance(value.given, tuple) or not value.given:
            return None
        value = _wrapped(value)
    return None


def _wrapped(value: Instance) -> Any:
    """Return what a function wraps; one of the functions gets the call itself in parts."""
    if value.name.endswith("_rebuild_from_type_v2") and len(value.given) > 2:  # noqa: PLR2004 - function, type, arguments
        return Instance(value.given[0], value.given[2])
    return value.given[0]


def _argument(call: Instance, index: int | None) -> Any:
    given = call.given if isinstance(call.given, tuple) else ()
    return given[index] if index is not None and index < len(given) else None


def _natural_numbers(found: Any) -> bool:
    """Whether something is a list of at most 64 sizes; ``torch.Size`` is such a list, too."""
    return (
        isinstance(found, list | tuple)
        and len(found) <= MOST_AXES
        and all(type(number) is int and 0 <= number < MOST for number in found)
    )


def _list(found: Any) -> list[Any] | tuple[Any, ...]:
    return found if isinstance(found, list | tuple) else ()


def _short(key: str | int) -> bool:
    """Whether a key can be part of a name: a number of millions of digits cannot."""
    return len(key) < 1_000 if isinstance(key, str) else abs(key) < MOST  # noqa: PLR2004

"""What a pickle describes, read from its opcodes: nothing is imported, and nothing is called.

A pickle is a program for a machine with a stack and a memo. This machine builds lists of what the program names: texts
and numbers as they are, containers as plain lists, and in place of every object, function and call a description.

Source: the descriptions of the opcodes in Python's ``pickletools``, which also splits the program into opcodes.
"""

from __future__ import annotations

import pickletools
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import UsageError
from archcalc.limits import PICKLE_SIZE, PICKLE_STEPS, spend

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

LONGEST_LINE = 1_000
"""The longest line that is read: names of modules and functions, and numbers in the oldest protocol."""


class Global(NamedTuple):
    """Something that the pickle names, and that is not imported: ``collections.OrderedDict``."""

    name: str


class StoragePart(NamedTuple):
    """What the pickle calls by an identifier: in PyTorch's files, the values of tensors."""

    identifier: Any


class Mapping:
    """A mapping: its pairs, in order."""

    __slots__ = ("pairs",)

    def __init__(self) -> None:
        self.pairs: list[tuple[Any, Any]] = []


class Instance(Mapping):
    """An object that is not made: what would be called with which arguments, and its state."""

    __slots__ = ("called", "given", "items", "state")

    def __init__(self, called: Any, given: Any) -> None:  # noqa: ANN401 - whatever the pickle names
        super().__init__()
        self.called, self.given = called, given
        self.items: list[Any] = []
        self.state: Any = None

    @property
    def name(self) -> str:
        """The name of the function or class."""
        return self.called.name if isinstance(self.called, Global) else "an object"


class Program:
    """The bytes of a pickle, within bounds: the reader of opcodes asks for as many as an opcode states."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self._name, self._left = file, name, PICKLE_SIZE.value

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        return self._counted(self._file.read(min(size, self._left + 1)))

    def readline(self) -> bytes:
        """Return the next line; a longer one is cut, so that it has no end."""
        return self._counted(self._file.readline(LONGEST_LINE))

    def _counted(self, content: bytes) -> bytes:
        self._left -= len(content)
        if self._left < 0:
            raise UsageError(*PICKLE_SIZE.exceeded(f"the pickle in {self._name}"))
        return content

    def tell(self) -> int:
        """Return the place in the file."""
        return self._file.tell()


MARK = object()
"""What marks a place on the stack."""


class Machine:
    """A stack, and a memo of what was on it."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def above_mark(self) -> list[Any]:
        """Remove and return what is above the last mark."""
        at = len(self.stack) - 1
        while self.stack[at] is not MARK:  # an IndexError where there is none
            at -= 1
            if at < 0:
                raise IndexError
        found = self.stack[at + 1 :]
        del self.stack[at:]
        return found

    def pop(self) -> Any:  # noqa: ANN401
        """Remove and return the top."""
        return self.stack.pop()

    def call(self, called: Any, given: Any) -> None:  # noqa: ANN401
        """Push the description of a call."""
        self.stack.append(Instance(called, given))


def run(file: BinaryIO, name: str) -> Any:  # noqa: ANN401 - whatever the pickle describes
    """Run the pickle that begins here, and return a description of what it would make; the file is then after it.

    Raises:
        UsageError: it is not a pickle, a damaged one, or longer than the limits.
    """
    machine, most = Machine(), PICKLE_STEPS.value
    try:
        for step, (opcode, argument, _) in enumerate(pickletools.genops(Program(file, name))):  # type: ignore[arg-type]
            if step >= most:
                raise UsageError(*PICKLE_STEPS.exceeded(f"the pickle in {name}"))
            if step % 1_000 == 0:
                spend(1_000)
            _STEPS.get(opcode.name, _unknown)(machine, argument)
        return machine.pop()
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError) as error:
        problem = str(error).partition("\n")[0] or "its steps do not fit together"
        message = f"the pickle in {name} is damaged: {problem}"
        raise UsageError(message, "the file is damaged or incomplete; get it again") from None


def _unknown(machine: Machine, argument: Any) -> None:  # noqa: ANN401, ARG001
    """Push what stands for an object that cannot be described."""
    machine.call(Global("an object"), ())


def _nothing(machine: Machine, argument: Any) -> None:  # noqa: ANN401
    """Do nothing: the opcode only says how the pickle was written."""


def _push(machine: Machine, argument: Any) -> None:  # noqa: ANN401
    machine.stack.append(argument)


def _tuple_of(size: int) -> Callable[[Machine, Any], None]:
    def make(machine: Machine, argument: Any) -> None:  # noqa: ANN401, ARG001
        if len(machine.stack) < size:
            raise IndexError
        parts = machine.stack[len(machine.stack) - size :]
        del machine.stack[len(machine.stack) - size :]
        machine.stack.append(tuple(parts))

    return make


def _put(machine: Machine, argument: int | None) -> None:
    machine.memo[len(machine.memo) if argument is None else argument] = machine.stack[-1]


def _set_items(machine: Machine, values: list[Any]) -> None:
    """Add pairs of keys and values to the mapping, or the object, below them."""
    machine.stack[-1].pairs.extend(zip(values[::2], values[1::2], strict=True))


def _mapping(machine: Machine, values: list[Any]) -> None:
    machine.stack.append(Mapping())
    _set_items(machine, values)


def _extend(machine: Machine, values: list[Any]) -> None:
    """Add values to the list, or the object, below them."""
    below = machine.stack[-1]
    (below.items if isinstance(below, Instance) else below).extend(values)


def _global(machine: Machine, argument: str) -> None:
    machine.stack.append(Global(argument.replace(" ", ".", 1)))


def _stack_global(machine: Machine, argument: Any) -> None:  # noqa: ANN401, ARG001
    name, module = machine.pop(), machine.pop()
    machine.stack.append(Global(f"{module}.{name}" if isinstance(name, str) and isinstance(module, str) else "?"))


def _reduce(machine: Machine, argument: Any) -> None:  # noqa: ANN401, ARG001
    given, called = machine.pop(), machine.pop()
    machine.call(called, given)


def _new_with_names(machine: Machine, argument: Any) -> None:  # noqa: ANN401
    machine.pop()
    _reduce(machine, argument)


def _build(machine: Machine, argument: Any) -> None:  # noqa: ANN401, ARG001
    state = machine.pop()
    if isinstance(machine.stack[-1], Instance):
        machine.stack[-1].state = state


def _object(machine: Machine, argument: Any) -> None:  # noqa: ANN401, ARG001
    called, *given = machine.above_mark()
    machine.call(called, tuple(given))


_STEPS: dict[str, Callable[[Machine, Any], None]] = {
    **dict.fromkeys(("PROTO", "FRAME", "STOP", "READONLY_BUFFER"), _nothing),
    **dict.fromkeys(
        ("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT", "STRING", "BINSTRING",
         "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8", "UNICODE", "SHORT_BINUNICODE",
         "BINUNICODE", "BINUNICODE8"),
        _push,
    ),
    "NONE": lambda machine, _: machine.stack.append(None),
    "NEWTRUE": lambda machine, _: machine.stack.append(True),
    "NEWFALSE": lambda machine, _: machine.stack.append(False),
    "MARK": lambda machine, _: machine.stack.append(MARK),
    "POP": lambda machine, _: machine.stack.pop(),
    "POP_MARK": lambda machine, _: machine.above_mark().clear(),
    "DUP": lambda machine, _: machine.stack.append(machine.stack[-1]),
    "PUT": _put, "BINPUT": _put, "LONG_BINPUT": _put, "MEMOIZE": _put,
    **dict.fromkeys(("GET", "BINGET", "LONG_BINGET"), lambda machine, index: machine.stack.append(machine.memo[index])),
    "EMPTY_LIST": lambda machine, _: machine.stack.append([]),
    "EMPTY_SET": lambda machine, _: machine.stack.append([]),
    "LIST": lambda machine, _: machine.stack.append(machine.above_mark()),
    "FROZENSET": lambda machine, _: machine.stack.append(machine.above_mark()),
    "APPEND": lambda machine, _: _extend(machine, [machine.pop()]),
    "APPENDS": lambda machine, _: _extend(machine, machine.above_mark()),
    "ADDITEMS": lambda machine, _: _extend(machine, machine.above_mark()),
    "EMPTY_TUPLE": _tuple_of(0), "TUPLE1": _tuple_of(1), "TUPLE2": _tuple_of(2), "TUPLE3": _tuple_of(3),
    "TUPLE": lambda machine, _: machine.stack.append(tuple(machine.above_mark())),
    "EMPTY_DICT": lambda machine, _: machine.stack.append(Mapping()),
    "DICT": lambda machine, _: _mapping(machine, machine.above_mark()),
    "SETITEM": lambda machine, _: _set_items(machine, [machine.pop(), machine.pop()][::-1]),
    "SETITEMS": lambda machine, _: _set_items(machine, machine.above_mark()),
    "GLOBAL": _global, "STACK_GLOBAL": _stack_global,
    "REDUCE": _reduce, "NEWOBJ": _reduce, "NEWOBJ_EX": _new_with_names, "BUILD": _build, "OBJ": _object,
    "INST": lambda machine, name: machine.call(Global(name.replace(" ", ".", 1)), tuple(machine.above_mark())),
    "PERSID": lambda machine, name: machine.stack.append(StoragePart(name)),
    "BINPERSID": lambda machine, _: machine.stack.append(StoragePart(machine.pop())),
}  # fmt: skip
"""What each opcode does to the machine; of any other nothing is known but that it makes one object."""

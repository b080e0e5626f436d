"""Loading a network: by its name, from a file, from standard input, or written in place."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from archcalc.errors import Problem, Source, SpecError, UsageError
from archcalc.network.network import Network
from archcalc.network.written import Text
from archcalc.rooms import fetch
from archcalc.specfile import shipped
from archcalc.specfile.document import as_record, choose, extend, read_spec

if TYPE_CHECKING:
    from archcalc.network.steps import Spec
    from archcalc.network.written import Record
    from archcalc.specfile.document import NetworkChoice

MOST_BYTES = 1_000_000
SUFFIXES = (".yaml", ".yml")
HERE = Path()


def load(network: str) -> Network:
    """Load a network.

    Args:
        network: the name of a shipped network (``"alexnet"``, ``"torchvision/resnet50"``), a path
            (``"./mynet.yaml"``, and ``"./mynet.yaml#small"`` for a variant), ``"-"`` for standard input, or layers
            written in place (``"[{conv: 64, kernel: 3}, relu]"``).

    >>> load("lenet5").analyze().totals.params
    60000

    Raises:
        UsageError: there is no such network or file.
        SpecError: the spec has mistakes; all of them.
    """
    return Network(_Loader().spec(network))


def loads(text: str, name: str = "<text>") -> Network:
    """Load a network from the text of a spec; ``name`` is what messages call it.

    >>> loads("{input: 3x32x32, layers: [flatten, {linear: 10}]}").analyze().totals.params
    30730

    Raises:
        SpecError: the spec has mistakes; all of them.
    """
    return Network(_Loader().written(Source(name, text)))


class _Loader:
    """Loads a spec and those it extends and includes.

    ``opened`` are the networks being loaded, ``folder`` is where the paths in a file begin.
    """

    def __init__(self, opened: tuple[str, ...] = (), folder: Path = HERE) -> None:
        self.opened = opened
        self.folder = folder

    def spec(self, network: str) -> Spec:
        path, _, variant = network.partition("#")
        if network == "-":
            return self.written(Source("<stdin>", _decoded(sys.stdin.buffer.read(MOST_BYTES + 1), "<stdin>")))
        if network.lstrip()[:1] in ("[", "{"):
            return self.written(Source("<network>", network))
        if looks_like_path(path):
            file = self.folder / Path(path).expanduser()
            return self._inside(f"{file.resolve()}#{variant}", file.parent).written(
                read_file(file), file, variant or None
            )
        return self._inside(network, HERE).shipped(network)

    def _inside(self, network: str, folder: Path) -> _Loader:
        """Return the loader of what a network includes."""
        if network in self.opened:
            circle = " includes ".join((*self.opened[self.opened.index(network) :], network))
            raise UsageError(f"'{network.rstrip('#')}' includes itself", circle)
        return _Loader((*self.opened, network), folder)

    def shipped(self, name: str) -> Spec:
        """Load a shipped network, which was validated when the package was built."""
        entry = shipped.find(name)
        record = self._extended(shipped.document(entry.file), HERE)
        place, _, stem = entry.file.removesuffix(".yaml").rpartition("/")
        return self._read(choose(record, f"{place}/" if place else "", stem, entry.variant))

    def written(self, source: Source, file: Path | None = None, variant: str | None = None) -> Spec:
        """Load what a user wrote; it is validated, so that all its mistakes are found at once."""
        record = _parsed(source)
        validation = fetch("specfile", "validation")
        mistakes: list[Problem] = validation.file_mistakes(record)
        stem = (file or Path(source.name.strip("<>"))).stem
        try:
            extended = self._extended(record, self.folder)
            spec = self._read(choose(extended, "", stem, variant, str(file) if file else ""))
        except SpecError as error:
            raise SpecError(*in_order([*mistakes, *error.mistakes])) from None
        except UsageError:
            if mistakes:
                raise SpecError(*in_order(mistakes)) from None
            raise
        mistakes += validation.layer_mistakes(spec)
        if mistakes:
            raise SpecError(*in_order(mistakes))
        return spec

    def _read(self, choice: NetworkChoice) -> Spec:
        spec, mistakes = read_spec(choice, lambda name: self.spec(name.text))
        if mistakes:
            raise SpecError(*mistakes)
        return spec

    def _extended(self, record: Record, folder: Path, above: tuple[str, ...] = ()) -> Record:
        """Return a record with what it extends below it."""
        parent = record.get("extends")
        if not isinstance(parent, Text):
            return record
        key = str((folder / parent.text).resolve()) if looks_like_path(parent.text) else parent.text
        if key in above:
            raise SpecError(Problem(f"'{parent.text}' extends itself", "a file is extended by others", parent.place))
        try:
            below, place = _parent(parent.text, folder)
        except UsageError as error:
            raise SpecError(*(Problem(m.message, m.hint, parent.place) for m in error.mistakes)) from None
        return extend(self._extended(below, place, (*above, key)), record)


def _parent(name: str, folder: Path) -> tuple[Record, Path]:
    """Return the file that is extended, and its folder: a shipped one by name, another one by its path."""
    if looks_like_path(name):
        file = folder / name
        return _parsed(read_file(file)), file.parent
    files = {f"{name}.yaml", *(entry.file for entry in shipped.entries() if entry.name == name)}
    present = [file for file in sorted(files) if (shipped.folder() / file).is_file()]
    if not present:
        raise UsageError(f"there is no spec '{name}' to extend", "a shipped one by name, or a path ./base.yaml")
    return shipped.document(present[0]), HERE


def _parsed(source: Source) -> Record:
    return as_record(fetch("specfile", "yaml_text").parse(source))


def in_order(mistakes: list[Problem]) -> list[Problem]:
    """Return mistakes in the order of their places, each once."""
    once = {str(mistake): mistake for mistake in mistakes}
    return sorted(once.values(), key=lambda m: (m.place.line, m.place.column) if m.place else (0, 0))


def looks_like_path(network: str) -> bool:
    """Whether a network is named by a path: it ends in .yaml or begins with a dot or a slash.

    >>> looks_like_path("./net"), looks_like_path("torchvision/resnet50")
    (True, False)
    """
    return network.endswith(SUFFIXES) or network.startswith((".", "/", "~"))


def read_file(path: Path) -> Source:
    """Read a spec file.

    Raises:
        UsageError: there is no such file, or it cannot be read.
        SpecError: it is not text.
    """
    try:
        with path.open("rb") as file:
            return Source(str(path), _decoded(file.read(MOST_BYTES + 1), str(path)))
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}", "archcalc list shows the networks that are shipped") from None
    except IsADirectoryError:
        raise UsageError(f"{path} is a directory", "name a file in it") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or 'unknown reason'}") from None


def _decoded(content: bytes, name: str) -> str:
    if len(content) > MOST_BYTES:
        raise UsageError(f"{name} is larger than {MOST_BYTES // 1_000_000} MB", "a spec is a short text; use repeat")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{name} is not UTF-8 text: line {line}", "save it as UTF-8") from None

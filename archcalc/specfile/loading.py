"""Loading a network: by its name, from a file, from standard input, or written in place."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import ArchcalcError, NotASpec, Problem, Source, SpecError, UsageError
from archcalc.limits import SPEC_SIZE, VARIANTS
from archcalc.network.network import Network
from archcalc.network.written import Items, Text
from archcalc.rooms import Deferred
from archcalc.specfile import shipped
from archcalc.specfile.document import as_record, choose, extend, has_layers, in_order, read_spec, variant_names
from archcalc.specfile.paths import INLINE, at_home, below, looks_like_path, real

if TYPE_CHECKING:
    from archcalc import file_bytes
    from archcalc.network.steps import Spec
    from archcalc.network.written import Record, Written
    from archcalc.specfile import validation, yaml_text
    from archcalc.specfile.document import NetworkChoice
else:  # a shipped spec was parsed and validated when the package was built
    file_bytes = Deferred("archcalc.file_bytes")
    validation = Deferred("archcalc.specfile.validation")
    yaml_text = Deferred("archcalc.specfile.yaml_text")

HERE = ""
"""The folder where the program was started."""


def load(network: str) -> Network:
    """Load a network.

    Args:
        network: the name of a built-in network (``"alexnet"``, ``"torchvision/resnet50"``), a path
            (``"./mynet.yaml"``, and ``"./mynet.yaml#small"`` for a variant), ``"-"`` for standard input, or an
            inline list of layers (``"[{conv: 64, kernel: 3}, relu]"``).

    >>> load("lenet5").analyze().totals.params
    60000

    Raises:
        UsageError: the network or file does not exist.
        SpecError: the spec is invalid; contains all errors that were found.
    """
    return Network(_Loader().spec(network))


def load_for_a_file(network: str) -> Network:
    """Load a network that a file names, which may be any file of the machine.

    Raises:
        UsageError: the network does not exist, or the file is not a spec: it is named, and nothing of it is shown.
        SpecError: the spec is invalid; contains all errors that were found.
    """
    return Network(_Loader(asked=True).spec(network))


def variants(network: str) -> tuple[str, ...]:
    """Return the networks that are meant by a name: of a file with variants, each of them unless one is named.

    >>> variants("alexnet"), variants("./mynet.yaml#small")
    (('alexnet',), ('./mynet.yaml#small',))

    Raises:
        UsageError: the file does not exist, or has too many variants.
        SpecError: the file is not a spec.
    """
    if network.startswith(("-", *INLINE)) or "#" in network or not looks_like_path(network):
        return (network,)
    names = variant_names(_Loader().record(network))
    if len(names) > VARIANTS.value:
        raise UsageError(*VARIANTS.exceeded(network, len(names)))
    return tuple(f"{network}#{name}" for name in names) or (network,)


def loads(text: str, name: str = "<text>") -> Network:
    """Load a network from a string. ``name`` is used in error messages.

    >>> loads("{input: 3x32x32, layers: [flatten, {linear: 10}]}").analyze().totals.params
    30730

    Raises:
        SpecError: the spec is invalid; contains all errors that were found.
    """
    return Network(_Loader().written(Source(name, text)))


class TypedSpec(NamedTuple):
    """A network from a text, the variants that the text has, and which of them it is."""

    network: Network
    variants: tuple[str, ...]
    variant: str


def typed(text: str, variant: str = "", name: str = "<spec>") -> TypedSpec:
    """Load a text that a user types into a page: one of its variants, and no files of the machine that reads it.

    It is called like its title. A variant that the text does not have is the first that it has.

    >>> typed("{input: 8, layers: [{linear: 4}]}").variants
    ()

    Raises:
        SpecError: the spec is invalid; contains all errors that were found.
        UsageError: the text names a file.
    """
    record = _parsed(Source(name, text))
    loader = _Loader(files=False)
    names = loader.variants(record)
    chosen = variant if variant in names else (*names, "")[0]
    title = record.get("title")
    stem = title.text if isinstance(title, Text) and title.text else name
    return TypedSpec(Network(loader.checked(record, stem, chosen or None)), names, chosen)


def imported(record: Record, name: str) -> tuple[Spec, list[Problem]]:
    """Return the network that an importer wrote down as a spec, and what is wrong with that."""
    return read_spec(choose(record, "", name, None), lambda text: _Loader().spec(text.text))


class _Loader:
    """Loads a spec and those it extends and includes.

    ``opened`` are the networks being loaded, ``folder`` is where the paths in a file begin. ``known`` are those that
    have been loaded already, so that a file that is included often is read once. ``asked`` says that a file
    asks for the network, ``files`` that a name may be that of a file.
    """

    def __init__(
        self, opened: tuple[str, ...] = (), folder: str = HERE, known: dict[str, Spec] | None = None, *,
        asked: bool = False, files: bool = True,
    ) -> None:  # fmt: skip
        self.opened = opened
        self.folder = folder
        self.asked = asked
        self.files = files
        self.known: dict[str, Spec] = {} if known is None else known

    def spec(self, network: str) -> Spec:
        path, _, variant = network.partition("#")
        self._refuse_file(network)
        if network == "-":
            return self.written(Source("<stdin>", _decoded(file_bytes.standard_input(SPEC_SIZE), "<stdin>")))
        if network.lstrip().startswith(INLINE):
            return self.written(Source("<network>", network))
        if looks_like_path(path):
            file = below(self.folder, at_home(path))
            key = f"{real(file)}#{variant}"
            inside = self._inside(key, os.path.dirname(file))
            if key not in self.known:
                self.known[key] = inside.written(read_file(file), file, variant or None)
            return self.known[key]
        inside = self._inside(network, HERE)
        if network not in self.known:
            self.known[network] = inside.shipped(network)
        return self.known[network]

    def _inside(self, network: str, folder: str) -> _Loader:
        """Return the loader of what a network includes."""
        if network in self.opened:
            circle = " includes ".join((*self.opened[self.opened.index(network) :], network))
            raise UsageError(f"'{network.rstrip('#')}' includes itself", circle)
        return _Loader((*self.opened, network), folder, self.known, asked=self.asked, files=self.files)

    def _refuse_file(self, network: str) -> None:
        """Refuse a file where only texts are read.

        Raises:
            UsageError: the name is that of a file, or means standard input.
        """
        if not self.files and (network == "-" or looks_like_path(network.partition("#")[0])):
            raise UsageError(f"files cannot be read here: {network}", "write the layers into this spec")

    def record(self, path: str) -> Record:
        """Return a file's keys, with those of what it extends."""
        file = below(self.folder, at_home(path))
        return self._extended(_parsed(read_file(file)), os.path.dirname(file))

    def variants(self, record: Record) -> tuple[str, ...]:
        """Return the variants of a text, which may be those of what it extends; its own if that cannot be loaded."""
        try:
            return variant_names(self._extended(record, self.folder))
        except ArchcalcError:
            return variant_names(record)

    def shipped(self, name: str) -> Spec:
        """Load a shipped network, which was validated when the package was built."""
        entry = shipped.find(name)
        record = self._extended(shipped.document(entry.file), HERE)
        stem = entry.file.removesuffix(".yaml").rpartition("/")[2]
        spec, mistakes = self._read(choose(record, shipped.prefix(entry.file), stem, entry.variant))
        if mistakes:
            raise SpecError(*mistakes)
        return spec._replace(built_in=True)

    def written(self, source: Source, file: str = "", variant: str | None = None) -> Spec:
        """Load what a user wrote; it is validated, so that all its mistakes are found at once."""
        record = _asked_for(source) if self.asked else _parsed(source)
        stem = os.path.splitext(os.path.basename(file or source.name.strip("<>")))[0]
        return self.checked(record, stem, variant, file)

    def checked(self, record: Record, stem: str, variant: str | None = None, file: str = "") -> Spec:
        """Load what a user wrote from its record; ``stem`` is what it is called."""
        mistakes = validation.file_mistakes(record)
        try:
            extended = self._extended(record, self.folder)
            spec, found = self._read(choose(extended, "", stem, variant, file))
        except SpecError as error:
            raise SpecError(*in_order([*mistakes, *error.mistakes])) from None
        except UsageError:
            if mistakes:
                raise SpecError(*in_order(mistakes)) from None
            raise
        mistakes += found
        mistakes += validation.layer_mistakes(spec) if validation.has_readable_names(spec) else ()
        if mistakes:
            raise SpecError(*in_order(mistakes))
        return spec

    def _read(self, choice: NetworkChoice) -> tuple[Spec, list[Problem]]:
        included = _Loader(self.opened, self.folder, self.known, asked=True, files=self.files)
        return read_spec(choice, lambda name: included.spec(name.text))

    def _extended(self, record: Record, folder: str, above: tuple[str, ...] = ()) -> Record:
        """Return a record with what it extends below it."""
        parent = record.get("extends")
        if not isinstance(parent, Text):
            return record
        key = real(os.path.join(folder, parent.text)) if looks_like_path(parent.text) else parent.text
        if key in above:
            raise SpecError(Problem(f"'{parent.text}' extends itself", "extend another file", parent.place))
        try:
            self._refuse_file(parent.text)
            above_it, place = _parent(parent.text, folder)
        except UsageError as error:
            raise SpecError(*(Problem(m.message, m.hint, parent.place) for m in error.mistakes)) from None
        return extend(self._extended(above_it, place, (*above, key)), record)


def _parent(name: str, folder: str) -> tuple[Record, str]:
    """Return the file that is extended, and its folder: a shipped one by name, another one by its path."""
    if looks_like_path(name):
        file = below(folder, name)
        return _asked_for(read_file(file)), os.path.dirname(file)
    files = {f"{name}.yaml", *(entry.file for entry in shipped.entries() if entry.name == name)}
    present = [file for file in sorted(files) if shipped.exists(file)]
    if not present:
        raise UsageError(
            f"unknown spec '{name}' in extends", "use the name of a built-in network, or a path: ./base.yaml"
        )
    return shipped.document(present[0]), HERE


def parsed(path: str) -> Written:
    """Return the content of a YAML file, whatever it means.

    Raises:
        UsageError: there is no such file, or it cannot be read.
        SpecError: it is not YAML.
    """
    return yaml_text.parse(read_file(at_home(path)))


def _parsed(source: Source) -> Record:
    return as_record(yaml_text.parse(source))


def _asked_for(source: Source) -> Record:
    """Return a file that another file asks for: one that is not a spec is named, and nothing of it is shown."""
    try:
        written = yaml_text.parse(source)
        if not isinstance(written, Items) or has_layers(written):
            return as_record(written)
    except NotASpec:
        pass
    raise UsageError(f"{source.name} is not a spec", "name a file with input and layers")


def read_file(path: str) -> Source:
    """Read a spec file.

    Raises:
        UsageError: there is no such file, or it cannot be read.
        SpecError: it is not text.
    """
    content = file_bytes.read_bytes(path, SPEC_SIZE, missing="archcalc list shows the built-in networks")
    return Source(path, _decoded(content, path))


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{name} is not UTF-8 text (line {line})", "save the file as UTF-8") from None

"""Any network by its name: a built-in one, a spec, or a model that an importer reads.

A scheme (``torch:``, ``timm:``) or a suffix (``.onnx``) selects the importer: a row of one table.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import NotASpec, SpecError, UsageError
from archcalc.network.network import Network
from archcalc.rooms import Deferred, fetch
from archcalc.specfile import loading, paths

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from archcalc import file_bytes, limits
    from archcalc.exporters import spec
    from archcalc.importers import document, signatures, tables, wishes
    from archcalc.importers.document import Imported, Selected
    from archcalc.network.written import Record
    from archcalc.views.showing.keras_summary import KerasSummary
else:  # what is not imported needs none of it
    file_bytes = Deferred("archcalc.file_bytes")
    limits = Deferred("archcalc.limits")
    spec = Deferred("archcalc.exporters.spec")
    document = Deferred("archcalc.importers.document")
    signatures = Deferred("archcalc.importers.signatures")
    tables = Deferred("archcalc.importers.tables")
    wishes = Deferred("archcalc.importers.wishes")


class Importer(NamedTuple):
    """An importer: its file in ``importers/``, the extra that it needs, and what is typed for it.

    ``keys`` are those of a YAML file by which it is told apart from a spec.
    """

    module: str
    scheme: str = ""
    suffixes: tuple[str, ...] = ()
    needs: str = ""
    example: str = ""
    keys: tuple[str, ...] = ()


IMPORTERS = (
    Importer("torch_model", scheme="torch", needs="torch", example="torch:./net.py:Net"),
    Importer("timm_model", scheme="timm", needs="torch timm", example="timm:resnet50d"),
    Importer("onnx_file", suffixes=(".onnx",), example="./model.onnx"),
    Importer("darknet_cfg", suffixes=(".cfg",), example="./yolov3.cfg"),
    Importer("caffe_prototxt", suffixes=(".prototxt",), example="./deploy.prototxt"),
    Importer("keras_config", suffixes=(".keras",), example="./model.keras"),
    Importer("huggingface", scheme="hf", example="hf:FOLDER"),
    Importer("json_model", suffixes=(".json",), example="./config.json"),
    Importer("ultralytics_yaml", suffixes=paths.SUFFIXES, example="./yolov8.yaml#n", keys=("backbone", "head")),
    Importer("text_model", suffixes=(".txt", ".log"), example="./summary.txt"),
    Importer(
        "weights",
        suffixes=(".safetensors", ".pt", ".pth", ".bin", ".ckpt", ".safetensors.index.json", ".bin.index.json"),
        example="model.safetensors",
    ),
)
"""The importers, each a row. torch: and timm: run the code of a model; the others run none."""


def load(
    network: str,
    shapes: Sequence[str] = (),
    settings: Sequence[str] = (),
    *,
    witness: bool = False,
    train: bool = False,
) -> Network:
    """Load a network of any kind.

    Args:
        network: what :func:`archcalc.specfile.loading.load` takes, or what an importer reads: ``"torch:./net.py:Net"``.
        shapes: inputs as they are typed after ``--input``, for a model that does not say what its input is.
        settings: arguments as they are typed after ``--set``, for what builds the model.
        witness: whether an imported network also has the figures that its framework counts, to be verified.
        train: whether an imported network has the heads that only training runs.

    >>> load("lenet5").analyze().totals.params
    60000

    Raises:
        UsageError: the network is unknown, or cannot be imported.
        SpecError: the spec is invalid; contains all errors that were found.
    """
    found = importer(network)
    if found is None:
        _refuse_other_files(network)
        return loading.load(network)
    wished = wishes.wishes(shapes, settings)._replace(witness=witness, train=train)
    return read(imported(found, network, wished), network)


def keras_summary(network: str, shapes: Sequence[str] = ()) -> KerasSummary | None:
    """Return the layers of an imported Keras model as Keras lists them; None for other networks.

    Raises:
        UsageError: the model cannot be imported.
    """
    found = importer(network)
    if getattr(found, "module", "") not in ("keras_config", "json_model"):
        return None
    door = fetch("importers", found.module)  # type: ignore[union-attr]
    listed: KerasSummary | None = door.summary(paths.at_home(network), wishes.wishes(shapes, ()))
    return listed


def _refuse_other_files(network: str) -> None:
    """Refuse a file that is neither a spec nor anything that an importer reads: it is named for what it is.

    Raises:
        UsageError: the file is Python, or something that begins like no text.
    """
    path = paths.at_home(network)
    suffix = os.path.splitext(path)[1].lower()
    if network.startswith(paths.INLINE) or suffix in ("", *paths.SUFFIXES) or not os.path.isfile(path):
        return
    if suffix == ".py":
        raise UsageError(f"{network} is Python", f"torch:{network}:NAME builds a model with it, and runs its code")
    with file_bytes.open_file(path) as file:
        seen = signatures.recognize(file.read(signatures.HEAD))
    if seen.what not in (signatures.TEXT.what, "JSON"):
        raise UsageError(f"{network} is {seen.what}, not a network", seen.hint)


def as_spec(network: str, shapes: Sequence[str] = (), settings: Sequence[str] = (), *, train: bool = False) -> str:
    """Return an imported network as a spec in YAML: with groups, blocks and copies, like one written by hand.

    Raises:
        UsageError: the network is unknown, cannot be imported, or is not imported at all.
    """
    found = importer(network)
    if found is None:
        examples = " or ".join(row.example for row in IMPORTERS[:2])
        raise UsageError(f"{network} is not a model of another framework", f"for example {examples}")
    made = imported(found, network, wishes.wishes(shapes, settings)._replace(train=train))
    if isinstance(made, document.Selected):
        made = tables.of_table(read(made, network).analyze())
    return spec.written(made, network)


def imported(found: Importer, network: str, wished: wishes.Wishes) -> Imported | Selected:
    """Import a network: as layers, or as a built-in network with other arguments.

    Raises:
        UsageError: it cannot be imported.
    """
    target = network.removeprefix(f"{found.scheme}:") if found.scheme else network
    if found.keys:
        wished = wished._replace(written=loading.parsed(target.partition("#")[0]))
    made: Imported | Selected = _door(found, network).spec(paths.at_home(target), wished)
    if not isinstance(made, document.Selected):
        made.flow.require_input()
    return made


def importer(network: str) -> Importer | None:
    """Return the importer of a network; None for a built-in one or a spec.

    >>> importer("timm:resnet50d").module, importer("resnet50")
    ('timm_model', None)
    """
    if network.startswith(paths.INLINE):
        return None
    by_scheme = (row for row in IMPORTERS if row.scheme and network.startswith(f"{row.scheme}:"))
    by_suffix = (row for row in reversed(IMPORTERS) if row.suffixes and _ends(network, row))
    return next(by_scheme, None) or next(by_suffix, None)


def _ends(network: str, row: Importer) -> bool:
    """Whether a name ends in one of an importer's suffixes; of a YAML file also whether it has the importer's keys."""
    if not row.keys:
        return network.lower().endswith(row.suffixes)
    path = paths.at_home(network.partition("#")[0])
    if not path.lower().endswith(row.suffixes) or not os.path.isfile(path):
        return False
    try:
        with file_bytes.open_file(path) as file:
            lines = b"\n" + file.read(limits.SPEC_SIZE.value)
    except (UsageError, OSError):  # the reader of specs says why
        return False
    return all(f"\n{key}:".encode() in lines for key in row.keys)


def read(made: Imported | Selected, name: str) -> Network:
    """Return the network that an importer made or selected.

    Raises:
        UsageError: what it selected is a file that is not a spec.
    """
    if not isinstance(made, document.Selected):
        network = _network(document.document(made), name)
        kept = document.reserved(made)
        return Network(network.spec._replace(arguments={**network.spec.arguments, **kept})) if kept else network
    try:
        return Network(loading.load(made.network).spec._replace(**made.fields))
    except NotASpec:
        if made.otherwise is None:
            raise
        raise UsageError(*made.otherwise) from None


def _network(record: Record, name: str) -> Network:
    """Return the network of a spec that an importer wrote.

    Raises:
        SpecError: the importer made a mistake.
    """
    spec, mistakes = loading.imported(record, name)
    if mistakes:
        raise SpecError(*mistakes)
    return Network(spec._replace(remarks=(spec.note,)) if spec.note else spec)


def _door(found: Importer, network: str) -> ModuleType:
    """Load an importer.

    Raises:
        UsageError: something that it needs is not installed, or does not fit together.
    """
    try:
        return fetch("importers", found.module)
    except ModuleNotFoundError as missing:
        raise UsageError(
            f"{network} requires {missing.name}, which is not installed", f"pip install {found.needs}"
        ) from None
    except (ImportError, RuntimeError, OSError) as error:
        raise UsageError(
            f"{network} cannot be imported: {str(error).partition(chr(10))[0]}", f"pip install {found.needs}"
        ) from None

"""A PyTorch model by the name of what builds it: ``torch:torchvision.models:resnet50``, ``torch:./net.py:Net``.

Building a model, and running it once on the meta device, runs the code of its authors.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import nn

from archcalc.errors import UsageError, did_you_mean
from archcalc.importers.operators import DECLARED as DECLARED  # noqa: PLC0414 - has to stand before torchvision
from archcalc.importers.torch_running import explained, recorded, witnessed
from archcalc.importers.weightless import Weightless
from archcalc.importers.wishes import no_input

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from archcalc.importers.document import Imported
    from archcalc.importers.wishes import Wishes

EXAMPLES = "torch:torchvision.models:resnet50 or torch:./net.py:Net"


def spec(target: str, wished: Wishes) -> Imported:
    """Import a model.

    Args:
        target: a module and what builds the model in it, ``torchvision.models:resnet50`` or ``./net.py:Net``.
        wished: its input, and arguments for what builds it.

    Raises:
        UsageError: the module or the name is unknown, the model cannot be built or run, or its input is unknown.
    """
    where, _, name = target.rpartition(":")
    if not where or not name:
        raise UsageError(f"torch:{target} does not say what to build", f"for example {EXAMPLES}")
    found = _member(_module(where), where, name)
    model = built(found, name, wished)
    return imported(model, wished, f"torch:{target}", _stated_input(found, where, name))


def imported(model: Any, wished: Wishes, called: str, stated: tuple[int, ...] | None) -> Imported:
    """Run a model once and return it as a spec.

    Raises:
        UsageError: the model cannot be run, or nothing says what its input is.
    """
    if not wished.inputs and stated is None:
        raise no_input(called, "3x224x224 in numbers (or tokens: --input 'F 16')")
    made = recorded(model, wished, stated or ())
    keys: dict[str, Any] = {"title": called, **made.keys}
    if wished.arguments:
        keys["args"] = {name: _spelled(value) for name, value in wished.arguments.items()}
    if wished.witness:
        keys["expect"] = witnessed(model, dict(wished.inputs) or {"": stated or ()})
    return made._replace(keys=keys)


def _spelled(value: object) -> object:
    return str(value).lower() if value is None or isinstance(value, float) else value


def _module(where: str) -> ModuleType:
    """Import the module in which the model is built: by its name, or from a file."""
    try:
        if where.endswith(".py") or "/" in where:
            return _from_file(Path(where))
        sys.path.insert(0, str(Path.cwd()))  # as `python -m` does
        return importlib.import_module(where)
    except UsageError:
        raise
    except ModuleNotFoundError as missing:
        raise UsageError(
            f"{where} cannot be imported: the module {missing.name} is missing",
            f"pip install {missing.name}, or name a file: torch:./net.py:Net",
        ) from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - somebody's code
        raise UsageError(f"{where} cannot be imported: {explained(error)}") from None


def _from_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise UsageError(f"{path} does not exist", "name a Python file, for example torch:./net.py:Net")
    sys.path.insert(0, str(path.resolve().parent))
    name = f"archcalc_model_{path.stem}"  # no module of Python's own is replaced
    made = importlib.util.spec_from_file_location(name, path)
    if made is None or made.loader is None:
        raise UsageError(f"{path} is not a Python file", "the name should end in .py")
    module = importlib.util.module_from_spec(made)
    sys.modules[name] = module
    made.loader.exec_module(module)
    return module


def _member(module: ModuleType, where: str, name: str) -> Any:
    found: Any = module
    for part in name.split("."):
        if not hasattr(found, part):
            models = [key for key, value in vars(module).items() if callable(value) and not key.startswith("_")]
            raise UsageError(
                f"{where} has no {name}",
                did_you_mean(name, models) or f"for example torch:{where}:{(models or ['Net'])[0]}",
            )
        found = getattr(found, part)
    return found


def built(found: Any, name: str, wished: Wishes) -> Any:
    """Return a model on the meta device: it is one already, or is built with the arguments.

    Raises:
        UsageError: it cannot be built.
    """
    if isinstance(found, nn.Module):
        return found.to("meta").eval()
    if not callable(found):
        raise UsageError(f"{name} is neither a module nor something that builds one: it is {type(found).__name__}")
    arguments = _without_weights(found) | dict(wished.arguments)
    try:
        with warnings.catch_warnings(action="ignore"):
            model = _made(found, arguments)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - somebody's code
        hint = _parameters(found) if isinstance(error, TypeError) else ""
        raise UsageError(f"{name} cannot be built: {explained(error)}", hint) from None
    if not isinstance(model, nn.Module):
        raise UsageError(f"{name} does not build a torch.nn.Module: it returned {type(model).__name__}")
    return model.to("meta").eval()


def _made(found: Any, arguments: Mapping[str, Any]) -> Any:
    """Return what builds a model, built: without weights, or with them if it computes with their values."""
    try:
        with Weightless():
            return found(**arguments)
    except (RuntimeError, NotImplementedError) as error:
        if "meta" not in str(error):
            raise
        return found(**arguments)


def _without_weights(found: Any) -> dict[str, None]:
    """Return the arguments that ask for pretrained weights, as none: weights have no values here."""
    try:
        known = inspect.signature(found).parameters
    except (TypeError, ValueError):
        return {}
    return {name: None for name in ("weights", "weights_backbone") if name in known}


def _parameters(found: Any) -> str:
    try:
        names = [name for name in inspect.signature(found).parameters if name != "self"]
    except (TypeError, ValueError):
        return ""
    return (
        f"its arguments: {', '.join(names)}; set one with --set {names[0]}=VALUE" if names else "it takes no arguments"
    )


def _stated_input(found: Any, where: str, name: str) -> tuple[int, ...] | None:
    """Return the input that torchvision states for a model with its weights; its own default where it states none."""
    home = getattr(found, "__module__", where)
    if not home.startswith("torchvision.") or ".video." in home or ".optical_flow." in home:  # not of one image
        return None
    models = importlib.import_module("torchvision.models")
    try:
        weights = models.get_model_weights(name)
        crop = weights.DEFAULT.transforms().crop_size
        return (3, *(crop * 2 if len(crop) == 1 else crop))
    except (AttributeError, ValueError, TypeError, KeyError):
        return (3, 224, 224)

"""Seeing the modules and the functions of a PyTorch model as they are called."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from torch import nn
from torch.overrides import TorchFunctionMode

from archcalc.importers.torch_calls import name_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


class Watched(NamedTuple):
    """What runs without being looked into: how it is called and run. ``path`` is that of the module, or around it."""

    path: str
    name: str
    run: Callable[[], Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    module: Any = None


class Watch(TorchFunctionMode):  # type: ignore[misc]
    """Sees each call of a module that is not looked into, and of a function outside of these.

    ``where`` is the path of the call that failed.
    """

    def __init__(self, model: Any) -> None:
        super().__init__()
        modules = list(model.named_modules(remove_duplicate=False))
        self.classes = {name: type(module).__name__ for name, module in modules}
        self.leaves = {name for name, module in modules if next(module.children(), None) is None}
        self.where = ""
        self.around = [""]
        self._modules = {id(module): name for name, module in reversed(modules)}
        self._inside = 0

    def looks_into(self, module: Any) -> bool:
        """Whether the calls within a module are seen, and not the module."""
        raise NotImplementedError

    def saw(self, asked: Watched) -> Any:
        """Run a call, note it, and return its result."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        """Watch modules and functions from now on."""
        self._call = nn.Module.__call__
        watch, call = self, self._call

        def watched(module: Any, *args: Any, **kwargs: Any) -> Any:
            if watch._inside or id(module) not in watch._modules:
                return call(module, *args, **kwargs)
            return watch._module(module, args, kwargs)

        nn.Module.__call__ = watched
        super().__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Stop watching."""
        super().__exit__(kind, error, where)
        nn.Module.__call__ = self._call

    def _module(self, module: Any, args: Any, kwargs: Any) -> Any:
        path = self._modules[id(module)]
        if not self.looks_into(module):
            run = partial(self._call, module, *args, **kwargs)
            name = type(module).__name__
            return self.saw(Watched(path=path, name=name, run=run, args=args, kwargs=kwargs, module=module))
        self.around.append(path)
        try:
            return self._call(module, *args, **kwargs)
        finally:
            self.around.pop()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """See a function, unless it is a part of what is not looked into."""
        kwargs = kwargs or {}
        if self._inside:
            return func(*args, **kwargs)
        asked = Watched(
            path=self.around[-1], name=name_of(func), run=partial(func, *args, **kwargs), args=args, kwargs=kwargs
        )
        return self.function(func, asked)

    def function(self, func: Any, asked: Watched) -> Any:  # noqa: ARG002 - for those that run it in another way
        """Run a function, note it, and return its result."""
        return self.saw(asked)

    def run(self, asked: Watched) -> Any:
        """Run a call without looking into it."""
        self._inside += 1
        try:
            return asked.run()
        except Exception:
            self.where = self.where or asked.path
            raise
        finally:
            self._inside -= 1

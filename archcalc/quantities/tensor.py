"""The tensors a layer owns: what is learned, and what is only kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.symbolic.expr import product, total

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archcalc.symbolic.expr import Int

WEIGHT, BIAS, BUFFER = "weight", "bias", "buffer"
"""The roles: weights, additive vectors (biases and the β of norms), and what nobody trains."""


class Tensor(NamedTuple):
    """One tensor of a layer: its name, its dimensions as the textbook orders them, and its role.

    >>> Tensor("weight", (96, 3, 11, 11)).elements
    34848
    """

    name: str
    dims: tuple[Int, ...]
    role: str = WEIGHT

    @property
    def elements(self) -> Int:
        """The number of values: the product of the dimensions."""
        return product(self.dims)


def count(tensors: Iterable[Tensor], *roles: str) -> Int:
    """Count the values of the tensors that have one of these roles.

    >>> count([Tensor("weight", (10, 5)), Tensor("bias", (10,), BIAS)], WEIGHT, BIAS)
    60
    """
    return total(tensor.elements for tensor in tensors if tensor.role in roles)


def bias(channels: Int, role: str = BIAS, *, present: bool = True) -> tuple[Tensor, ...]:
    """Return a layer's bias, one value per output channel, where it has one."""
    return (Tensor("bias", (channels,), role),) if present else ()


def fan(tensors: Iterable[Tensor]) -> tuple[Int, Int] | None:
    """Return fan-in and fan-out of the weights: second and first dimension, each times the kernel's volume.

    Source: Glorot & Bengio 2010 and He et al. 2015 (arXiv 1502.01852), as PyTorch's ``nn.init`` counts them.

    >>> fan([Tensor("weight", (96, 3, 11, 11))])
    (363, 11616)
    """
    for tensor in tensors:
        if tensor.role == WEIGHT and len(tensor.dims) > 1:
            out, into, *kernel = tensor.dims
            return product((into, *kernel)), product((out, *kernel))
    return None

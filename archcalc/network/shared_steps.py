"""Steps that use the weights of another: what `share` says, also of copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.network.sharing import Sharing

if TYPE_CHECKING:
    from archcalc.network.context import Context
    from archcalc.network.lookup import Lookup
    from archcalc.network.steps import Step

ITSELF = "true"
"""What `share` says of copies that all use the weights of the first."""


def sharing(step: Step, context: Context, names: Lookup) -> Context:
    """Return the context of a step that uses the weights of another, or one tensor of it: `share: embedding.weight`.

    Names of layers and of tensors can contain dots (`attention.q_proj.weight`): the longest name of a layer counts.

    Raises:
        Refusal: the layer is unknown.
    """
    share = step.text("share")
    if share is None or share.text == ITSELF:
        return context
    owner = share.text
    while "." in owner.lstrip(".") and not names.known(owner, context):
        owner = owner.rpartition(".")[0]
    tensor = share.text.removeprefix(owner).removeprefix(".")
    return context._replace(shared=Sharing(context.path(step.called), names.path(owner, context), tensor))


def copy_sharing(step: Step, context: Context, copy: Context, names: Lookup) -> Context:
    """Return the context of one copy of a step: with the weights of the first, or of the layer that all of them share.

    Where that is a repeat itself, copies share in pairs.
    """
    share = step.text("share")
    if share is None:
        return copy
    own = copy.path(step.called)
    if share.text == ITSELF:
        first = copy._replace(numbers=(*copy.numbers[:-1], 1)).path(step.called)
        return copy if own == first else copy._replace(shared=Sharing(own, first, copies=True))
    shared = context.shared
    assert shared is not None  # noqa: S101 - set where the step began
    numbered = f"{shared.owner}/{copy.numbers[-1]}"
    return copy._replace(shared=shared._replace(own=own, owner=numbered if numbered in names.values else shared.owner))

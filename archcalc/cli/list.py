"""`archcalc list`: the built-in networks."""

from __future__ import annotations

from functools import cache
from math import inf
from typing import TYPE_CHECKING, Any

import click

from archcalc.cli.base import show_page
from archcalc.cli.options import output
from archcalc.errors import UsageError, did_you_mean
from archcalc.measures.quantities import QUANTITIES, find, values
from archcalc.specfile.loading import load
from archcalc.specfile.noted import note, noted
from archcalc.specfile.shipped import index
from archcalc.views.showing.catalogue import ListEntry, catalogue, order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archcalc.network.steps import Spec


@click.command(short_help="List the built-in networks.")
@click.option("--family", metavar="NAME", help="Only networks of this family (example: resnet).")
@click.option(
    "--max-params", "most", metavar="NUMBER", help="Only networks with at most this many parameters (example: 5M)."
)
@click.option(
    "--max-macs", "dearest", metavar="NUMBER", help="Only networks with at most this many MACs (example: 1e9)."
)
@click.option(
    "--sort", metavar="COLUMN", help="Sort by name, title, year, family, or a quantity such as params or macs."
)
@output
def command(  # noqa: PLR0913 - as many as there are options
    *,
    family: str | None,
    most: str | None,
    dearest: str | None,
    sort: str | None,
    name: str | None,
    file: str | None,
    force: bool,
) -> None:
    """List the built-in networks with year, parameters and MACs.

    Networks are grouped by family, in the order of the first year of each family. --sort shows one list instead.
    Names of framework models start with the framework: torchvision/resnet50.
    """
    params, macs = _limit("--max-params", most), _limit("--max-macs", dearest)
    order(sort or "name")  # in a checkout, what follows computes all networks
    networks = _networks()
    families = {name: _family(name, row) for name, row in networks.items()}
    if family is not None and family not in families.values():
        hint = did_you_mean(family, families.values())
        hint = hint or f"available: {', '.join(sorted(filter(None, set(families.values()))))}"
        raise UsageError(f"unknown family '{family}'", hint)
    entries = [_entry(name, row) for name, row in networks.items() if family in (None, families[name])]
    _remember(networks, entries)
    kept = [entry for entry in entries if entry.quantities["params"] <= params and entry.quantities["macs"] <= macs]
    show_page(catalogue(kept, sort), name, file, force=force)


def _limit(option: str, written: str | None) -> float:
    """Return the limit that an option sets; none is infinite."""
    if written is None:
        return inf
    try:
        return find("params").limit(written)
    except UsageError as error:
        mistake = error.mistakes[0]
        raise UsageError(f"{option}: {mistake.message}", mistake.hint) from None


def _networks() -> dict[str, dict[str, Any]]:
    """Return what is known of the built-in networks: by the index, or in a checkout by the run before."""
    networks = index()["networks"]
    if all("params" in row for row in networks.values()):
        return dict(networks)
    known = noted()
    return {name: {**row, **known.get(name, {})} for name, row in networks.items()}


def _remember(networks: Mapping[str, Any], entries: Sequence[ListEntry]) -> None:
    """Note what had to be computed, if it was all of it."""
    if len(entries) == len(networks) and not all("params" in row for row in networks.values()):
        note({entry.name: {**entry.quantities, **_about(entry)} for entry in entries})


def _about(entry: ListEntry) -> dict[str, str]:
    return {"title": entry.title, "year": entry.year, "family": entry.family}


def _family(name: str, row: Mapping[str, Any]) -> str:
    """Return the family of a network, which is known without computing anything."""
    return str(row["family"]) if "family" in row else _spec(name).family


def _entry(name: str, row: Mapping[str, Any]) -> ListEntry:
    """Return what the index says of a network; where it was not built, what the network itself says."""
    if "params" not in row:
        return _computed(name)
    counted = {key: row[key] for key in QUANTITIES}
    return ListEntry(name=name, title=row["title"], year=row["year"], family=row["family"], quantities=counted)


@cache
def _computed(name: str) -> ListEntry:
    spec = _spec(name)
    return ListEntry(
        name=name,
        title=spec.title,
        year=spec.paper.get("year", ""),
        family=spec.family,
        quantities=values(load(name).analyze()),
    )


@cache
def _spec(name: str) -> Spec:
    return load(name).spec

"""`archcalc serve`: the live page, on this machine or as a static site."""

from __future__ import annotations

import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archcalc.cli.base import say
from archcalc.cli.options import LOADING, networks
from archcalc.errors import UsageError
from archcalc.live import pyodide, site
from archcalc.live.bundle import bundle
from archcalc.live.serving import HOST, server
from archcalc.services.opening import as_spec, importer
from archcalc.specfile import shipped
from archcalc.specfile.loading import read_file
from archcalc.specfile.paths import at_home, looks_like_path

if TYPE_CHECKING:
    from archcalc.live.page_files import PageFile

DEFAULT_PORT, DEFAULT_NETWORK = 8642, "alexnet"

HELP = f"""Edit specs in the browser: the table, pictures, formulas and homework follow while you type.

    The page is served on this machine only, and loads nothing from elsewhere. NET is the network that it opens with.
    With --build, the page is written as a static site for any web server: Python runs in the reader's browser, and
    nothing that is typed leaves it. Python for browsers is the npm package {pyodide.PACKAGE}, which is downloaded with
    npm unless --pyodide names its folder.

    {LOADING}

    \b
    archcalc serve --open
    archcalc serve ./mynet.yaml
    archcalc serve resnet50 --build site
    """


@click.command(help=HELP, short_help="Edit specs in the browser, with results while you type.")
@click.argument("net", default=DEFAULT_NETWORK, shell_complete=networks)
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", help=f"Port (default: {DEFAULT_PORT}; 0: any).")
@click.option("--open", "in_browser", is_flag=True, help="Open the page in the browser.")
@click.option("--build", "folder", metavar="DIR", help="Write a static site to DIR.")
@click.option("--pyodide", "python", metavar="DIR", help=f"Folder of the package {pyodide.PACKAGE}.")
@click.option("--force", is_flag=True, help="Overwrite the site in DIR (requires --build).")
def command(  # noqa: PLR0913 - as many as there are options
    *, net: str, port: int | None, in_browser: bool, folder: str | None, python: str | None, force: bool
) -> None:
    """Serve the live page, or write it as a site."""
    start = _start(net)
    if folder is None and force:
        raise UsageError("--force requires --build", "add --build DIR")
    if folder is not None:
        if port is not None or in_browser:
            raise UsageError("--port and --open cannot be combined with --build", "omit them, or omit --build")
        if not folder:
            raise UsageError("--build requires a directory", "name an empty or a new one")
        site.refuse_other_files(Path(folder), force=force)
        files = pyodide.from_folder(python) if python else pyodide.downloaded()
        say(f"{site.build(folder, files, start, force=force)}\n")
        return
    _serve(DEFAULT_PORT if port is None else port, start, _worker(python), in_browser=in_browser)


def _serve(port: int, start: dict[str, str], worker: dict[str, PageFile], *, in_browser: bool) -> None:
    with server(port, start, worker) as serving:
        address = f"http://{HOST}:{serving.server_address[1]}/"
        say(f"archcalc serves {address} (Ctrl-C ends it)\n")
        if in_browser:
            webbrowser.open(address)
        with suppress(KeyboardInterrupt):  # which is how a server is ended
            serving.serve_forever()


def _worker(python: str | None) -> dict[str, PageFile]:
    """Return what a browser needs to compute by itself, if there is Python for it."""
    if python is None:
        return {}
    files, engine = pyodide.from_folder(python), bundle()
    return {**files, engine.name: engine}


def _start(net: str) -> dict[str, str]:
    """Return the spec that the page opens with: its text, and its variant.

    Raises:
        UsageError: the network is unknown, or cannot be read.
    """
    path, _, variant = net.partition("#")
    if importer(net) is not None:
        return {"text": as_spec(net), "variant": ""}
    if looks_like_path(path):
        return {"text": read_file(at_home(path)).text, "variant": variant}
    entry = shipped.find(net)
    return {"text": shipped.text(entry.file), "variant": entry.variant or ""}

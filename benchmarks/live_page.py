"""From a key to the answer on the live page: ResNet-50 in Chromium, by the server's engine and by Python in there.

    npm run build in web/, pip install '.[browser]', and Chromium with its driver
    python benchmarks/live_page.py --site SITE    # SITE is made by: archcalc serve resnet50 --build SITE

The numbers are relative to a loop of 10 million steps in plain Python on the same machine; milliseconds are printed
beside them, for the budget of 50 ms on an idle machine.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from archcalc.live.serving import server
from archcalc.specfile import shipped
from tests.pages.browser import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = 40
PAUSE = 0.3
"""Seconds between two keys: what a careful typist leaves."""

WATCHED = """
window.times = []; let begun = 0;
document.addEventListener('keydown', () => { begun = performance.now(); }, true);
new MutationObserver(() => window.times.push(performance.now() - begun))
    .observe(document.getElementById('params'), {childList: true, characterData: true, subtree: true});
"""


def main() -> None:
    """Type into the page, and print how long its answers take."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", help="a folder that `archcalc serve resnet50 --build` made")
    site = parser.parse_args().site
    unit = loop()
    sys.stdout.write(f"a loop of 10 million steps: {unit * 1000:.0f} ms\n")
    start = {"text": shipped.text("resnet.yaml"), "variant": "resnet50"}
    with server(0, start, {}) as serving, running(serving) as address:
        report("the engine of the server", typed(address), unit)
    if site:
        handler = partial(Quiet, directory=site)
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as serving, running(serving) as address:
            report("Python in the browser", typed(address), unit)


def report(engine: str, times: list[float], unit: float) -> None:
    """Print the median and the slowest answer."""
    middle, most = statistics.median(times), max(times)
    told = (
        f"{engine}: {len(times)} keys, median {middle:.0f} ms ({middle / unit / 1000:.2f} loops), at most {most:.0f} ms"
    )
    sys.stdout.write(f"{told}\n")


def loop() -> float:
    """Return the seconds of processor time of a loop in plain Python."""
    begun, total = time.process_time(), 0
    for number in range(10_000_000):
        total += number % 7
    return time.process_time() - begun


class Quiet(SimpleHTTPRequestHandler):
    """A web server that says nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def running(serving: ThreadingHTTPServer) -> Iterator[str]:
    """Serve in a thread; yield the address."""
    thread = Thread(target=serving.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{serving.server_address[1]}/"
    finally:
        serving.shutdown()
        thread.join()


def typed(address: str) -> list[float]:
    """Change the number of classes again and again; return the milliseconds from each key to its parameters."""
    with chromium() as browser:
        browser.get(address)
        until(lambda: browser.find_element("id", "title").text == "ResNet-50")
        until(lambda: len(browser.find_elements("css selector", "#example option")) > 1)
        content = browser.find_element("css selector", ".cm-content")
        line = next(line for line in content.find_elements("css selector", ".cm-line") if "classes: 1000" in line.text)
        line.click()
        content.send_keys("\ue010")  # the key End
        content.send_keys("\ue011", *["\ue014"] * len("classes: 1"))  # Home, and to the right
        browser.execute_script(WATCHED)
        for number in range(KEYS):
            content.send_keys("\ue003" if number % 2 else "7")
            time.sleep(PAUSE)
        return list(browser.execute_script("return window.times"))


def until(holds: Any) -> None:  # noqa: ANN401 - a question
    """Wait until something holds."""
    while not holds():
        time.sleep(0.05)


if __name__ == "__main__":
    main()

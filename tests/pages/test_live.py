"""The live page in a browser: what a user does on it, with the numbers of the library."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

import archcalc
from archcalc.errors import UsageError
from archcalc.live import pyodide, site
from archcalc.live.page_files import EDITOR, LIVE
from archcalc.live.serving import server
from archcalc.specfile import shipped
from tests.pages.browser import Browser, chromium, complaints, violations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (LIVE / EDITOR).is_file(), reason="the editor is not built: npm run build in web/"),
]

PATIENCE = 20
"""Seconds that the page may take; no test passes or fails by how long something takes."""

ALEXNET = {"text": shipped.text("alexnet.yaml"), "variant": "alexnet"}

TYPED = """input: 3x227x227
layers:
- {conv: 96, kernel: 11, stride: 4, name: conv1}
- {maxpool: 3, stride: 2}
- {conv: 256, kernel: 5, padding: 2, groups: 2}
- {maxpool: 3, stride: 2}
- {conv: 384, kernel: 3, padding: 1}
- {conv: 384, kernel: 3, padding: 1, groups: 2}
- {conv: 256, kernel: 3, padding: 1, groups: 2}
- {maxpool: 3, stride: 2}
- flatten
- {linear: 4096}
- {linear: 4096}
- {linear: 1000}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with server(0, ALEXNET, {}) as serving, in_a_thread(serving):
        yield f"http://127.0.0.1:{serving.server_address[1]}/"


@contextmanager
def in_a_thread(serving: ThreadingHTTPServer) -> Iterator[None]:
    thread = Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        serving.shutdown()
        thread.join()


@pytest.fixture
def page(browser: Browser, address: str) -> LivePage:
    """Return the page, opened anew with AlexNet."""
    found = LivePage(browser)
    found.open(address)
    return found


class LivePage:
    """The page as its user sees it."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def open(self, address: str) -> None:
        self.browser.get("about:blank")
        self.browser.get(address)
        self.until(lambda: self.number("params"))
        self.until(lambda: len(self.browser.find_elements("css selector", "#example option")) > 1)

    def until(self, holds: Callable[[], Any]) -> None:
        waiting = pytest.importorskip("selenium.webdriver.support.wait").WebDriverWait
        waiting(self.browser, PATIENCE, poll_frequency=0.05).until(lambda _: holds())

    def by_id(self, name: str) -> Browser:
        return self.browser.find_element("id", name)

    def text(self, name: str) -> str:
        return str(self.by_id(name).text)

    def number(self, name: str) -> int:
        digits = self.text(name).replace(",", "")
        return int(digits) if digits.isdigit() else 0

    def all(self, selector: str) -> list[Browser]:
        return list(self.browser.find_elements("css selector", selector))

    def type(self, text: str) -> None:
        """Replace the spec by what is typed, with the keys of a keyboard."""
        keys = pytest.importorskip("selenium.webdriver.common.keys").Keys
        content = self.all(".cm-content")[0]
        content.click()
        content.send_keys(keys.CONTROL + "a")
        content.send_keys(keys.DELETE)
        # Brackets close themselves, and a line begins where the one before did.
        for line in text.splitlines():
            content.send_keys(keys.HOME, line, keys.ESCAPE, keys.END, keys.ENTER)

    def key(self, *names: str) -> None:
        keys = pytest.importorskip("selenium.webdriver.common.keys").Keys
        self.browser.switch_to.active_element.send_keys(*(getattr(keys, name, name) for name in names))

    def fill(self, name: str, text: str) -> None:
        field = self.by_id(name)
        field.clear()
        field.send_keys(text)
        self.key("TAB")

    def view(self, name: str) -> None:
        self.by_id(f"view-{name}").click()

    def rows(self) -> dict[str, dict[str, str]]:
        script = """return [...document.querySelectorAll('.layers tbody tr')].map(line =>
            [line.dataset.path, Object.fromEntries([...line.cells].map(cell => [cell.dataset.column, cell.textContent]))])"""
        return dict(self.browser.execute_script(script))


def test_alexnet_is_typed_broken_and_mended(page: LivePage) -> None:
    page.type(TYPED)
    expected = archcalc.load("alexnet").analyze()
    page.until(lambda: page.number("params") == expected.totals.params and page.text("problems") == "No errors.")
    assert page.number("macs") == expected.totals.macs
    assert page.rows()["conv1"]["output"] == "96×55×55"

    page.key("- {conv: 3, kernal: 3}")
    page.until(lambda: "unknown option 'kernal' of conv" in page.text("problems"))
    assert "did you mean kernel?" in page.text("problems")
    page.until(lambda: page.all(".cm-lintRange-error"))
    assert page.number("params") == expected.totals.params
    assert page.text("status") == "The last valid spec is shown"

    page.all("#problems button")[0].click()
    assert page.browser.execute_script("return document.activeElement.classList.contains('cm-content')")
    page.key("END", *["BACK_SPACE"] * len("- {conv: 3, kernal: 3}"))
    page.until(lambda: page.text("problems") == "No errors.")
    assert page.text("status") == ""
    assert complaints(page.browser) == []


def test_a_completion_is_offered_and_taken(page: LivePage) -> None:
    page.type("input: 3x32x32\nlayers:\n")
    page.key("- {dept")
    page.until(lambda: page.all(".cm-tooltip-autocomplete li"))
    assert page.all(".cm-tooltip-autocomplete li")[0].text.startswith("depthwise_conv")
    page.browser.execute_script("await new Promise(done => setTimeout(done, 100))")  # Enter is a new line before that
    page.key("ENTER")
    page.until(lambda: "- {depthwise_conv: " in page.all(".cm-content")[0].text)


def test_two_networks_are_compared_and_both_can_be_edited(page: LivePage) -> None:
    page.fill("network", "googlenet")
    page.until(lambda: page.text("title") == "GoogLeNet")
    page.fill("other", "vgg16")
    page.until(lambda: "VGG-16 has 19.8 times as many parameters" in page.text("view"))
    page.until(lambda: page.all("#view svg"))
    assert "138,357,544" in page.text("view")
    page.by_id("text-other").click()
    page.until(lambda: "Simonyan" in page.all(".cm-content")[0].text)
    page.type("input: 3x8x8\nlayers:\n- flatten\n- {linear: 10}\n")
    page.until(lambda: "1,930" in page.text("view"))
    assert page.text("title") == "GoogLeNet"


def test_a_link_carries_the_specs_to_another_reader(page: LivePage, address: str) -> None:
    page.type("title: Mine ü 卷\ninput: 3x16x16\nlayers:\n- {conv: 5, kernel: 3}\n")
    page.until(lambda: page.text("title") == "Mine ü 卷")
    page.view("cost")
    page.fill("other", "lenet5")
    page.until(lambda: "LeNet" in page.text("view"))
    page.by_id("link").click()
    page.until(lambda: "link" in page.text("status").lower())
    link = page.browser.current_url
    assert link.startswith(f"{address}#")
    with chromium() as another:
        reader = LivePage(another)
        another.get(link)
        reader.until(lambda: reader.text("title") == "Mine ü 卷")
        reader.until(lambda: "LeNet" in reader.text("view"))
        assert reader.number("params") == 5 * 28


def test_a_damaged_link_is_told(page: LivePage, address: str) -> None:
    page.browser.get("about:blank")
    page.browser.get(f"{address}#damaged")
    page.until(lambda: page.number("params"))
    assert page.text("title") == "AlexNet"


def test_a_worksheet_is_filled_and_graded_cell_by_cell(page: LivePage) -> None:
    page.view("homework")
    page.until(lambda: page.all("input.answer"))

    def cell(name: str) -> Browser:
        (found,) = page.all(f'input[aria-label="{name}"]')
        return found.find_element("xpath", "..")

    def answer(name: str, text: str, verdict: str) -> None:
        cell(name).find_element("css selector", "input").send_keys(text)
        page.key("TAB")
        page.until(lambda: verdict in cell(name).get_attribute("class").split())

    answer("conv1, output", "55x55x96", "is-right")
    answer("conv1, parameters", "34848", "is-wrong")
    answer("fc8, parameters", "4.1M", "is-rounded")
    ask = cell("conv1, parameters").find_element("css selector", "button")
    for told in ("The biases are not counted.", "your answer is too small", "96·3·11·11"):
        assert told not in page.text("layer")
        ask.click()
        page.until(lambda told=told: told in page.text("layer"))  # type: ignore[misc]
    assert "34,944" not in page.text("layer")
    assert page.text("view").count("points: 1 correct, 1 rounded, 1 wrong") == 1
    assert violations(page.browser) == []


def test_a_layer_is_worked_out_where_it_is_chosen(page: LivePage) -> None:
    page.until(lambda: "⌊(227 − 11 + 2·0)/4⌋ + 1" in page.text("layer"))
    page.all('.layers tr[data-path="conv3"]')[0].click()
    page.until(lambda: "384·256·3·3" in page.text("layer"))
    page.view("graph")
    page.until(lambda: page.all('#view g[data-path="fc8"]'))
    page.browser.execute_script(
        "document.querySelector('#view g[data-path=fc8]').dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    page.until(lambda: "1000·4096" in page.text("layer"))


def test_the_page_is_used_without_a_mouse(page: LivePage) -> None:
    page.by_id("view-table").send_keys("")
    page.key("ARROW_RIGHT")
    page.until(lambda: page.by_id("view-graph").get_attribute("aria-selected") == "true")
    page.until(lambda: page.all("#view svg"))
    page.key("END")
    page.until(lambda: page.all("input.answer"))
    page.key("HOME")
    page.until(lambda: page.all(".layers"))
    page.all(".layers tr[tabindex='0']")[0].send_keys("")
    page.key("ARROW_DOWN", "ENTER")
    page.until(lambda: page.by_id("path").get_attribute("value") == "pool1")
    page.by_id("path").send_keys("conv5")
    page.until(lambda: "256·192·3·3" in page.text("layer"))


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_hinders_anybody(browser: Browser, address: str, *, dark: bool, width: int) -> None:
    scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})
    metrics = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        page = LivePage(browser)
        page.open(address)
        for view, there in (
            ("table", ".layers"),
            ("graph", "svg"),
            ("cost", "svg"),
            ("volumes", "svg"),
            ("rf", "svg"),
            ("compare", "button"),
            ("homework", "input"),
        ):
            page.view(view)
            page.until(lambda there=there: page.all(f"#view {there}"))  # type: ignore[misc]
            assert violations(browser) == [], view
            wide = browser.execute_script(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0, view
        page.type("layers: [lineer]\n")
        page.until(lambda: page.text("problems") != "No errors.")
        page.by_id("downloads-open").click()
        page.until(lambda: page.all("#downloads button"))
        assert violations(browser) == []
        assert complaints(browser) == []
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_nothing_moves_while_one_types(page: LivePage) -> None:
    """Also with an error, and with one less: neither the editor nor the results are somewhere else."""
    script = "return ['editor', 'problems', 'views', 'view', 'layer', 'title'].map(id => JSON.stringify(document.getElementById(id).getBoundingClientRect()))"
    before = page.browser.execute_script(script)
    page.type("input: 3x8x8\nlayers:\n- {conv: 4, kernal: 3}\n- lineer\n")
    page.until(lambda: "lineer" in page.text("problems"))
    assert page.browser.execute_script(script) == before
    page.type("input: 3x8x8\nlayers:\n- {conv: 4, kernel: 3}\n")
    page.until(lambda: page.number("params") == 112)
    assert page.browser.execute_script(script) == before


def test_a_spec_is_text_and_never_markup(page: LivePage) -> None:
    page.type(
        'title: "<img src=x onerror=document.title=1><script>document.title=2</script>"\ninput: 3x8x8\nlayers:\n- {conv: 4, kernel: 3}\n'
    )
    page.until(lambda: page.number("params") == 112)
    for view in ("table", "graph", "cost", "volumes", "rf", "compare", "homework"):
        page.view(view)
        page.until(lambda: page.by_id("view").get_attribute("aria-labelledby").startswith("view-"))
    page.view("compare")
    page.all("#view button")[0].click()
    page.until(lambda: page.all("#view table"))
    assert page.all("img, main script") == []
    assert page.browser.title.startswith("<img src=x")


def test_a_download_has_what_the_command_writes(browser: Browser, address: str, tmp_path: Path) -> None:
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    page = LivePage(browser)
    page.open(address)
    page.by_id("downloads-open").click()
    page.until(lambda: page.all("#downloads button"))
    next(button for button in page.all("#downloads button") if button.text == "json").click()
    page.until(lambda: list(tmp_path.glob("*.json")))
    assert json.loads((tmp_path / "alexnet.json").read_text())["totals"]["params"] == 60_965_224


def test_what_the_server_cannot_find_is_told(page: LivePage) -> None:
    page.fill("network", "alexnt")
    page.until(lambda: page.text("status") == "unknown network 'alexnt': did you mean alexnet?")
    assert page.text("title") == "AlexNet"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the static site, with Python for browsers from npm."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    try:
        python = pyodide.downloaded()
    except UsageError as error:
        pytest.skip(f"Pyodide cannot be downloaded: {error}")
    folder = tmp_path_factory.mktemp("live") / "site"
    site.build(str(folder), python, ALEXNET, force=False)
    return folder


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def test_the_static_site_computes_in_the_browser(browser: Browser, folder: Path) -> None:
    """Served by a web server that knows nothing of archcalc."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as serving, in_a_thread(serving):
        page = LivePage(browser)
        browser.get(f"http://127.0.0.1:{serving.server_address[1]}/")
        page.until(lambda: page.number("params") == 60_965_224)
        page.until(lambda: "⌊(227 − 11 + 2·0)/4⌋ + 1" in page.text("layer"))
        page.type("input: 3x8x8\nlayers:\n- {conv: 4, kernel: 3}\n")
        page.until(lambda: page.number("params") == 112)
        page.fill("network", "resnet50")
        page.until(lambda: page.number("params") == archcalc.load("resnet50").analyze().totals.params)
        for view, there in (("graph", "svg"), ("rf", "svg"), ("homework", "input")):
            page.view(view)
            page.until(lambda there=there: page.all(f"#view {there}"))  # type: ignore[misc]
        page.fill("other", "vgg16")
        page.until(lambda: "VGG-16" in page.text("view"))
        assert complaints(browser) == []
        assert violations(browser) == []

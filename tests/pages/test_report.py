"""The report in a browser: its numbers are the library's, at every size that a reader chooses."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.network.network import WhatIf
from archcalc.services.reporting import report
from tests.cli.calls import call
from tests.pages.browser import Browser, chromium, complaints, opened, violations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Open = Callable[[str], Browser]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Open:
    """Return a function that opens the report of a network."""

    def show(name: str) -> Browser:
        opened(browser, report(archcalc.load(name), WhatIf()), tmp_path)
        return browser

    return show


def cells(browser: Browser) -> dict[str, dict[str, str]]:
    """Return the texts of the visible rows by path and column."""
    # In pairs, since the driver sorts the keys of objects.
    script = """return [...document.querySelectorAll('#layers tbody tr')].map(line =>
        [line.dataset.path, Object.fromEntries([...line.cells].map(cell => [cell.dataset.column, cell.textContent]))])"""
    return dict(browser.execute_script(script))


def by_id(browser: Browser, name: str) -> Browser:
    return browser.find_element("id", name)


def set_number(browser: Browser, letter: str, value: int) -> None:
    script = """const field = document.getElementById('number-' + arguments[0]);
        field.value = arguments[1]; field.dispatchEvent(new Event('input', {bubbles: true}))"""
    browser.execute_script(script, letter, str(value))


def number(text: str) -> int:
    return 0 if text in ("–", "") else int(text.replace(",", ""))


@pytest.mark.parametrize(
    ("name", "size"), [("alexnet", 224), ("googlenet", 300), ("resnet18", 97), ("unet", 188), ("vgg16", 64)]
)
def test_the_numbers_follow_the_size_exactly(page: Open, name: str, size: int) -> None:
    browser = page(name)
    by_id(browser, "open").click()
    set_number(browser, "H", size)
    network = archcalc.load(name)
    channels = network.analyze().inputs["input"].channels
    table = network.analyze((channels, size, size))
    shown = cells(browser)
    checked = 0
    for row in table:
        if row.path in shown and not shown[row.path]["name"].count("×"):
            assert shown[row.path]["output"] == str(row.output), row.path
            assert number(shown[row.path]["macs"]) == row.macs
            checked += 1
    assert checked > 8
    assert number(by_id(browser, "macs").text) == table.totals.macs
    assert number(by_id(browser, "params").text) == table.totals.params
    assert by_id(browser, "number-W").get_attribute("value") == str(size)


def test_an_argument_is_a_control_too(page: Open) -> None:
    browser = page("alexnet")
    set_number(browser, "classes", 10)
    expected = json.loads(call("show", "alexnet", "--set", "classes=10", "--format", "json").out)["totals"]["params"]
    assert number(by_id(browser, "params").text) == expected


def test_a_size_that_is_too_small_is_told(page: Open) -> None:
    browser = page("alexnet")
    set_number(browser, "H", 20)
    assert by_id(browser, "invalid").text.startswith("too small: ")
    set_number(browser, "H", 227)
    assert by_id(browser, "invalid").text == ""
    assert number(by_id(browser, "macs").text) == 724_406_816


def test_a_box_leads_to_its_row_and_its_formula(page: Open) -> None:
    browser = page("alexnet")
    browser.find_element("css selector", "#graph .light g[data-path=conv2] text").click()
    (row,) = browser.find_elements("css selector", "tr[aria-selected=true]")
    assert row.get_attribute("data-path") == "conv2"
    told = by_id(browser, "detail").text
    assert "O_h = ⌊(I_h − K + 2·P)/S⌋ + 1" in told
    assert "= ⌊(27 − 5 + 2·2)/1⌋ + 1" in told
    assert "conv2: 51×51 of 227×227" in told
    field, whole = (
        by_id(browser, "detail").find_element("css selector", f"rect.{kind}") for kind in ("field", "input")
    )
    ratio = float(field.get_attribute("width")) / float(whole.get_attribute("width"))
    assert ratio == pytest.approx(51 / 227)


def test_a_row_leads_to_its_box(page: Open) -> None:
    browser = page("googlenet")
    by_id(browser, "open").click()
    browser.find_element("css selector", "tr[data-path='4a/5x5/conv']").click()
    marked = browser.find_elements("css selector", "#graph .light g.chosen")
    assert [box.get_attribute("data-path") for box in marked] == ["4a"]  # the closed block that it is in


def test_the_boxes_follow_the_size(page: Open) -> None:
    browser = page("alexnet")
    set_number(browser, "H", 451)
    table = archcalc.load("alexnet").analyze((3, 451, 451))
    box = browser.find_element("css selector", "#graph .light g[data-path=conv5]")
    assert str(table["conv5"].output) in box.text


def test_blocks_fold_and_rows_are_sorted_and_filtered(page: Open) -> None:
    browser = page("googlenet")
    before = len(cells(browser))
    browser.find_element("css selector", "tr[data-path='3a'] .fold").click()
    assert len(cells(browser)) == before + 5
    browser.find_element("xpath", "//th/button[text()='MACs']").click()
    top = [number(line["macs"]) for path, line in cells(browser).items() if "/" not in path]
    assert top == sorted(top, reverse=True)
    browser.find_element("xpath", "//th/button[text()='MACs']").click()
    assert [number(line["macs"]) for path, line in cells(browser).items() if "/" not in path] == top[::-1]
    by_id(browser, "filter").send_keys("5b/5x5")
    assert set(cells(browser)) == {"5b", "5b/5x5", "5b/5x5/reduce", "5b/5x5/conv"}


def test_the_keyboard_is_enough(page: Open) -> None:
    from selenium.webdriver.common.keys import Keys  # noqa: PLC0415 - an extra

    browser = page("resnet50")
    browser.execute_script("document.querySelector('#layers tbody tr').focus()")
    for key in (
        Keys.ARROW_DOWN,
        Keys.END,
        Keys.HOME,
        Keys.ARROW_DOWN,
        Keys.ARROW_DOWN,
        Keys.ARROW_DOWN,
        Keys.ARROW_RIGHT,
    ):
        browser.switch_to.active_element.send_keys(key)
    assert browser.switch_to.active_element.get_attribute("data-path") == "conv2_x"
    assert browser.switch_to.active_element.get_attribute("aria-expanded") == "true"
    browser.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert browser.find_element("css selector", "tr[aria-selected=true]").get_attribute("data-path") == "conv2_x/1"
    browser.switch_to.active_element.send_keys(Keys.ARROW_LEFT)
    browser.switch_to.active_element.send_keys(Keys.ARROW_LEFT)
    assert browser.switch_to.active_element.get_attribute("aria-expanded") == "false"


@pytest.mark.parametrize("name", ["lenet5", "googlenet", "resnet152", "gpt2", "unet", "hrnet-w18", "transformer-base"])
def test_nothing_is_complained_of_and_axe_finds_nothing(page: Open, name: str) -> None:
    browser = page(name)
    assert violations(browser) == []
    by_id(browser, "open").click()
    assert complaints(browser) == []


def test_names_do_nothing_but_stand_there(browser: Browser, tmp_path: Path) -> None:
    hostile = "</script><script>document.title='owned'</script><img src=x onerror=document.title='owned'>"
    spec = {
        "title": hostile,
        "input": "3x8x8",
        "layers": [{"conv": "2", "kernel": "3", "name": hostile.replace("/", "")}],
    }
    opened(browser, report(archcalc.loads(json.dumps(spec)), WhatIf()), tmp_path)
    assert browser.title == hostile
    assert complaints(browser) == []
    assert hostile.replace("/", "") in next(iter(cells(browser)))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_have_contrast(scheme: str, tmp_path: Path) -> None:
    with chromium(f"--blink-settings=preferredColorScheme={int(scheme == 'light')}") as found:
        opened(found, report(archcalc.load("googlenet"), WhatIf()), tmp_path)
        assert (found.execute_script("return matchMedia('(prefers-color-scheme: dark)').matches")) is (scheme == "dark")
        assert violations(found) == []


@pytest.mark.parametrize(
    "command", [["show", "googlenet"], ["diff", "lenet5", "lenet5-modern"], ["explain", "alexnet", "conv1"]]
)
def test_other_pages_are_clean_too(command: list[str], browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "other.html"
    assert call(*command, "-o", str(file)).code == 0
    opened(browser, file.read_text(encoding="utf-8"), tmp_path)
    assert violations(browser) == []
    assert complaints(browser) == []
    assert re.search(r"\d", browser.find_element("tag name", "main").text)

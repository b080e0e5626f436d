"""A headless Chromium that opens pages from files, and says what they complained of."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Browser: TypeAlias = Any
"""A driver of selenium, which may not be installed."""

ARGUMENTS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900")


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """Start a browser; skip the test where there is none."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed (extra: browser)")
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.skip("chromium and chromedriver are not installed (Debian: chromium, chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for argument in (*ARGUMENTS, *more):
        options.add_argument(argument)
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=driver))
    try:
        yield browser
    finally:
        browser.quit()


def opened(browser: Browser, page: str, folder: Path, name: str = "page.html") -> None:
    """Write a page to a file and open it."""
    (folder / name).write_text(page, encoding="utf-8")
    browser.get((folder / name).as_uri())


def complaints(browser: Browser) -> list[str]:
    """Return what the console says."""
    return [entry["message"] for entry in browser.get_log("browser")]


def violations(browser: Browser) -> list[str]:
    """Return what axe finds."""
    axe = pytest.importorskip("axe_core_python.selenium", reason="axe-core-python is not installed (extra: browser)")
    found = axe.Axe().run(browser)["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]

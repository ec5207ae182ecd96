"""`shots`: pages as PNG files, and a check that they are whole and fetch nothing foreign."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from chocolib.core.errors import ChocolibError, SettingsError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

#: Width and height of a phone and of a desktop.
SIZES = ((390, 844), (1440, 900))
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WAIT_MS = 90_000
#: Every widget of a page has been drawn.
DRAWN = "() => !document.querySelector('[data-widget]:not([data-drawn])')"
#: No name but this machine's resolves, and the browser does nothing on its own account.
ARGUMENTS = (
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def shots(
    url: str,
    out_dir: Path,
    sizes: Sequence[tuple[int, int]] = SIZES,
    names: Sequence[str] = ("today",),
    *,
    scheme: str = "light",
    before: Mapping[str, Callable[[Page], None]] | None = None,
) -> list[Path]:
    """Full-page screenshots of `url/name` at every size, for a reader of Spanish.

    Args:
        url: where the dashboards are served, "http://127.0.0.1:8866".
        out_dir: where `name-390.png` goes; made when missing.
        sizes: width and height of the windows.
        names: the pages.
        scheme: "light" or "dark".
        before: what is done on a page before its picture, by the page's name.

    Raises:
        SettingsError: playwright or a browser is missing.
        ChocolibError: a page did not come, failed, logged an error, failed a
            request or is wider than its window; says which.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    made = []
    with playwright() as driver:
        browser = launch(driver)
        try:
            for name in names:
                for width, height in sizes:
                    target = out_dir / f"{name}-{width}.png"
                    page = browser.new_page(
                        viewport={"width": width, "height": height},
                        locale="es-ES",
                        color_scheme="dark" if scheme == "dark" else "light",
                    )
                    act = (before or {}).get(name)
                    take(page, f"{url.rstrip('/')}/{name}", target, act)
                    page.close()
                    made.append(target)
        finally:
            browser.close()
    return made


def take(page: Page, url: str, target: Path, before: Callable[[Page], None] | None = None) -> None:
    """Open `url`, wait until its cards are drawn, check it and keep a picture.

    Raises:
        ChocolibError: it did not come in time, or what is wrong with it, all of it.
    """
    from playwright.sync_api import Error

    try:
        wrong = _look(page, url, target, before)
    except Error as error:
        raise ChocolibError(f"{url}: {error.message.splitlines()[0]}") from None
    if wrong:
        raise ChocolibError(f"{url} at {page.viewport_size}: " + "; ".join(wrong))


def _look(page: Page, url: str, target: Path, before: Callable[[Page], None] | None) -> list[str]:
    """Everything that is wrong with the page at `url`, whose picture is kept."""
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda request: wrong.append(f"request failed: {request.url}"))
    page.goto(url, wait_until="load", timeout=WAIT_MS)
    page.wait_for_selector("[data-ready], [data-failed]", state="attached", timeout=WAIT_MS)
    page.wait_for_function(DRAWN, timeout=WAIT_MS)
    if before:
        before(page)
    if page.query_selector("[data-failed]"):
        wrong.append("the page could not be prepared")
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if wide > 0:
        wrong.append(f"it is {wide} px wider than its window")
    _unroll(page)
    page.screenshot(path=str(target), full_page=True)
    return wrong


def _unroll(page: Page) -> None:
    """A window as tall as its page: a bar at its bottom then stands at the end of the picture."""
    size = page.viewport_size
    if size is not None:
        tall = int(page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": size["width"], "height": max(size["height"], tall)})


def playwright() -> AbstractContextManager[Playwright]:
    """Playwright's driver.

    Raises:
        SettingsError: the package is not installed.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise SettingsError(
            "screenshots need the package playwright", hint="pip install playwright"
        ) from None
    return sync_playwright()


def system_browser() -> str | None:
    """The path of an installed Chromium or Chrome, or `None`."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def launch(driver: Playwright) -> Browser:
    """The system's Chromium, else the one Playwright downloaded.

    Raises:
        SettingsError: neither is there.
    """
    from playwright.sync_api import Error

    root = hasattr(os, "geteuid") and os.geteuid() == 0
    arguments = [*ARGUMENTS, "--no-sandbox"] if root else list(ARGUMENTS)
    try:
        return driver.chromium.launch(executable_path=system_browser(), args=arguments)
    except Error as error:
        raise SettingsError(
            f"no Chromium could be started ({error.message.splitlines()[0]})",
            hint="apt install chromium, or: playwright install chromium",
        ) from None

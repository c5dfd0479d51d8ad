"""Take the pictures of the README and the guide from a fresh product: `make pictures`.

Each picture is of a real page, after real calls of the bundled catalog.
"""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.live_product import Product  # noqa: E402 - found after the path is set

CALLS = 40
COLORS = 128
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Shot:
    """One picture: `file` of the page at `path`, in pixels of a screen."""

    file: str
    path: str
    width: int = 1280
    height: int = 900
    run: bool = False
    type: str = ""


SHOTS = (
    Shot("home.png", "/", height=1100),
    Shot("search.png", "/search?q=text&task=summarization", height=900),
    Shot("algorithm.png", "/nlp/GetSentiment", run=True),
    Shot("use.png", "/nlp/GetSentiment/use", height=760),
    Shot("usage.png", "/nlp/GetSentiment/usage"),
    Shot("collection.png", "/collections", height=760),
)


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        product = Product(Path(directory) / "home").start()
        try:
            _call(product)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
                    args=ARGUMENTS,
                )
                for shot in SHOTS:
                    _take(browser.new_page(), product.url, shot)
                browser.close()
        finally:
            product.stop()


def _call(product: Product) -> None:
    """Make calls, so that figures and charts have something to show."""
    product.command("create_user", "ada")
    key = product.command("create_key", "--user", "ada", "--scope", "read", "run")
    for number in range(CALLS):
        text = "The new phone camera is absolutely gorgeous!" if number % 9 else 9
        product.call("nlp/GetSentiment", {"text": text}, key)


def _take(page: Page, base: str, shot: Shot) -> None:
    page.set_viewport_size({"width": shot.width, "height": shot.height})
    page.goto(base + shot.path, wait_until="networkidle")
    if shot.run:
        page.click("#run")
        page.wait_for_selector("#outcome :text('Completed')")
    if shot.type:
        page.type("[data-search]", shot.type, delay=60)
        page.wait_for_timeout(600)
    data = page.screenshot()
    picture = Image.open(BytesIO(data)).convert("RGB").quantize(COLORS)
    picture.save(HERE / shot.file, optimize=True)
    print(f"{shot.file}: {(HERE / shot.file).stat().st_size // 1024} KB")  # noqa: T201
    page.close()


if __name__ == "__main__":
    main()

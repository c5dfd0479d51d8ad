"""Chromium of the system, driven by Playwright, against the running product."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("google-chrome")
)
AXE = ROOT / "node_modules/axe-core/axe.min.js"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture(scope="session")
def axe_source() -> str:
    if not AXE.exists():
        pytest.skip("the npm package axe-core is not installed")
    return AXE.read_text()


@pytest.fixture(scope="session")
def base_url(product) -> str:
    return product.url


@pytest.fixture
def violations(axe_source):
    """Return what axe finds against WCAG 2.2 A and AA on a page."""

    def violations(page) -> list[str]:
        said_before = list(page.said)
        page.evaluate(axe_source)
        found = page.evaluate(
            """async () => (await axe.run(document, {runOnly: {type: "tag",
            values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}))
            .violations.map(v => v.id + ": " +
              v.nodes.map(n => n.target.join(" ")).join(", "))"""
        )
        # axe tries inline styles of its own, which the page's policy refuses.
        page.said[:] = said_before
        return list(found)

    return violations


def note(said, message) -> None:
    if message.type == "error":
        said.append(message.text)


@pytest.fixture
def page(page):
    """A page whose script errors and refused resources fail the test."""
    page.said = said = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: note(said, message))
    yield page
    # A status that a test asks for is no fault of the page.
    faults = [text for text in said if "the server responded with a status" not in text]
    assert faults == []

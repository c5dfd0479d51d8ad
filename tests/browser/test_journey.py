"""The main job: find, read, try, change, copy, paste, and get the same answer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest
from PIL import Image

pytestmark = [
    pytest.mark.browser,
    pytest.mark.live,
    pytest.mark.xdist_group("live"),
]

TEXT = "It's “quite” a $HOME of `delight`\\ — wonderful, isn't it?"


@pytest.fixture
def signed_in(page, product, run_key):
    """The page of Ada, who signed in by the form."""
    product.command(
        "shell",
        "-c",
        "from accounts.models import User; u = User.objects.get(username='ada');"
        "u.set_password('correct horse battery'); u.save()",
    )
    page.goto("/settings/sign-in")
    page.get_by_label("Name", exact=False).first.fill("ada")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    return page


def pasted(code: str, tmp_path, name: str) -> str:
    """Paste code into a shell and return what it prints."""
    kept = {k: v for k, v in os.environ.items() if k != "VITRINE_API_KEY"}
    command = [sys.executable, "-"] if name == "python" else ["sh", "-s"]
    done = subprocess.run(
        command,
        input=code,
        capture_output=True,
        text=True,
        env=kept,
        cwd=tmp_path,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_newcomer_finds_tries_copies_and_gets_the_same_answer(signed_in, tmp_path):
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    page = signed_in
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("how positive is a text")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    page.locator(".result").get_by_role("link", name="GetSentiment").first.click()
    page.wait_for_url("**/nlp/GetSentiment")
    assert page.locator("h1").inner_text().replace("\n", "") == "nlp/GetSentiment"

    trial = page.locator(".trial").first
    trial.get_by_label("text", exact=False).first.fill(TEXT)
    trial.get_by_role("button", name="Run").click()
    outcome = page.locator("#outcome")
    outcome.get_by_text("Completed").wait_for()
    shown = json.loads(outcome.locator("pre").first.inner_text())
    assert shown["label"] == "positive"

    snippet = page.locator(".snippet").first
    snippet.get_by_role("button", name="key", exact=False).click()
    snippet.locator("pre", has_text="vtr_").wait_for()
    answers = {}
    for name, label in (("python", "Python"), ("curl", "cURL")):
        snippet.get_by_role("link", name=label, exact=True).click()
        page.wait_for_function(
            "mark => document.querySelector('.snippet pre').innerText.includes(mark)",
            arg="import" if name == "python" else "curl",
        )
        code = snippet.locator("pre").first.inner_text()
        assert "vtr_" in code, "the key stays when the language changes"
        answers[name] = json.loads(pasted(code, tmp_path, name))
    assert answers["python"] == shown
    assert answers["curl"]["result"] == shown


def test_the_journey_works_without_script(browser, product):
    context = browser.new_context(java_script_enabled=False, base_url=product.url)
    page = context.new_page()
    page.goto("/")
    page.locator("input[name=q]").first.fill("keywords of a text")
    page.locator("input[name=q]").first.press("Enter")
    page.locator(".result").get_by_role("link", name="ExtractKeywords").first.click()
    trial = page.locator(".trial").first
    trial.get_by_label("text", exact=False).first.fill(
        "Glass cases show rare minerals. Rare minerals need glass cases."
    )
    trial.get_by_role("button", name="Run").click()
    shown = json.loads(page.locator("#outcome pre").first.inner_text())
    phrases = [keyword["phrase"] for keyword in shown["keywords"]]
    assert any("minerals" in phrase for phrase in phrases)
    page.get_by_role("link", name="cURL", exact=True).first.click()
    assert "curl" in page.locator(".snippet pre").first.inner_text()
    context.close()


def test_form_and_json_carry_the_same_values(page):
    page.goto("/nlp/ExtractKeywords")
    trial = page.locator(".trial").first
    trial.get_by_label("text", exact=False).first.fill("one two three")
    trial.locator("#as-json").click()
    area = trial.locator("textarea").first
    page.wait_for_function(
        "() => document.querySelector('.trial textarea').value.includes('{')"
    )
    assert json.loads(area.input_value())["text"] == "one two three"
    area.fill('{"text": "four five six", "n": 2}')
    trial.locator("#as-form").click()
    page.wait_for_function(
        "() => document.querySelector('.trial textarea').value === 'four five six'"
    )


def test_a_photo_is_uploaded_and_its_colors_come_back(page, tmp_path):
    photo = tmp_path / "red.png"
    Image.new("RGB", (40, 30), (200, 10, 20)).save(photo)
    page.goto("/media/DominantColors")
    trial = page.locator(".trial").first
    trial.locator("input[type=file]").first.set_input_files(photo)
    trial.get_by_role("button", name="Run").click()
    page.locator("#outcome").get_by_text("Completed").wait_for()
    shown = json.loads(page.locator("#outcome pre").first.inner_text())
    assert (shown["width"], shown["height"]) == (40, 30)
    assert shown["colors"][0]["share"] > 0.99


def test_a_failure_names_what_is_wrong(page):
    page.goto("/testing/RaiseException")
    page.locator(".trial").first.get_by_role("button", name="Run").click()
    page.locator("#outcome").get_by_text("Failed").wait_for()
    assert "algorithm.py" in page.locator("#outcome").inner_text()

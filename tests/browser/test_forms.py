"""Forms of 40 schemas of rising nastiness, filled in with and without script."""

from __future__ import annotations

import json
import re
import wave
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from catalog.content.exact_json import one_line, parse_exactly

pytestmark = [
    pytest.mark.browser,
    pytest.mark.live,
    pytest.mark.xdist_group("live"),
]

CASES = sorted((Path(__file__).parent / "schemas").glob("*.json"))
MANIFEST = """[algorithm]
title = "{name}"
summary = "Returns its input."
visibility = "public"

[version]
number = "1.0.0"

[run]
timeout = 10
memory = 64
"""
VERIFY = (
    "from django.utils import timezone; from catalog.models import Algorithm; "
    "Algorithm.objects.filter(owner__slug='forms').update(verified_at=timezone.now())"
)
TEXTS = "#trial-input input[type=text], #trial-input textarea"


def name_of(path: Path) -> str:
    return "".join(word.title() for word in path.stem.split("-")[1:])


def publish(folder: Path, name: str, schema, *, output=True, source="return input"):
    """Write an algorithm's folder; by default it answers with its input."""
    place = folder / "forms" / name
    (place / "examples").mkdir(parents=True)
    (place / "README.md").write_text(f"# {name}\n\nReturns its input.\n")
    (place / "algorithm.toml").write_text(MANIFEST.format(name=name))
    (place / "algorithm.py").write_text(f"def apply(input):\n    {source}\n")
    (place / "input.schema.json").write_text(json.dumps(schema))
    (place / "output.schema.json").write_text(json.dumps(output))
    return place


@pytest.fixture(scope="session")
def forms(product, tmp_path_factory):
    """Every case as a verified algorithm of the owner `forms`, which echoes."""
    folder = tmp_path_factory.mktemp("forms")
    for path in CASES:
        publish(folder, name_of(path), json.loads(path.read_text())["schema"])
    product.command("import_catalog", str(folder))
    product.command("shell", "-c", VERIFY)


@pytest.fixture(scope="module")
def plain(browser, product):
    """A page of a browser in which scripts do not run."""
    context = browser.new_context(java_script_enabled=False, base_url=product.url)
    yield context.new_page()
    context.close()


class Form:
    """Try it of one algorithm, used as a person does; names are those of controls."""

    def __init__(self, page, name: str, *, has_script: bool) -> None:
        self.page = page
        page.set_default_timeout(10_000)
        self.has_script = has_script
        page.goto(f"/forms/{name}/try")

    def control(self, at: str, mark: str = ""):
        name = "input" + (at if at[:1] in {"", "[", ":"} else f".{at}") + mark
        return self.page.locator(f'#trial-input [name="{name}"]:not([type=hidden])')

    def settle(self, act) -> None:
        """Act, and wait until the form has changed."""
        if not self.has_script:
            act()
            return
        with self.page.expect_response("**/try?**"):
            act()
        self.page.wait_for_function("() => !document.querySelector('.htmx-request')")
        self.page.wait_for_function(
            "() => !document.querySelector('.htmx-swapping, .htmx-settling')"
        )

    def press(self, command: str, at: str) -> None:
        whole = "input" + (at if at[:1] in {"", "["} else f".{at}")
        token = ""
        if command in {"drop", "up", "down"}:
            whole, token = re.fullmatch(r"(.*)\[(\d+)\]", whole).groups()
        value = f"{command} {whole} {token}".strip()
        self.settle(self.page.locator(f'[name=edit][value="{value}"]').click)

    def choose(self, at: str, label: str) -> None:
        chosen = self.control(at, ":form")
        if self.has_script:
            self.settle(lambda: chosen.select_option(label=label))
        else:
            chosen.select_option(label=label)
            chosen.locator("xpath=../..").get_by_role("button").click()

    def do(self, verb: str, at, value: str = "") -> None:
        if verb == "fill":
            self.control(at).fill(value)
        elif verb == "fill*":
            self.page.locator(TEXTS).nth(at).fill(value)
        elif verb == "pick":
            self.control(at).select_option(label=value)
        elif verb == "tick":
            self.control(at).check()
        elif verb == "key":
            self.control(at, ":key").fill(value)
        elif verb == "form":
            self.choose(at, value)
        elif verb == "json":
            self.page.locator("#t-json").fill(at)
        else:
            self.press(verb, at)

    def run(self) -> str:
        """Run, and return the result as JSON text."""
        run = self.page.locator("#run")
        if self.has_script:
            with self.page.expect_response("**/run"):
                run.click()
            self.page.locator("#outcome .outcome__head").first.wait_for()
        else:
            run.click()
        shown = self.page.locator("#outcome pre").first.text_content()
        is_text = self.page.locator("#outcome").get_by_text("text/plain").count()
        return json.dumps(shown) if is_text else shown

    def run_refused(self) -> None:
        with self.page.expect_response("**/run"):
            self.page.locator("#run").click()
        self.page.locator("#outcome").get_by_text("Not run").wait_for()

    def as_json(self) -> str:
        """Switch to JSON, and return what it shows."""
        button = self.page.locator("#as-json")
        if button.count():
            self.settle(button.click)
        return self.page.locator("#t-json").input_value()


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_is_filled_in_arrives(page, plain, forms, path, has_script):
    case = json.loads(path.read_text())
    form = Form(page if has_script else plain, name_of(path), has_script=has_script)
    for step in case["do"]:
        form.do(*step)
    wanted = json.loads(case["expect"])
    assert json.loads(form.run()) == wanted
    written = parse_exactly(form.as_json())
    assert written == parse_exactly(case["expect"]), one_line(written)


BOXES = {
    "type": "object",
    "required": ["objects"],
    "properties": {
        "objects": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "label": {"type": "string"},
                    "score": {"type": "number"},
                    "box": {
                        "type": "object",
                        "properties": {
                            name: {"type": "number"}
                            for name in ("x", "y", "width", "height")
                        },
                    },
                },
            },
        }
    },
}
IMAGE = {"type": "string", "contentMediaType": "image/*"}
SOUND = {"type": "string", "contentMediaType": "audio/*"}
TELL_BOXES = (
    'return {"objects": [{"label": "cup", "score": 0.95, '
    '"box": {"x": 8, "y": 12, "width": 20, "height": 10}}]}'
)


@pytest.fixture(scope="session")
def seeing(forms, product, tmp_path_factory):
    """Algorithms that take pictures and sounds, and answer with boxes and with them."""
    folder = tmp_path_factory.mktemp("seeing")
    image = {"type": "object", "properties": {"image": IMAGE}, "required": ["image"]}
    image["properties"]["tags"] = {"type": "array", "items": {"enum": ["a", "b"]}}
    publish(folder, "Detect", image, output=BOXES, source=TELL_BOXES)
    publish(folder, "Hear", SOUND)
    product.command("import_catalog", str(folder))
    product.command("shell", "-c", VERIFY)


@pytest.fixture
def photo(tmp_path):
    place = tmp_path / "red.png"
    Image.new("RGB", (60, 40), (200, 10, 20)).save(place)
    return place


@pytest.fixture
def sound(tmp_path):
    place = tmp_path / "beep.wav"
    with wave.open(str(place), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes(800))
    return place


def test_a_picture_is_seen_before_the_run_and_its_boxes_after_it(page, seeing, photo):
    form = Form(page, "Detect", has_script=True)
    page.locator("input[type=file]").set_input_files(photo)
    shown = page.locator(".field__preview img")
    shown.wait_for()
    assert shown.get_attribute("src").startswith("data:image/png;base64,")
    assert json.loads(form.run())["objects"][0]["label"] == "cup"
    box = page.locator(".overlay__box")
    sides = [float(box.get_attribute(name)) for name in ("x", "y", "width", "height")]
    assert sides == [8, 12, 20, 10]
    assert page.locator(".overlay svg").get_attribute("viewBox") == "0 0 60 40"
    assert "cup 0.95" in page.locator(".overlay__text").text_content()
    picture, overlay = (page.locator(f".overlay > {each}") for each in ("img", "svg"))
    assert picture.bounding_box() == overlay.bounding_box()


def test_a_sound_is_heard_before_the_run_and_in_the_result(page, seeing, sound):
    form = Form(page, "Hear", has_script=True)
    page.locator("input[type=file]").set_input_files(sound)
    page.locator(".field__preview audio").wait_for()
    assert form.run()
    heard = page.locator("#outcome audio")
    page.wait_for_function(
        "() => document.querySelector('#outcome audio').duration > 0"
    )
    assert heard.is_visible()


def test_a_chosen_file_stays_while_rows_change(page, seeing, photo):
    form = Form(page, "Detect", has_script=True)
    page.locator("input[type=file]").set_input_files(photo)
    page.locator(".field__preview img").wait_for()
    form.do("add", "tags")
    form.do("pick", "tags[0]", "b")
    assert json.loads(form.run())["objects"]


def test_a_link_brings_the_input_and_runs_nothing(page, forms, browser, product):
    form = Form(page, "ANestedObject", has_script=True)
    form.do("fill", "person.name", "<script>alert(1)</script> & ü")
    form.do("fill", "person.age", "36")
    page.get_by_role("button", name="Copy link").click()
    link = page.locator("#share-address").input_value()
    assert "/forms/ANestedObject/try?input=" in link
    for script in (True, False):
        context = browser.new_context(java_script_enabled=script)
        other = context.new_page()
        other.goto(link)
        name = other.locator('[name="input.person.name"]')
        assert name.input_value() == "<script>alert(1)</script> & ü"
        assert "It has not been run" in other.locator("#trial-input").inner_text()
        assert other.locator("#outcome").inner_text().strip() == ""
        context.close()
    form.do("fill", "person.name", "x" * 7000)
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("too long for a link").wait_for()


def test_problems_stand_at_their_fields_with_links_to_them(page, forms):
    form = Form(page, "AWebOfEverything", has_script=True)
    form.do("fill", "job.id", "NOT lower")
    form.do("fill", "job.steps[0]:0.url", "no address")
    form.run_refused()
    summary = page.locator("#t-errors")
    assert "2 things to mend" in summary.inner_text()
    wrong = form.control("job.steps[0]:0.url")
    # marked once the answer has settled, after its words are there
    expect(wrong).to_have_attribute("aria-invalid", "true")
    assert wrong.input_value() == "no address"
    summary.get_by_role("link").nth(1).click()
    said = wrong.locator("xpath=..").locator(".field__error").inner_text()
    assert "URI" in said


def test_a_result_has_views_and_an_old_one_says_that_it_is_old(page, product):
    page.goto("/nlp/ExtractKeywords/try")
    outcome = page.locator("#outcome")
    assert outcome.locator("table").first.is_visible()
    assert not outcome.locator("pre").is_visible()
    outcome.get_by_label("Tree").check()
    assert outcome.locator(".tree").first.is_visible()
    outcome.get_by_label("JSON").check()
    assert outcome.locator("pre").is_visible()
    assert not outcome.locator(".outcome__stale").is_visible()
    page.locator("#trial-input textarea").first.fill("Glass cases show minerals.")
    assert "not with yours" in outcome.locator(".outcome__stale").inner_text()
    page.locator("#run").click()
    outcome.get_by_text("Completed").wait_for()
    assert not outcome.locator(".outcome__stale").is_visible()
    assert outcome.locator("pre").is_visible(), "the chosen view stays"


def test_enter_in_a_field_runs_and_removes_nothing(page, forms):
    form = Form(page, "AListOfObjects", has_script=True)
    form.do("add", "points")
    form.do("fill", "points[0].x", "1")
    form.do("fill", "points[0].y", "2")
    with page.expect_response("**/run"):
        form.control("points[0].y").press("Enter")
    page.locator("#outcome").get_by_text("Completed").wait_for()
    assert page.locator(".fieldset__row").count() == 1


@pytest.fixture
def axe(violations):
    """What axe finds; the styles that it tries are refused, and reported late."""

    def axe(page) -> list[str]:
        found = violations(page)
        page.wait_for_timeout(100)
        page.said[:] = [text for text in page.said if "inline style" not in text]
        return found

    return axe


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation_in_a_nested_form(page, forms, axe, theme):
    page.emulate_media(color_scheme=theme)
    form = Form(page, "AWebOfEverything", has_script=True)
    form.do("add", "job.labels")
    form.do("add", "job.steps")
    assert axe(page) == []
    form.run_refused()
    assert axe(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320


def test_axe_finds_no_violation_in_any_view(page, seeing, axe, photo):
    form = Form(page, "Detect", has_script=True)
    page.locator("input[type=file]").set_input_files(photo)
    form.run()
    for view in ("Picture", "Table", "Tree", "JSON"):
        page.locator("#outcome").get_by_label(view).check()
        assert axe(page) == []


def test_nothing_moves_when_a_result_arrives(page, forms):
    page.add_init_script(
        """window.shift = 0; new PerformanceObserver(list => {
        for (const entry of list.getEntries()) window.shift += entry.value; })
        .observe({type: "layout-shift", buffered: true});"""
    )
    form = Form(page, "AFlatObject", has_script=True)
    page.wait_for_timeout(600)
    page.evaluate("() => document.getElementById('trial-form').requestSubmit()")
    page.locator("#outcome").get_by_text("Completed").wait_for()
    page.wait_for_timeout(300)
    assert form.page.evaluate("() => window.shift") < 0.01

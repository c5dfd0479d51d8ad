"""Reading the guide: chapters, links, search."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from catalog.content.guide import read_guide
from catalog.services.pages import guide

pytestmark = pytest.mark.django_db

CHAPTERS = read_guide(Path(settings.GUIDE_DIR))


def page(client, slug=""):
    answer = client.get(f"/guide/{slug}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("slug", CHAPTERS)
def test_each_chapter_is_a_page_with_its_neighbors(client, slug):
    shown = page(client, slug)
    assert f"<h1>{CHAPTERS[slug].title}</h1>" in shown
    place = list(CHAPTERS).index(slug)
    for neighbor in list(CHAPTERS)[max(0, place - 1) : place + 2]:
        assert f'href="/guide/{neighbor}"' in shown


@pytest.mark.parametrize("slug", CHAPTERS)
def test_every_link_of_a_chapter_leads_to_a_chapter_and_its_heading(client, slug):
    for target, anchor in re.findall(
        r'href="/guide/([\w./-]*)(?:#([^"]+))?"', page(client, slug)
    ):
        linked = page(client, target)
        assert not anchor or f'id="{anchor}"' in linked


def test_every_section_that_search_knows_is_a_heading_of_its_page():
    for chapter in CHAPTERS.values():
        html = guide.chapter(slug=chapter.slug).html
        for section in chapter.sections[1:]:
            assert f'id="{section.anchor}"' in html, section.title


def test_every_file_of_the_guide_is_a_chapter():
    files = {path.stem for path in Path(settings.GUIDE_DIR).glob("*.md")} - {"README"}
    assert files <= CHAPTERS.keys()


def test_pictures_are_shown_with_their_size(client):
    figure = re.search(r"<figure><img[^>]+>", page(client))
    assert figure is not None
    assert re.search(r'width="\d{3,}" height="\d{3,}"', figure[0])
    assert 'alt="The page of an algorithm' in figure[0]


def test_a_search_finds_the_section_that_answers(client):
    shown = page(client, "?q=revoke+key")
    assert 'href="/guide/keys' in shown
    assert "<mark>" in shown


def test_a_search_without_a_match_leads_on_to_the_catalog(client):
    shown = page(client, "?q=zebrafinch")
    assert "0 sections for" in shown
    assert 'href="/search?q=zebrafinch"' in shown


def test_a_chapter_that_is_none_is_not_found(client):
    assert client.get("/guide/../settings").status_code == 404
    assert client.get("/guide/nothing").status_code == 404


def test_the_search_page_shows_what_the_guide_says(client):
    shown = client.get("/search?q=revoke+key").content.decode()
    assert "In the guide" in shown
    assert 'href="/guide/keys' in shown

"""Owner pages: whose they are, what they list, and to whom."""

from __future__ import annotations

import pytest
from rows import listing, published
from shelves import opened

from catalog.services import indexing


@pytest.fixture
def lab(vision_lab, runs):
    """Three public listings and a private one of the team."""
    rows = [opened(listing(vision_lab.owner, f"Row{n}")) for n in range(3)]
    listing(vision_lab.owner, "LabSecret")
    runs(rows[2], 5, 5)
    runs(rows[0], 5)
    indexing.rebuild_index()
    yield rows
    indexing.backend().close()


def names_on(response):
    return [row.row.algorithm.name for row in response.context["page"].found.rows]


def test_a_page_lists_what_the_reader_sees_with_its_figures(client, lab):
    response = client.get("/visionlab")
    page = response.context["page"]
    text = response.content.decode()
    assert names_on(response) == ["Row0", "Row1", "Row2"]
    assert (page.count, page.private, page.calls) == (3, 0, 3)
    assert "Vision Lab" in text
    assert "LabSecret" not in text
    assert "/search.atom?owner=visionlab" in text


def test_members_see_what_is_private_marked_and_who_belongs(client, linus, grace, lab):
    outside = client.get("/visionlab").content.decode()
    assert "grace" not in outside
    client.force_login(linus)
    response = client.get("/visionlab")
    text = response.content.decode()
    assert names_on(response) == ["LabSecret", "Row0", "Row1", "Row2"]
    assert response.context["page"].private == 1
    assert "badge--private" in text
    assert "grace" in text
    assert "Maintainer" in text


def test_the_list_can_be_put_in_order(client, lab):
    assert names_on(client.get("/visionlab?sort=popular"))[0] == "Row2"
    assert client.get("/visionlab?sort=nonsense").status_code == 400
    assert client.get("/visionlab?cursor=nonsense").status_code == 400


def test_the_pager_keeps_the_order_and_reaches_every_row_once(client, vision_lab):
    for number in range(23):
        opened(listing(vision_lab.owner, f"Row{number:02}"))
    indexing.rebuild_index()
    first = client.get("/visionlab?sort=name")
    cursor = first.context["page"].found.results.next_cursor
    second = client.get("/visionlab", {"sort": "name", "cursor": cursor})
    seen = names_on(first) + names_on(second)
    assert seen == [f"Row{number:02}" for number in range(23)]


def test_the_canonical_spelling_is_where_the_page_is(client, lab):
    assert client.get("/VisionLab?sort=name")["Location"] == "/visionlab?sort=name"


def test_a_namespace_with_nothing_to_show_is_not_found(
    client, ada, adas_private, charlie
):
    missing = client.get("/nobody-here")
    private = client.get("/ada")
    assert private.status_code == missing.status_code == 404
    assert private.content == missing.content
    client.force_login(ada)
    assert client.get("/ada").status_code == 200


def test_ones_own_empty_page_says_what_to_do(client, charlie):
    client.force_login(charlie)
    page = client.get("/charlie").content.decode()
    assert "charlie has published nothing yet" in page
    assert "How to publish" in page


def test_a_person_is_called_by_the_slug_alone(client, ada):
    ada.first_name, ada.last_name, ada.email = "Augusta", "King", "ada@example.org"
    ada.save()
    opened(listing(ada.owner, "Open"))
    page = client.get("/ada").content.decode()
    assert not {"Augusta", "King", "example.org"} & set(page.replace("<", " ").split())


def test_tasks_lead_to_the_search_of_this_owner(client, db):
    published("nlp/GetSentiment")
    page = client.get("/nlp").content.decode()
    assert "/search?task=text-classification&amp;owner=nlp" in page

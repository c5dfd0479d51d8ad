"""Nothing private is in feeds, sitemap, /llms.txt, cards, related lists or charts."""

from __future__ import annotations

import io
import re

import pytest
from django.utils import timezone
from PIL import Image

from catalog.models import Algorithm, Card, Run, Version, Visibility
from catalog.services.rollups import count_calls, roll_up

SECRETS = ("AdasSecret", "LabSecret", "sesame", "9.9.9")
DOCUMENTS = [
    "/feeds/new.atom",
    "/feeds/versions.atom",
    "/feeds/owners/ada.atom",
    "/feeds/algorithms/ada/Open.atom",
    "/sitemap.xml",
    "/sitemap/algorithms.xml",
    "/sitemap/pages.xml",
    "/llms.txt",
    "/robots.txt",
    "/ada/Open",
    "/ada/Open.md",
    "/ada/Open.json",
    "/ada/Open/versions",
    "/ada/Open/versions.json",
    "/ada/Open/usage",
    "/ada/Open/usage.json",
    "/ada/Open/usage.csv",
    "/",
    "/index.json",
    "/index.md",
    "/search.json",
    "/ada.json",
]


def listing(owner, name, visibility) -> Algorithm:
    card, _made = Card.objects.get_or_create(digest="c" * 64, source="# A", plain="A")
    row = Algorithm.objects.create(
        owner=owner,
        name=name,
        title=name,
        summary=f"{name} says sesame" if visibility == "private" else "Open to all",
        task="text-classification",
        visibility=visibility,
        takes="text",
        gives="text",
        card=card,
    )
    row.latest = version_of(row, visibility)
    row.save()
    return row


def version_of(algorithm, visibility, number=(1, 0, 0)) -> Version:
    major, minor, patch = number
    return Version.objects.create(
        algorithm=algorithm,
        major=major,
        minor=minor,
        patch=patch,
        visibility=visibility,
        card=algorithm.card,
        digest="d" * 64,
        notes="sesame" if visibility == "private" else "First.",
    )


def called(version, times) -> None:
    Run.objects.bulk_create(
        Run(
            version=version,
            surface=Run.Surface.API,
            outcome=Run.Outcome.SUCCEEDED,
            duration_ms=7,
            total_ms=8,
            input_bytes=1,
            output_bytes=1,
            created_at=timezone.now(),
        )
        for _ in range(times)
    )
    count_calls(versions=roll_up().versions)


@pytest.fixture
def open_one(ada) -> Algorithm:
    row = listing(ada.owner, "Open", Visibility.PUBLIC)
    listing(ada.owner, "OpenToo", Visibility.PUBLIC)
    called(row.latest, 3)
    return row


@pytest.fixture
def private_world(ada, vision_lab, open_one):
    """Private rows beside the public ones: listings, a version, calls of both."""
    for owner, name in ((ada.owner, "AdasSecret"), (vision_lab.owner, "LabSecret")):
        called(listing(owner, name, Visibility.PRIVATE).latest, 20)
    called(version_of(open_one, Visibility.PRIVATE, (9, 9, 9)), 50)


def seen(client, path) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    text = b"".join(answer) if answer.streaming else answer.content
    return masked(text.decode())


def masked(text: str) -> str:
    """Drop what is made anew for each answer."""
    text = re.sub(r'(csrfmiddlewaretoken" value="|x-csrftoken": ")[^"]*', r"\1", text)
    return re.sub(r'nonce="[^"]*"', "", text)


@pytest.mark.django_db
def test_two_worlds_that_differ_in_private_rows_answer_a_stranger_alike(
    client, open_one, request
):
    before = {path: seen(client, path) for path in DOCUMENTS}
    request.getfixturevalue("private_world")
    for path in DOCUMENTS:
        after = seen(client, path)
        assert after == before[path], path
        for secret in SECRETS:
            assert secret not in after, path


def test_a_member_gets_the_same_feeds_as_everybody(client, ada, private_world):
    client.force_login(ada)
    for path in DOCUMENTS[:9]:
        text = seen(client, path)
        assert "AdasSecret" not in text
        assert "sesame" not in text


@pytest.mark.parametrize(
    ("hidden", "missing"),
    [
        ("/ada/AdasSecret/card.png", "/ada/NoSecret/card.png"),
        ("/feeds/algorithms/ada/AdasSecret.atom", "/feeds/algorithms/ada/NoOne.atom"),
        ("/feeds/owners/visionlab.atom", "/feeds/owners/nobody.atom"),
        ("/ada/AdasSecret/usage", "/ada/NoSecret/usage"),
        ("/ada/AdasSecret/usage.csv", "/ada/NoSecret/usage.csv"),
    ],
)
def test_what_is_private_answers_as_what_is_missing(
    client, private_world, hidden, missing
):
    one, other = client.get(hidden), client.get(missing)
    assert one.status_code == other.status_code == 404
    names = [hidden, missing]
    texts = [
        masked(answer.content.decode())
        .replace(path, "")
        .replace(path.replace("/", "%2F"), "")
        for answer, path in zip((one, other), names, strict=True)
    ]
    assert texts[0] == texts[1]


def test_the_owner_has_no_card_of_a_private_listing_either(client, ada, private_world):
    client.force_login(ada)
    assert client.get("/ada/AdasSecret/card.png").status_code == 404
    page = client.get("/ada/AdasSecret").content.decode()
    assert "og:image" not in page
    assert "/feeds/algorithms/" not in page


def test_related_lists_show_each_viewer_what_he_sees(client, ada, private_world):
    goes_with = client.get("/ada/Open.json").json()["goes_with"]
    assert [row["name"] for row in goes_with["fed_by"]] == ["OpenToo"]
    client.force_login(ada)
    goes_with = client.get("/ada/Open.json").json()["goes_with"]
    assert "AdasSecret" in [row["name"] for row in goes_with["fed_by"]]
    assert "LabSecret" not in str(goes_with)


def test_a_public_card_is_a_picture_of_the_right_size(client, open_one):
    answer = client.get("/ada/Open/card.png")
    assert answer["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)
    again = client.get("/ada/Open/card.png", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    page = client.get("/ada/Open").content.decode()
    assert 'property="og:image" content="http://testserver/ada/Open/card.png"' in page
    assert client.get("/branding/card.png").status_code == 200


def test_the_feeds_are_atom_with_what_is_public(client, open_one):
    feed = seen(client, "/feeds/versions.atom")
    assert "<title>ada/Open 1.0.0</title>" in feed
    assert "http://testserver/ada/Open/versions/1.0.0" in feed
    assert "<title>ada/Open: Open</title>" in seen(client, "/feeds/new.atom")
    moved = client.get("/feeds/algorithms/ADA/open.atom")
    assert moved["Location"] == "/feeds/algorithms/ada/Open.atom"


def test_the_sitemap_names_public_pages_with_when_they_changed(client, open_one):
    index = seen(client, "/sitemap.xml")
    assert "http://testserver/sitemap/algorithms.xml" in index
    part = seen(client, "/sitemap/algorithms.xml")
    assert "<loc>http://testserver/ada/Open</loc>" in part
    assert "<lastmod>" in part
    assert "http://testserver/sitemap.xml" in seen(client, "/robots.txt")


def test_llms_txt_leads_to_markdown_pages(client, open_one):
    text = seen(client, "/llms.txt")
    assert text.startswith("# ")
    assert "\n> " in text
    for title in ("## Guide", "## Algorithms", "## Optional"):
        assert f"\n{title}\n" in text
    for address in re.findall(r"\(http://testserver(/[^)]*\.md)\)", text):
        assert client.get(address).status_code == 200, address

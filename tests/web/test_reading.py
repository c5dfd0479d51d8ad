"""What a reader does on an algorithm's page: read, switch tabs, look at the source."""

from __future__ import annotations

import re

import pytest
from rows import listing

from catalog.models import Version, Visibility
from catalog.services.resolving import bundle_store

TABS = ["", "/try", "/use", "/versions", "/source", "/usage"]


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_has_an_address_and_few_queries(
    client, ada, sentiment, tab, django_assert_max_num_queries
):
    client.force_login(ada)
    with django_assert_max_num_queries(12):
        response = client.get(f"/nlp/GetSentiment{tab}")
    assert response.status_code == 200
    assert "private" in response["Cache-Control"]
    assert "Cookie" in response["Vary"]


def test_the_page_shows_card_contract_limits_and_figures(client, sentiment, runs):
    runs(sentiment, 10, 30, 50)
    page = client.get("/nlp/GetSentiment").content.decode()
    for part in (
        "Verified",
        "Public",
        "nlp/GetSentiment/",
        "3 calls in 30 days",
        "1 to 20,000 characters",
        "JSON Schema",
        "10 MiB",
        "there is no sandbox yet",
        "Recorded",
    ):
        assert part in page, part
    # Rolled up into buckets, durations are right to 5 %.
    median = re.search(r"(\d+) ms median", page)
    assert int(median[1]) == pytest.approx(30, rel=0.05)


@pytest.mark.parametrize("tab", TABS)
def test_another_spelling_leads_to_the_canonical_one(client, sentiment, tab):
    response = client.get(f"/NLP/getsentiment{tab}?example=1")
    assert response.status_code == 302
    assert response["Location"] == f"/nlp/GetSentiment{tab}?example=1"


@pytest.mark.parametrize("tab", [*TABS, ".md", "/versions/1.0.0", "/use/curl"])
def test_private_and_missing_are_the_same_bytes(client, charlie, adas_private, tab):
    for log_in in (False, True):
        if log_in:
            client.force_login(charlie)
        private = client.get(f"/ada/AdasSecret{tab}")
        missing = client.get(f"/ada/NoSuchThing{tab}")
        assert private.status_code == missing.status_code == 404
        assert private.content == missing.content
        assert dict(private.items()) == dict(missing.items())
        assert private.cookies == missing.cookies


def test_a_member_sees_the_teams_listing_and_that_it_is_private(
    client, linus, team_private
):
    client.force_login(linus)
    page = client.get("/visionlab/LabSecret").content.decode()
    assert "Private to visionlab" in page


def test_documentation_only_has_nothing_to_try(client, documented):
    page = client.get("/visionlab/OnlyWords").content.decode()
    assert "Documentation only" in page
    assert "trial-form" not in page
    assert client.get("/visionlab/OnlyWords/try").status_code == 404
    assert client.get("/visionlab/OnlyWords/use").status_code == 404


def test_an_older_version_has_its_own_page_that_names_the_newest(client, sentiment):
    old = sentiment.latest
    newer = Version.objects.get(pk=old.pk)
    newer.pk, newer.major = None, 2
    newer.id = Version._meta.get_field("id").get_default()
    newer.save(force_insert=True)
    sentiment.latest = newer
    sentiment.save()
    page = client.get(old.get_absolute_url()).content.decode()
    assert f"This is version {old.number}" in page
    assert f'name="version" value="{old.number}"' in page
    assert f"/nlp/GetSentiment/use?version={old.number}" in page
    versions = client.get("/nlp/GetSentiment/versions").content.decode()
    assert versions.index(newer.number) < versions.index(f">{old.number}<")


def test_versions_name_their_publishers_where_there_is_one(client, ada, sentiment):
    sentiment.versions.update(published_by=None)
    assert ">By</th>" not in client.get("/nlp/GetSentiment/versions").content.decode()
    sentiment.versions.update(published_by=ada)
    page = client.get("/nlp/GetSentiment/versions").content.decode()
    assert ">By</th>" in page
    assert ">ada</td>" in page


def test_a_private_version_of_a_public_listing_is_not_there(client, ada, vision_lab):
    algorithm = listing(vision_lab.owner, "HalfOpen")
    algorithm.visibility = Visibility.PUBLIC
    algorithm.save()
    assert client.get("/visionlab/HalfOpen/versions/1.0.0").status_code == 404
    page = client.get("/visionlab/HalfOpen").content.decode()
    assert "1.0.0" not in page


def test_the_source_has_numbered_lines_and_a_file_list(client, sentiment):
    page = client.get("/nlp/GetSentiment/source").content.decode()
    assert 'class="code__lines"' in page
    assert "input.schema.json" in page
    schema = client.get("/nlp/GetSentiment/source", {"file": "input.schema.json"})
    assert "maxLength" in schema.content.decode()


@pytest.mark.parametrize("file", ["nothing.py", "../../etc/passwd", "/etc/passwd", "."])
def test_a_file_that_is_not_in_the_bundle_is_not_found(client, sentiment, file):
    response = client.get("/nlp/GetSentiment/source", {"file": file})
    assert response.status_code == 404


def test_big_and_binary_files_are_named_but_not_shown(client, sentiment):
    files = {
        "algorithm.py": b"def apply(input): return input\n",
        "weights.bin": bytes(range(256)),
        "words.txt": b"word\n" * 100_000,
    }
    sentiment.latest.bundle = bundle_store().put(files)
    sentiment.latest.save()
    binary = client.get("/nlp/GetSentiment/source", {"file": "weights.bin"})
    assert "weights.bin is not text" in binary.content.decode()
    big = client.get("/nlp/GetSentiment/source", {"file": "words.txt"})
    assert "is too large to be shown here" in big.content.decode()


def test_the_card_is_given_as_markdown(client, sentiment):
    response = client.get("/nlp/GetSentiment/card.md")
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert response.content.decode() == sentiment.latest.card.source


def test_a_picture_of_an_example_is_served_as_a_picture(client, colors):
    number = colors.latest.number
    place = f"/media/DominantColors/versions/{number}/examples/0/picture"
    response = client.get(place, {"at": "input/image"})
    assert response["Content-Type"] == "image/jpeg"
    assert response.content.startswith(b"\xff\xd8")
    assert client.get(place, {"at": "output/colors"}).status_code == 404
    assert client.get(place, {"at": "elsewhere"}).status_code == 404


def test_a_picture_does_not_make_the_page_heavy(client, colors):
    page = client.get("/media/DominantColors/try").content.decode()
    assert "examples/0/picture" in page
    assert "data:image" not in page.replace("data:image/jpeg…", "")

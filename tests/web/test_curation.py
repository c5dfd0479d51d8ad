"""What curators do in the administration, with what it leaves behind."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from catalog.content.accents import contrast, palette, parse_color
from catalog.models import (
    Algorithm,
    AuditEntry,
    Branding,
    Collection,
    Review,
    SearchMiss,
    Synonym,
    Tag,
)
from catalog.services import branding, curation, reviews
from catalog.services.errors import BadRequest, Forbidden, NotFound
from catalog.visibility import audiences_of
from tests.web.rows import listing

pytestmark = pytest.mark.django_db

ALGORITHMS = "admin:catalog_algorithm_changelist"


@pytest.fixture
def curator(client, carol):
    client.force_login(carol)
    return client


def act(client, address, action, *rows, **values):
    """Choose rows and an action, then answer what it asks."""
    chosen = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    asked = client.post(reverse(address), chosen)
    assert asked.status_code == 200
    assert b'name="answered"' in asked.content
    return client.post(reverse(address), chosen | {"answered": "yes", **values})


def last_entry() -> AuditEntry:
    return AuditEntry.objects.first()


def test_carol_verifies_with_a_reason_that_readers_see(curator, carol, sentiment):
    curation.unverify(curator=carol, algorithms=[sentiment], reason="to begin with")
    act(curator, ALGORITHMS, "verify", sentiment, reason="Read and run.")
    sentiment.refresh_from_db()
    assert sentiment.verified_at is not None
    assert sentiment.verified_reason == "Read and run."
    entry = last_entry()
    assert (entry.actor, entry.action, entry.target, entry.reason) == (
        carol,
        "verify",
        "nlp/GetSentiment",
        "Read and run.",
    )
    assert entry.changes["verified_reason"] == ["", "Read and run."]
    assert b"Read and run." in curator.get("/nlp/GetSentiment").content


def test_an_act_without_a_reason_changes_nothing(curator, sentiment):
    before = AuditEntry.objects.count()
    answer = act(curator, ALGORITHMS, "hide", sentiment, reason="  ")
    assert b"This field is required" in answer.content
    sentiment.refresh_from_db()
    assert sentiment.hidden_at is None
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("verb", ["verify", "feature", "hide", "deprecate"])
def test_those_who_are_no_curators_are_refused(ada, sentiment, verb):
    with pytest.raises(Forbidden):
        getattr(curation, verb)(curator=ada, algorithms=[sentiment], reason="mine")
    assert not AuditEntry.objects.exists()


def test_what_is_hidden_is_seen_by_its_owner_alone(curator, client, ada, charlie):
    algorithm = listing(ada.owner, "Doubtful", visibility="public")
    algorithm.visibility = "public"
    algorithm.save()
    assert client.get("/ada/Doubtful").status_code == 200
    act(curator, ALGORITHMS, "hide", algorithm, reason="Spam.")
    algorithm.refresh_from_db()
    assert audiences_of(algorithm) == (f"user:{ada.pk}",)
    client.logout()
    assert client.get("/ada/Doubtful").status_code == 404
    client.force_login(charlie)
    assert client.get("/ada/Doubtful").status_code == 404
    client.force_login(ada)
    shown = client.get("/ada/Doubtful")
    assert shown.status_code == 200
    assert b"Spam." in shown.content


def test_a_deprecation_names_its_successor(curator, client, sentiment, colors):
    act(
        curator,
        ALGORITHMS,
        "deprecate",
        colors,
        reason="Slow.",
        successor="nlp/getsentiment",
    )
    colors.refresh_from_db()
    assert colors.successor == sentiment
    client.logout()
    shown = client.get("/media/DominantColors").content.decode()
    assert "Deprecated" in shown
    assert "Slow." in shown
    assert 'href="/nlp/GetSentiment"' in shown


def test_a_successor_that_is_not_there_is_asked_for_again(curator, colors):
    answer = act(
        curator, ALGORITHMS, "deprecate", colors, reason="Slow.", successor="no/Thing"
    )
    assert b"There is no algorithm no/Thing." in answer.content
    colors.refresh_from_db()
    assert colors.deprecated_at is None


def test_a_private_successor_is_not_told_to_the_public(carol, colors, adas_private):
    with pytest.raises(BadRequest, match="Not everybody"):
        curation.deprecate(
            curator=carol, algorithms=[colors], reason="Old.", successor=adas_private
        )


def test_an_act_on_several_changes_all_or_none(carol, sentiment, colors):
    curation.deprecate(curator=carol, algorithms=[sentiment], reason="Old.")
    with pytest.raises(BadRequest, match="deprecated itself"):
        curation.deprecate(
            curator=carol, algorithms=[colors], reason="Old.", successor=sentiment
        )
    assert Algorithm.objects.filter(deprecated_at__isnull=False).count() == 1


def test_tags_are_merged_into_one(curator, sentiment, colors):
    for algorithm, name in ((sentiment, "colour"), (colors, "color")):
        algorithm.tags.add(Tag.objects.get_or_create(name=name)[0])
    address = "admin:catalog_tag_changelist"
    act(
        curator,
        address,
        "merge_tags",
        Tag.objects.get(name="colour"),
        into="color",
        reason="One spelling.",
    )
    assert not Tag.objects.filter(name="colour").exists()
    assert sentiment.tags.filter(name="color").exists()
    assert last_entry().changes == {"name": ["colour", "color"]}


def test_grace_asks_carol_accepts_and_everybody_sees_it(
    client, carol, grace, team_private
):
    name = f"/{team_private.full_name}"
    client.force_login(grace)
    asked = client.post(f"{name}/review", {"note": "Ready."})
    assert asked.status_code == 302
    assert "waits for a curator" in client.get(name).content.decode()
    review = Review.objects.get()
    client.force_login(carol)
    act(client, "admin:catalog_review_changelist", "accept", review)
    client.logout()
    assert client.get(name).status_code == 200
    review.refresh_from_db()
    assert (review.state, review.decided_by) == ("accepted", carol)
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {
        "request review",
        "make public",
    }


def test_a_declined_request_tells_why_and_may_be_made_again(
    client, carol, grace, team_private
):
    team, name = team_private.full_name.split("/")
    review = reviews.request_review(viewer=grace, owner=team, name=name)
    reviews.decline(curator=carol, review=review, reason="The card says nothing.")
    client.force_login(grace)
    shown = client.get(f"/{team}/{name}").content.decode()
    assert "The card says nothing." in shown
    reviews.request_review(viewer=grace, owner=team, name=name)
    with pytest.raises(BadRequest, match="waiting already"):
        reviews.request_review(viewer=grace, owner=team, name=name)


def test_a_member_may_not_ask_and_a_stranger_learns_nothing(
    linus, charlie, team_private
):
    owner, name = team_private.full_name.split("/")
    with pytest.raises(Forbidden):
        reviews.request_review(viewer=linus, owner=owner, name=name)
    with pytest.raises(NotFound):
        reviews.request_review(viewer=charlie, owner=owner, name=name)


def test_a_request_is_decided_once(carol, grace, team_private):
    owner, name = team_private.full_name.split("/")
    review = reviews.request_review(viewer=grace, owner=owner, name=name)
    reviews.withdraw_review(viewer=grace, owner=owner, name=name)
    with pytest.raises(BadRequest, match="does not wait"):
        reviews.accept(curator=carol, review=review)
    team_private.refresh_from_db()
    assert team_private.visibility == "private"


def test_audit_entries_are_neither_changed_nor_deleted(curator, carol, sentiment):
    curation.feature(curator=carol, algorithms=[sentiment], reason="Good.")
    entry = last_entry()
    change = reverse("admin:catalog_auditentry_change", args=[entry.pk])
    delete = reverse("admin:catalog_auditentry_delete", args=[entry.pk])
    assert curator.post(change, {"reason": "no"}).status_code == 403
    assert curator.post(delete, {"post": "yes"}).status_code == 403
    assert AuditEntry.objects.filter(pk=entry.pk, reason="Good.").exists()


def test_a_synonym_needs_two_words(curator):
    add = reverse("admin:catalog_synonym_add")
    refused = curator.post(add, {"words": "car", "is_active": "on"})
    assert b"at least two words" in refused.content
    curator.post(add, {"words": "Car,  automobile ,", "is_active": "on"})
    assert Synonym.objects.get().words == "car, automobile"


def test_a_search_without_a_result_leads_to_a_synonym(curator):
    SearchMiss.objects.create(text="colour picker", count=3)
    page = curator.get(reverse("admin:catalog_searchmiss_changelist"))
    assert b"/search?q=colour+picker" in page.content
    assert b"words=colour+picker%2C+" in page.content


def test_a_collection_is_made_and_ordered(curator, client, sentiment, colors):
    values = {
        "title": "For texts",
        "slug": "for-texts",
        "position": 0,
        "is_published": "on",
        "items-TOTAL_FORMS": 2,
        "items-INITIAL_FORMS": 0,
        "items-0-algorithm": str(colors.pk),
        "items-0-position": 2,
        "items-1-algorithm": str(sentiment.pk),
        "items-1-position": 1,
    }
    saved = curator.post(reverse("admin:catalog_collection_add"), values)
    assert saved.status_code == 302, saved.context["errors"]
    made = Collection.objects.get()
    order = [item.algorithm.name for item in made.items.all()]
    assert order == ["GetSentiment", "DominantColors"]
    assert last_entry().action == "add"


# --- branding ---------------------------------------------------------------------


def picture(size=(300, 100)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, (10, 120, 200)).save(written, "PNG")
    return written.getvalue()


def brand(client, **values):
    row = Branding.objects.first()
    page = "change" if row else "add"
    address = reverse(f"admin:catalog_branding_{page}", args=[row.pk] if row else [])
    given = {"name": "Acme Models", "banner_kind": "note", **values}
    return client.post(address, given)


@pytest.mark.django_db(transaction=True)
def test_name_logo_accent_and_banner_are_on_every_page(curator, client):
    upload = SimpleUploadedFile("logo.png", picture(), "image/png")
    saved = brand(curator, accent="#c02060", banner="Back at noon.", picture=upload)
    assert saved.status_code == 302, saved.context["errors"]
    client.logout()
    shown = client.get("/").content.decode()
    assert "· Acme Models</title>" in shown
    assert "Back at noon." in shown
    logo = client.get("/branding/logo")
    assert logo["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(logo.content)) as opened:
        assert opened.height <= 96
    assert "--live:light-dark(#c02060," in client.get("/branding/accent.css").text


def test_a_banner_ends_at_its_time():
    Branding.objects.create(banner="Soon over.", banner_until=timezone.now())
    assert branding.look().shown_banner == ""


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"accent": "teal"}, "six digits"),
        ({"accent": "#12345;}body{"}, "at most 7"),
        ({"support": "javascript:alert(1)"}, "Write an address with https"),
        (
            {"picture": SimpleUploadedFile("x.svg", b"<svg onload='x'/>")},
            "is no PNG, JPEG or WebP",
        ),
    ],
)
def test_a_bad_look_is_refused(curator, values, said):
    assert said in brand(curator, **values).content.decode()
    assert not Branding.objects.exists()


@pytest.mark.parametrize(
    "color", ["#000000", "#ffffff", "#ffee00", "#0a685e", "#777777"]
)
def test_every_accent_is_readable_in_both_themes(color):
    light, dark = palette(color)
    for shades, ground in ((light, "#f4f7f6"), (dark, "#151b1a")):
        live = parse_color(shades.live)
        assert contrast(live, parse_color(ground)) >= 4.5
        assert contrast(live, parse_color(shades.wash)) >= 4.5
        assert contrast(live, parse_color(shades.on)) >= 4.5

"""What becomes public brings along no figures of versions that stay private."""

from __future__ import annotations

import shutil

import pytest

from catalog.models import Algorithm, Version, Visibility
from catalog.services import curation, reviews
from catalog.services.importing import import_folders
from catalog.services.publishing import Source
from tests.conftest import SAMPLES
from tests.privacy.test_machine_documents import called, listing, version_of

pytestmark = pytest.mark.django_db


def calls_seen_by_everybody(client, algorithm) -> int:
    page = client.get(f"/api/v1/algorithms/{algorithm.full_name}").json()
    return page["calls"]


def test_an_accepted_request_counts_the_calls_of_the_public_version_alone(
    client, ada, carol
):
    algorithm = listing(ada.owner, "Later", Visibility.PRIVATE)
    called(algorithm.latest, 40)
    called(version_of(algorithm, Visibility.PRIVATE, (2, 0, 0)), 7)
    algorithm.refresh_from_db()
    assert algorithm.call_count == 47
    review = reviews.request_review(viewer=ada, owner="ada", name="Later")
    reviews.accept(curator=carol, review=review)
    assert calls_seen_by_everybody(client, algorithm) == 7


def test_what_is_shown_again_counts_no_call_of_a_private_version(client, ada, carol):
    algorithm = listing(ada.owner, "Doubtful", Visibility.PUBLIC)
    curation.hide(curator=carol, algorithms=[algorithm], reason="Spam?")
    called(algorithm.latest, 3)
    called(version_of(algorithm, Visibility.PRIVATE, (2, 0, 0)), 90)
    algorithm.refresh_from_db()
    assert algorithm.call_count == 93
    curation.show(curator=carol, algorithms=[algorithm], reason="No spam.")
    assert calls_seen_by_everybody(client, algorithm) == 3


def test_a_public_version_after_a_private_one_starts_at_no_calls(client, db, tmp_path):
    folder = tmp_path / "util" / "Echo"
    shutil.copytree(SAMPLES / "util" / "Echo", folder)
    manifest = folder / "algorithm.toml"
    text = manifest.read_text()
    number = next(line for line in text.splitlines() if line.startswith("number"))
    manifest.write_text(text.replace('"public"', '"private"'))
    import_folders(paths=[folder], source=Source())
    called(Version.objects.get(), 9)
    algorithm = Algorithm.objects.get()
    assert (algorithm.visibility, algorithm.call_count) == ("private", 9)
    manifest.write_text(text.replace(number, 'number = "99.0.0"'))
    import_folders(paths=[folder], source=Source())
    assert calls_seen_by_everybody(client, algorithm) == 0

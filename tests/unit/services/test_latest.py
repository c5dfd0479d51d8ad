"""The version that stands for an algorithm is one that its readers see."""

from __future__ import annotations

import pytest

from catalog.models import Visibility
from tests.web.rows import listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_versions(ada):
    """A public listing with 1.0.0; 2.0.0 is private."""
    algorithm = listing(ada.owner, "Model", visibility=Visibility.PUBLIC)
    algorithm.visibility = Visibility.PUBLIC
    algorithm.save()
    newer = algorithm.versions.get()
    newer.pk, newer.major, newer.visibility = None, 2, Visibility.PRIVATE
    newer._state.adding = True
    newer.id = type(newer)._meta.pk.get_default()
    newer.save()
    algorithm.refresh_from_db()
    return algorithm


def test_a_private_version_does_not_stand_for_a_public_algorithm(two_versions):
    assert two_versions.latest.number == "1.0.0"


def test_it_does_once_it_is_public(two_versions):
    newer = two_versions.versions.get(major=2)
    newer.visibility = Visibility.PUBLIC
    newer.save()
    two_versions.refresh_from_db()
    assert two_versions.latest == newer
    assert two_versions.takes == "text"


def test_a_private_algorithm_is_its_newest_version(two_versions):
    two_versions.visibility = Visibility.PRIVATE
    two_versions.save()
    two_versions.refresh_from_db()
    assert two_versions.latest.number == "2.0.0"


def test_an_algorithm_made_public_shows_no_private_version(ada):
    algorithm = listing(ada.owner, "Secret")
    algorithm.visibility = Visibility.PUBLIC
    algorithm.save()
    algorithm.refresh_from_db()
    assert algorithm.latest is None
    assert algorithm.takes == ""

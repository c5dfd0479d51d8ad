"""What tests of the wire share."""

from __future__ import annotations

import pytest

from catalog.services import resolving
from catalog.services.lookups import Lookups
from tests.wire import published


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    """Forget look-ups: a test that is rolled back sets the epoch back, too."""
    monkeypatch.setattr(resolving, "_targets", Lookups())


@pytest.fixture(scope="session")
def listings(product, tmp_path_factory):
    """What `published` publishes is there in the running product."""
    published.publish(product, tmp_path_factory.mktemp("wire"))


@pytest.fixture(scope="session")
def member_key(product, listings):
    """A key of Tess, who is a member of the team `talkers` and nothing more."""
    product.command("create_user", "tess")
    product.command("shell", "-c", published.JOIN)
    return product.command("create_key", "--user", "tess")

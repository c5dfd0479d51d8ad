"""What is sealed opens with the same secret and for the same purpose alone."""

from __future__ import annotations

import pytest

from accounts.sealing import Unsealable, seal, unseal


def test_a_sealed_text_comes_back():
    assert unseal(seal("JBSWY3DP ✓", purpose="one"), purpose="one") == "JBSWY3DP ✓"


def test_the_same_text_never_looks_the_same():
    assert seal("text", purpose="one") != seal("text", purpose="one")


def test_another_purpose_or_secret_opens_nothing(settings):
    sealed = seal("text", purpose="one")
    with pytest.raises(Unsealable):
        unseal(sealed, purpose="two")
    settings.SECRET_KEY = "another"
    with pytest.raises(Unsealable):
        unseal(sealed, purpose="one")
    settings.SECRET_KEY_FALLBACKS = ["only-for-tests"]
    assert unseal(sealed, purpose="one") == "text"


@pytest.mark.parametrize("changed", ["", "x", "gAAAAA", "é"])
def test_what_was_changed_opens_nothing(changed):
    with pytest.raises(Unsealable):
        unseal(changed, purpose="one")


def test_one_letter_changed_opens_nothing():
    sealed = seal("text", purpose="one")
    letter = "A" if sealed[30] != "A" else "B"
    with pytest.raises(Unsealable):
        unseal(sealed[:30] + letter + sealed[31:], purpose="one")

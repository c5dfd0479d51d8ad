"""Owner names: which are free, and whose a name is or was."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from accounts.models import Owner, OwnerAlias, User
from accounts.names import validate_owner_name


def check_free(slug: str, *, owner: Owner | None = None) -> None:
    """Raise ValidationError unless `slug` can be taken, by `owner` where given.

    A former name is kept for its owner, who alone may take it back.
    """
    validate_owner_name(slug)
    named = Owner.objects.filter(slug__iexact=slug)
    aliased = OwnerAlias.objects.filter(slug__iexact=slug)
    if owner is not None:
        named, aliased = named.exclude(pk=owner.pk), aliased.exclude(owner=owner)
    if named.exists() or aliased.exists() or _is_a_username(slug, owner):
        raise ValidationError("This name is taken.", code="taken")


def _is_a_username(slug: str, owner: Owner | None) -> bool:
    people = User.objects.filter(username__iexact=slug)
    if owner is not None and owner.user_id is not None:
        people = people.exclude(pk=owner.user_id)
    return people.exists()


def former_owner(slug: str) -> Owner | None:
    """Return the owner that had this name before."""
    alias = OwnerAlias.objects.filter(slug__iexact=slug).select_related("owner__team")
    found = alias.first()
    return found.owner if found else None


def check_is_current(slug: str) -> None:
    """Raise ValidationError where this is what an owner was called before."""
    former = former_owner(slug)
    if former is not None:
        raise ValidationError(f"Its owner is called {former.slug} now.", code="former")


def move(owner: Owner, slug: str) -> None:
    """Give `owner` another name and keep the old one for it; inside a transaction."""
    former = owner.slug
    check_free(slug, owner=owner)
    owner.aliases.filter(slug__iexact=slug).delete()
    if former.lower() != slug.lower():
        OwnerAlias.objects.create(slug=former, owner=owner)
    owner.slug = slug
    owner.save(update_fields=["slug"])

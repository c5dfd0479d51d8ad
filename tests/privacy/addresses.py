"""Every route of the product, and addresses below it for given arguments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import NoReverseMatch, get_resolver, reverse
from django.urls.resolvers import RoutePattern, URLResolver

if TYPE_CHECKING:
    from collections.abc import Iterator

MACHINES = ("md", "json")


@dataclass(frozen=True)
class Route:
    """One URL pattern: its full name, and the names of its parameters."""

    name: str
    pattern: str
    parameters: tuple[str, ...]

    def address(self, arguments: dict) -> str | None:
        """Return the path for these arguments; None where they do not fit."""
        try:
            given = {name: arguments[name] for name in self.parameters}
            return reverse(self.name, kwargs=given)
        except (KeyError, NoReverseMatch):
            return None


def routes(*, with_admin: bool = False) -> list[Route]:
    """Return all named routes once each, by name."""
    found = {route.name: route for route in _walk(get_resolver(), "", "")}
    return [
        route
        for name, route in sorted(found.items())
        if with_admin or not name.startswith("admin:")
    ]


def _walk(resolver: URLResolver, before: str, space: str) -> Iterator[Route]:
    for part in resolver.url_patterns:
        pattern = before + str(part.pattern)
        if isinstance(part, URLResolver):
            name = f"{space}{part.namespace}:" if part.namespace else space
            yield from _walk(part, pattern, name)
        elif part.name:
            named = part.pattern
            parameters = (
                tuple(named.converters)
                if isinstance(named, RoutePattern)
                else tuple(named.regex.groupindex)
            )
            yield Route(space + part.name, pattern, parameters)


#: what every parameter but owner and name stands for, unless a test says otherwise
ARGUMENTS = {
    "number": "1.0.0",
    "position": 0,
    "target": "curl",
    "slug": "coast",
    "section": "algorithms",
    "token": "no-such-token",
    "pk": UUID(int=7),
    "id": UUID(int=7),
    "ref": "ada/OpenHarbor",
    "path": "visionlab/secret",
    "username": "linus",
    "external": "no-such-id",
    "key": "no-such-key",
    "uidb36": "1",
    "uuid": UUID(int=7),
    "commit": "0" * 40,
    "build_id": UUID(int=7),
    "collection_id": UUID(int=7),
    "scm_id": "internal",
    "language": "python3",
    "specification": "none",
    "provider": "none",
    "digest": "0" * 64,
    "provider_id": "none",
}

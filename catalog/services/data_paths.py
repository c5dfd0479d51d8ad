"""From `data://owner/directory/file` to a place, and to the directory a viewer sees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.models import Owner
from accounts.names import OWNER_NAME
from accounts.viewers import KeyViewer
from catalog.content.data_names import LONGEST, name_problem
from catalog.models import DataDirectory
from catalog.models.algorithm import ALGORITHM_NAME
from catalog.services import passing_files
from catalog.services.errors import BadRequest, NotFound
from catalog.visibility import data_owned_by, data_visible_to

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from catalog.services.callers import Caller
    from catalog.visibility import Viewer

MY, ALGO, SESSION = ".my", ".algo", ".session"
KEPT, PASSING = "perm", "temp"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9]*)(\+[^:/]*)?:/{1,3}")
FLAT = "directories do not nest: write data://owner/directory/file"


@dataclass(frozen=True, slots=True)
class Inside:
    """The algorithm that asks on its caller's behalf, and the run it is in.

    `author_id` is its owner's primary key; `session` names the run.
    """

    author_id: int
    owner: str
    name: str
    session: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a path leads: an owner ("" for the caller), a directory, a file.

    Without a directory it is the owner; with `is_root` it is all owners. `text` is
    the path as asked for. `is_algorithms` says that an algorithm's own directory is
    meant, and `is_writable` whether that algorithm asks.
    """

    text: str
    owner: str = ""
    directory: str = ""
    file: str = ""
    is_root: bool = False
    is_algorithms: bool = False
    is_writable: bool = True

    def missing(self) -> NotFound:
        """Return the one answer for what is missing, private or not permitted."""
        return NotFound(f"data://{self.text} not found")


def place_of(path: str, inside: Inside | None = None) -> Place:
    """Read a path with or without `data://`; a slash may stand at both ends.

    Raises BadRequest for another store's address or a name that is none, NotFound for
    places that only a running algorithm has.
    """
    text = _without_scheme(path)
    steps = text.split("/") if text else []
    for step in steps:
        # Nobody has such a name: it is said of each path alike.
        if step and (problem := name_problem(step)):
            raise BadRequest(f"data path: {problem}.")
    if not all(steps):
        raise BadRequest("data path: empty steps (//) are not allowed.")
    if not steps:
        return Place(text="", is_root=True)
    if steps[0] == ALGO:
        return _of_algorithm(text, steps[1:], inside)
    if steps[0] == SESSION:
        return _of_session(text, steps[1:], inside)
    if len(steps) > 3:  # noqa: PLR2004 - owner, directory, file
        raise BadRequest(f"data://{_shown(text)}: {FLAT}.")
    owner, directory, file = (*steps, "", "")[:3]
    return Place(text, "" if owner == MY else owner, directory, file)


def _without_scheme(path: str) -> str:
    found = _SCHEME.match(path)
    if found is None:
        return path.strip("/")
    if found[1].lower() != "data" or found[2]:
        raise BadRequest(
            f"This server has no connector {_shown(found[1] + (found[2] or ''))!r}: "
            "its files are at data://owner/directory/file."
        )
    return path[found.end() :].strip("/")


def _shown(text: str) -> str:
    return text[:LONGEST].encode("utf-8", "replace").decode()


def _of_session(text: str, rest: list[str], inside: Inside | None) -> Place:
    """`.session[/file]`: what a run leaves for itself, as long as it lasts."""
    if inside is None or not inside.session:
        raise NotFound(f"data://{text} not found: only a running algorithm has one")
    if len(rest) > 1:
        raise BadRequest(f"data://{_shown(text)}: {FLAT}.")
    directory = f"{SESSION}/{inside.session}"
    return Place(text, "", directory, "".join(rest), is_algorithms=True)


def _of_algorithm(text: str, rest: list[str], inside: Inside | None) -> Place:
    """`.algo/temp/file` of the algorithm that asks, `.algo/owner/name/temp/file`."""
    if not rest and inside is None:
        return Place(text, "", ALGO, is_algorithms=True, is_writable=False)
    if rest and rest[0] in {KEPT, PASSING} and len(rest) <= 2:  # noqa: PLR2004 - kind, file
        if inside is None:
            raise NotFound(
                f"data://{text} not found: outside of the algorithm write "
                "data://.algo/owner/name/temp"
            )
        rest = [inside.owner, inside.name, *rest]
    owner, name, kind, file = (*rest, "", "", "", "")[:4]
    # What one owner's algorithms keep for a caller, they may show to each other.
    is_kin = inside is not None and owner.lower() == inside.owner.lower()
    is_own = is_kin and inside is not None and name.lower() == inside.name.lower()
    named = OWNER_NAME.fullmatch(owner) and ALGORITHM_NAME.fullmatch(name)
    is_one = named and kind in {KEPT, PASSING} and len(rest) <= 4  # noqa: PLR2004 - as above
    if not is_one or not (is_kin or inside is None):
        raise NotFound(f"data://{text} not found")
    directory = f"{ALGO}/{owner}/{name}/{kind}".lower()
    return Place(text, "", directory, file, is_algorithms=True, is_writable=is_own)


def own_namespace(viewer: Viewer) -> Owner | None:
    """Return whose `.my` is meant: the person's, or for a team's key the team's.

    None for who has none, and for a key whose rules leave it out.
    """
    if isinstance(viewer, KeyViewer) and viewer.team_id is not None:
        own = Q(team_id=viewer.team_id)
    elif viewer.is_authenticated:
        own = Q(user_id=viewer.pk)
    else:
        return None
    found: Owner | None = Owner.objects.filter(own, data_owned_by(viewer)).first()
    return found


def find_directory(
    caller: Caller, place: Place, inside: Inside | None
) -> DataDirectory | None:
    """Return the directory of a place where the caller sees it, under any owner's name.

    Names that an owner had before lead to the owner for who sees the directory.
    """
    author = inside.author_id if inside else None
    is_visitors = passing_files.is_visitors(caller, place, inside)
    seen = DataDirectory.objects.filter(
        data_visible_to(caller.viewer, author_id=author),
        name=passing_files.name_of(place) if is_visitors else place.directory,
    ).select_related("owner")
    if is_visitors:
        return seen.filter(owner=author).first()
    if not place.owner:
        owner = own_namespace(caller.viewer)
        return seen.filter(owner=owner).first() if owner else None
    now: DataDirectory | None = seen.filter(owner__slug__iexact=place.owner).first()
    # Missing and private ask the same, so that they take the same time.
    return now or seen.filter(owner__aliases__slug__iexact=place.owner).first()


def find_owner(caller: Caller, place: Place) -> Owner | None:
    """Return the owner of a place, for who sees any of its data or belongs to it."""
    if not place.owner:
        return own_namespace(caller.viewer)
    named = Q(slug__iexact=place.owner) | Q(aliases__slug__iexact=place.owner)
    found: Owner | None = owners_seen(caller).filter(named).first()
    return found


def owners_seen(caller: Caller) -> QuerySet[Owner]:
    """Return the owners of whose data the caller sees something, or whom he is."""
    seen = DataDirectory.objects.filter(data_visible_to(caller.viewer))
    shown = seen.exclude(name__startswith=".").order_by().values("owner_id")
    return Owner.objects.filter(data_owned_by(caller.viewer) | Q(pk__in=shown))

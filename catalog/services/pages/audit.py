"""The audit trail in sentences: who did what to what, from where, by which key."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from catalog.models import AuditEntry
from catalog.services import audit_trail
from catalog.services.audit_filters import filters_in
from catalog.services.pages.teams import head_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from accounts.models import ApiKey
    from catalog.services.audit_trail import Found, Trail
    from catalog.services.pages.teams import Head
    from catalog.visibility import Viewer

NOBODY = "Somebody"
SERVER = "The operator"
NO_ACCOUNT = "an account that there is not"
TEAM_KEY = "A key of a team"
#: what follows the name of who acted; {target} is what it was done to
PHRASES = {
    # sign-in
    "sign in": "signed in",
    "sign out": "signed out",
    "sign-in failed": "tried to sign in to {target} and was refused",
    "second factor failed": "gave a wrong second factor for {target}",
    "end session": "ended another session of {target}",
    "end other sessions": "ended all other sessions of {target}",
    # account
    "sign up": "made the account {target}",
    "create account": "made the account {target}",
    "trust owner": "let the source of {target} run",
    "name account": "named the person of {target}",
    "close account": "closed the account {target}",
    "change password": "changed the password of {target}",
    "set password": "set a password for {target}",
    "reset password": "reset the password of {target}",
    "add e-mail": "added an e-mail address to {target}",
    "remove e-mail": "removed an e-mail address from {target}",
    "change e-mail": "changed the e-mail address of {target}",
    "verify e-mail": "verified the e-mail address of {target}",
    "turn on two-factor": "turned on a second factor for {target}",
    "turn off two-factor": "turned off a second factor for {target}",
    "make recovery codes": "made new recovery codes for {target}",
    # key
    "create key": "made the key {target}",
    "revoke key": "revoked the key {target}",
    "revoke leaked key": "put the key {target} into a text: it is revoked",
    "make webhook secret": "made a new secret for the webhooks of {target}",
    "use key first": "used the key {target} for the first time",
    "use key from a new address": "used the key {target} from a new address",
    # membership
    "create team": "made the team {target}",
    "rename team": "renamed the team {target}",
    "describe team": "changed the contact of {target}",
    "delete team": "deleted the team {target}",
    "add member": "added a member: {target}",
    "change role": "changed a role: {target}",
    "remove member": "removed a member: {target}",
    "leave team": "left: {target}",
    "invite": "made an {target}",
    "revoke invitation": "revoked an {target}",
    "accept invitation": "accepted an {target}",
    # visibility
    "make public": "made {target} public",
    "make private": "made {target} private",
    "make version public": "made the version {target} public",
    "make version private": "made the version {target} private",
    "put on request": "let everybody ask for access to {target}",
    "take off request": "took {target} off the listings to ask for",
    "share": "shared {target}",
    "change share": "changed a share of {target}",
    "end share": "ended a share of {target}",
    "request access": "asked for access: {target}",
    "withdraw access request": "took a request for access back: {target}",
    "grant access": "gave access: {target}",
    "decline access": "declined a request for access: {target}",
    "end access request": "ended a request for access: {target}",
    "transfer algorithm": "transferred {target}",
    "receive algorithm": "received {target}",
    "rename algorithm": "renamed {target}",
    "create algorithm": "made the algorithm {target}",
    "publish version": "published {target}",
    "delete algorithm": "deleted the algorithm {target}",
    "make data directory": "made the directory {target}",
    "change data access": "changed who reads {target}",
    "delete data directory": "deleted the directory {target}",
    "delete data file": "deleted the file {target}",
    # curation
    "verify": "verified {target}",
    "unverify": "took the verified mark from {target}",
    "feature": "featured {target}",
    "unfeature": "took {target} from the home page",
    "hide": "hid {target} from all but its owner",
    "show": "showed {target} again",
    "deprecate": "deprecated {target}",
    "restore": "took the deprecation of {target} back",
    "merge tag": "merged the tag {target} into another",
    "request review": "asked the curators to make {target} public",
    "withdraw review": "took back the request to make {target} public",
    "decline review": "declined to make {target} public",
    "add": "added {kind} {target}",
    "edit": "edited {kind} {target}",
    "delete": "deleted {kind} {target}",
}
KINDS = {"apikey": "the API key", "user": "the account", "searchmiss": "the search"}


@dataclass(frozen=True, slots=True)
class Change:
    """A field with its value before and after."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as its reader may know it: "" and None where they may not."""

    entry: AuditEntry
    who: str
    did: str
    key: str
    key_id: UUID | None
    address: str
    team: str

    @property
    def changes(self) -> list[Change]:
        pairs = self.entry.changes.items()
        return [Change(name.replace("_", " "), *values) for name, values in pairs]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page of a trail, the choices of its filter form, and where the next is."""

    found: Found
    lines: list[Line]
    head: Head | None = None

    @property
    def categories(self) -> list[tuple[str, str]]:
        return [(value, value.capitalize()) for value in AuditEntry.Category.values]

    @property
    def actions(self) -> list[str]:
        return sorted(PHRASES)

    @property
    def next_query(self) -> str:
        """The query string of the next page; "" on the last one."""
        if not self.found.next_cursor:
            return ""
        query = self.found.filters.query
        return f"{query}{'&' if query else ''}cursor={self.found.next_cursor}"


def own_page(*, viewer: Viewer, asked: Mapping[str, str]) -> AuditPage:
    """Return a page of what the viewer did and what was done to their account."""
    return page_of(trail=audit_trail.own_trail(viewer=viewer), asked=asked)


def whole_page(*, viewer: Viewer, asked: Mapping[str, str]) -> AuditPage:
    """Return a page of everything, for curators; raises NotFound for others."""
    return page_of(trail=audit_trail.whole_trail(viewer=viewer), asked=asked)


def team_page(*, viewer: Viewer, slug: str, asked: Mapping[str, str]) -> AuditPage:
    """Return a page of a team's acts, for its owners."""
    trail = audit_trail.team_trail(viewer=viewer, slug=slug)
    page = page_of(trail=trail, asked=asked)
    return replace(page, head=head_of(viewer=viewer, slug=slug))


def page_of(*, trail: Trail, asked: Mapping[str, str], limit: int = 0) -> AuditPage:
    """Return the page that a request's parameters ask for; raises BadRequest."""
    found = audit_trail.entries(
        trail=trail,
        filters=filters_in(asked),
        cursor=asked.get("cursor", ""),
        limit=limit or audit_trail.PAGE_ROWS,
    )
    return AuditPage(found, lines_of(trail, found.rows))


def lines_of(trail: Trail, rows: list[AuditEntry]) -> list[Line]:
    """Return entries as the trail's reader may know them, in two questions."""
    keys = audit_trail.keys_of(rows)
    slugs = audit_trail.slugs_of(trail, rows)
    return [_line(trail, row, keys, slugs) for row in rows]


def _line(
    trail: Trail,
    entry: AuditEntry,
    keys: Mapping[UUID, ApiKey],
    slugs: Mapping[int, str],
) -> Line:
    is_told = trail.is_told_means(entry)
    key_id = entry.key_id if is_told else None
    key = keys.get(key_id) if key_id else None
    return Line(
        entry=entry,
        who=entry.actor_name or _nameless(entry),
        did=did(entry),
        key=str(key) if key else "",
        key_id=key_id,
        address=entry.address if is_told else "",
        team=slugs.get(entry.team_id or 0, ""),
    )


def _nameless(entry: AuditEntry) -> str:
    """Say who acted where no person did: a team's key, a stranger, a command."""
    if entry.key_id is not None:
        return TEAM_KEY
    return NOBODY if entry.address else SERVER


def did(entry: AuditEntry) -> str:
    """Return what was done, to follow a name: `verified nlp/GetSentiment`."""
    kind = KINDS.get(entry.target_type, f"the {_spaced(entry.target_type)}")
    phrase = PHRASES.get(entry.action)
    if phrase is None:
        return f"{entry.action}: {entry.target}"
    return phrase.format(target=entry.target or NO_ACCOUNT, kind=kind)


def _spaced(model_name: str) -> str:
    known = ("algorithm", "collection", "branding", "saved")
    for start in known:
        rest = model_name.removeprefix(start)
        if rest and rest != model_name:
            return f"{start} {rest}"
    return model_name


def said(line: Line) -> str:
    """Return the whole sentence, for those who read one column."""
    reason = f" ({line.entry.reason})" if line.entry.reason else ""
    return f"{line.who} {line.did}{reason}"

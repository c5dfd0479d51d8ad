"""Rows of people, teams, owners, keys, notices, and the epoch that dates caches."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.names import validate_owner_name
from accounts.organization import Organization  # noqa: F401 - a row is found here
from accounts.rules import Rule, parse_rule

if TYPE_CHECKING:
    from datetime import datetime


class User(AbstractUser):
    """A person. The username is also the person's owner name."""

    username = models.CharField(
        max_length=39, unique=True, validators=[validate_owner_name]
    )

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_username_any_case")
        ]

    def clean(self) -> None:
        super().clean()
        # Sign-in by address compares what is kept in lower case.
        self.email = self.email.lower()


class Team(models.Model):
    """A group of people that owns algorithms together; `about` says for what."""

    name = models.CharField(max_length=80)
    about = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    members = models.ManyToManyField(
        User, through="Membership", related_name="teams", blank=True
    )

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's role in a team."""

    class Role(models.TextChoices):
        MEMBER = "member"
        MAINTAINER = "maintainer"
        OWNER = "owner"

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("team", "user", name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=["member", "maintainer", "owner"]),
                name="membership_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team} ({self.role})"


class Owner(models.Model):
    """A namespace of algorithms: one person's or one team's.

    `is_trusted` says that staff lets this owner's source run without a sandbox.
    """

    slug = models.CharField(max_length=39, validators=[validate_owner_name])
    user = models.OneToOneField(
        User, models.CASCADE, null=True, blank=True, related_name="owner"
    )
    team = models.OneToOneField(
        Team, models.CASCADE, null=True, blank=True, related_name="owner"
    )
    is_trusted = models.BooleanField("may run source", default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("slug"), name="owner_slug_any_case"),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, team__isnull=True)
                | models.Q(user__isnull=True, team__isnull=False),
                name="owner_is_a_person_or_a_team",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def is_team(self) -> bool:
        return self.team_id is not None


class OwnerAlias(models.Model):
    """A slug that an owner had before; nobody else may take it.

    Programs and links that name it go on working for those who see the owner.
    """

    slug = models.CharField(max_length=39)
    owner = models.ForeignKey(Owner, models.CASCADE, related_name="aliases")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("slug"), name="owner_alias_any_case")
        ]
        verbose_name_plural = "owner aliases"

    def __str__(self) -> str:
        return self.slug


class Invitation(models.Model):
    """A way into a team, or with no team into the catalog; only its digest is kept.

    With an `email` it is for whoever reads that mailbox; without one, for whoever has
    the link. `uses_left` counts down to 0.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    role = models.CharField(
        max_length=10, choices=Membership.Role, default=Membership.Role.MEMBER
    )
    email = models.EmailField(blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    uses_left = models.PositiveSmallIntegerField(default=1)
    invited_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="invitations_made"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ManyToManyField(
        User, related_name="invitations_accepted", blank=True, editable=False
    )

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=["member", "maintainer", "owner"]),
                name="invitation_role_known",
            )
        ]

    def __str__(self) -> str:
        where = self.team or "the catalog"
        return f"invitation to {where} ({self.role})"

    def is_open(self, now: datetime) -> bool:
        """Tell whether it can be accepted at `now`."""
        return self.revoked_at is None and self.uses_left > 0 and now < self.expires_at


class ApiKey(models.Model):
    """A secret that a program calls with; only its SHA-256 is kept.

    It stands for a person (`user`) or for a team, whose key goes on when `made_by`
    leaves. `rules`, where there are any, limit what it sees and runs to
    `algo://owner/*` and `algo://owner/Name`. `calls_per_day` is its quota, None for
    the server's. `end_told_at` says when its owners were told that it ends soon.
    """

    class Scope(models.TextChoices):
        READ = "read"
        RUN = "run"
        WRITE = "write"
        DATA = "data"
        ADMIN = "admin"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="api_keys"
    )
    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, related_name="api_keys"
    )
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    rules = models.JSONField(default=list, blank=True)
    calls_per_day = models.PositiveIntegerField(null=True, blank=True)
    name = models.CharField(max_length=80)
    lookup = models.CharField(max_length=8, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)
    end_told_at = models.DateTimeField(null=True, blank=True, editable=False)

    #: seconds between two writes of last_used_at
    LAST_USED_STEP: ClassVar[int] = 60

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, team__isnull=True)
                | models.Q(user__isnull=True, team__isnull=False),
                name="api_key_of_a_person_or_a_team",
            )
        ]

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.name})"

    @property
    def prefix(self) -> str:
        """Return the part of the key that is shown."""
        return f"vtr_{self.lookup}"

    @property
    def parsed_rules(self) -> tuple[Rule, ...]:
        return tuple(parse_rule(text) for text in self.rules)

    def is_live(self, now: datetime) -> bool:
        """Tell whether the key works at `now`."""
        return self.revoked_at is None and now < self.expires_at


class Notice(models.Model):
    """Something that a person is told on the site, by mail too where mail is sent.

    `text` is plain; `address` is a path of ours that leads on, or empty.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    text = models.CharField(max_length=500)
    address = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.text


class Session(AbstractBaseSession):
    """A visit of a browser; its primary key is the digest of the cookie's value.

    `user` is who signed in, `address` and `agent` where from and with what it was used
    last.
    """

    user = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="sessions", editable=False
    )
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"session of {self.user}"


class Epoch(models.Model):
    """One row whose number grows with every write that may change an answer.

    Processes keep look-ups of keys, memberships and versions as long as the number
    stands still (docs/decisions/0004).
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    n = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="epoch_is_one_row")
        ]

    def __str__(self) -> str:
        return f"epoch {self.n}"

"""Forms of teams: what is typed, and the verb that takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from accounts import invitations, roles, teams
from accounts.models import Membership
from catalog.services import teams as service
from catalog.services import transfers
from catalog.services.errors import BadRequest

if TYPE_CHECKING:
    from accounts.invitations import NewInvitation
    from catalog.models import Algorithm
    from catalog.services.teams import Standing
    from catalog.services.transfers import Movable
    from catalog.visibility import Viewer

DAYS = [(1, "1 day"), (7, "7 days"), (14, "14 days"), (30, "30 days")]
ROLE_WORDS = {
    Membership.Role.MEMBER: "Member: sees and runs what is private",
    Membership.Role.MAINTAINER: "Maintainer: publishes, invites, manages keys",
    Membership.Role.OWNER: "Owner: all of it",
}


class TeamForm(forms.Form):
    """A team's names, and what it is for."""

    name = forms.CharField(
        max_length=teams.LONGEST_NAME,
        help_text="As people say it, such as “Vision Lab”.",
    )
    slug = forms.CharField(
        label="Address",
        max_length=39,
        help_text="Letters, digits, - and _. It is the first part of the team's "
        "algorithms' addresses, as in visionlab/ShelfCount.",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    about = forms.CharField(
        label="What it is for",
        required=False,
        max_length=teams.LONGEST_ABOUT,
        help_text="One sentence. Everybody who sees the team's page reads it.",
    )

    def create(self, *, viewer: Viewer) -> Standing | None:
        """Make the team; None with an error at the form where it is refused."""
        try:
            return service.create_team(viewer=viewer, **self.cleaned_data)
        except BadRequest as refused:
            self.add_error("slug", refused.message)
        return None

    def rename(self, *, viewer: Viewer, team: str) -> Standing | None:
        """Change the team; None with an error at the form where it is refused."""
        try:
            return service.rename_team(viewer=viewer, team=team, **self.cleaned_data)
        except BadRequest as refused:
            self.add_error("slug", refused.message)
        return None


class InviteForm(forms.Form):
    """An invitation: a link for several, or one for a mailbox."""

    role = forms.ChoiceField()
    email = forms.EmailField(
        label="For one e-mail address",
        required=False,
        help_text="Leave it empty for a link that you hand on yourself.",
    )
    uses = forms.IntegerField(
        label="For how many people",
        initial=1,
        min_value=1,
        max_value=invitations.MOST_USES,
    )
    days = forms.TypedChoiceField(
        label="Open for", choices=DAYS, coerce=int, initial=invitations.DEFAULT_DAYS
    )

    def __init__(self, data: Any = None, *, role: str) -> None:
        super().__init__(data)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type
        field.choices = [
            (each.value, words)
            for each, words in ROLE_WORDS.items()
            if roles.within(each, of=role)
        ]

    def invite(self, *, viewer: Viewer, team: str) -> NewInvitation | None:
        """Make the invitation; None with an error at the form where it is refused."""
        try:
            return service.invite(viewer=viewer, team=team, **self.cleaned_data)
        except BadRequest as refused:
            self.add_error(None, refused.message)
        return None


class PeopleForm(InviteForm):
    """An invitation into the catalog, which has no roles."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, role=Membership.Role.MEMBER)
        del self.fields["role"]

    def invite(self, *, viewer: Viewer, team: str = "") -> NewInvitation | None:  # noqa: ARG002 - as above
        """Make the invitation; None with an error at the form where it is refused."""
        try:
            return service.invite_people(viewer=viewer, **self.cleaned_data)
        except BadRequest as refused:
            self.add_error(None, refused.message)
        return None


class MoveForm(forms.Form):
    """Another owner, another name, or both."""

    owner = forms.ChoiceField(required=False)
    name = forms.CharField(max_length=99, strip=True)

    def __init__(self, data: Any = None, *, movable: Movable) -> None:
        found = movable.algorithm
        super().__init__(data, initial={"owner": found.owner.slug, "name": found.name})
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type
        owners = [found.owner, *movable.receivers]
        field.choices = [(each.slug, _label(each)) for each in owners]
        self.movable = movable

    def move(self, *, viewer: Viewer) -> Algorithm | None:
        """Move it; None with an error at the form where it is refused."""
        found = self.movable.algorithm
        try:
            return transfers.move_algorithm(
                viewer=viewer,
                owner=found.owner.slug,
                name=found.name,
                to=self.cleaned_data["owner"],
                new_name=self.cleaned_data["name"],
            )
        except BadRequest as refused:
            self.add_error("name", refused.message)
        return None


def _label(owner: Any) -> str:
    return f"{owner.slug} ({owner.team.name})" if owner.team else f"{owner.slug} (you)"

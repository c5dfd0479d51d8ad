"""Teams on the catalog API: for their members, and for a team's own keys to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from catalog.api import team_shapes as shapes
from catalog.api.permissions import Administers
from catalog.api.serializers import AlgorithmRow
from catalog.api.views import PROBLEMS, Private
from catalog.services import teams, transfers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from rest_framework.request import Request
    from rest_framework.serializers import Serializer

    from accounts.invitations import NewInvitation


def _told(
    shape: type[Serializer[Any]], request: Request, *, partial: bool = False
) -> dict[str, Any]:
    """Read the body; a fault of it is answered with its pointer."""
    read = shape(data=request.data, partial=partial)
    read.is_valid(raise_exception=True)
    told: dict[str, Any] = read.validated_data
    return told


def _listed(rows: Sequence[Any]) -> dict[str, Any]:
    return {"results": rows, "total": len(rows), "next": None}


class _OfTeams(Private):
    """What is changed needs a person: the page, or a key with the scope `admin`."""

    permission_classes = [Administers]


class Teams(_OfTeams):
    """The caller's teams."""

    @extend_schema(responses={200: shapes.TeamList, **PROBLEMS})
    def get(self, request: Request) -> Response:
        rows = teams.teams_of(viewer=request.user)
        return Response(shapes.TeamList(_listed(rows)).data)

    @extend_schema(
        request=shapes.TeamTold, responses={201: shapes.TeamShape, **PROBLEMS}
    )
    def post(self, request: Request) -> Response:
        told = _told(shapes.TeamTold, request)
        made = teams.create_team(viewer=request.user, **told)
        return Response(shapes.TeamShape(made).data, status=201)


class TeamView(_OfTeams):
    """One team."""

    @extend_schema(responses={200: shapes.TeamShape, **PROBLEMS})
    def get(self, request: Request, slug: str) -> Response:
        found = teams.find_team(viewer=request.user, slug=slug)
        return Response(shapes.TeamShape(found).data)

    @extend_schema(
        request=shapes.TeamTold(partial=True),
        responses={200: shapes.TeamShape, **PROBLEMS},
    )
    def patch(self, request: Request, slug: str) -> Response:
        """Change what is sent; a former address leads on and is kept for the team."""
        found = teams.find_team(viewer=request.user, slug=slug)
        now = dict(shapes.TeamShape(found).data)
        kept = {part: now[part] for part in ("slug", "name", "about")}
        told = kept | _told(shapes.TeamTold, request, partial=True)
        done = teams.rename_team(viewer=request.user, team=slug, **told)
        return Response(shapes.TeamShape(done).data)

    @extend_schema(responses={204: None, **PROBLEMS})
    def delete(self, request: Request, slug: str) -> Response:
        """End a team that owns no algorithm."""
        teams.delete_team(viewer=request.user, team=slug)
        return Response(status=204)


class Members(_OfTeams):
    """The members of a team."""

    @extend_schema(responses={200: shapes.MemberList, **PROBLEMS})
    def get(self, request: Request, slug: str) -> Response:
        found = teams.find_team(viewer=request.user, slug=slug)
        rows = teams.members_of(standing=found)
        return Response(shapes.MemberList(_listed(rows)).data)


class MemberView(_OfTeams):
    """One member: another role, or the end; one's own is to leave."""

    @extend_schema(
        request=shapes.RoleTold, responses={200: shapes.MemberShape, **PROBLEMS}
    )
    def put(self, request: Request, slug: str, username: str) -> Response:
        told = _told(shapes.RoleTold, request)
        held = teams.set_role(viewer=request.user, team=slug, username=username, **told)
        return Response(shapes.MemberShape(held).data)

    @extend_schema(responses={204: None, **PROBLEMS})
    def delete(self, request: Request, slug: str, username: str) -> Response:
        teams.remove_member(viewer=request.user, team=slug, username=username)
        return Response(status=204)


class Invitations(_OfTeams):
    """The open invitations into a team, for who may invite."""

    @extend_schema(responses={200: shapes.InvitationList, **PROBLEMS})
    def get(self, request: Request, slug: str) -> Response:
        found = teams.find_team(viewer=request.user, slug=slug)
        rows = teams.open_invitations(standing=found)
        return Response(shapes.InvitationList(_listed(rows)).data)

    @extend_schema(
        request=shapes.InvitationTold,
        responses={201: shapes.NewInvitationShape, **PROBLEMS},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Invite; the token is in this answer only."""
        told = _told(shapes.InvitationTold, request)
        new = teams.invite(viewer=request.user, team=slug, **told)
        response = Response(_shown_once(request, new), status=201)
        response["Cache-Control"] = "private, no-store"
        return response


def _shown_once(request: Request, new: NewInvitation) -> dict[str, Any]:
    url = request.build_absolute_uri(new.path) if new.token else None
    shown = shapes.InvitationShape(new.row).data
    return {**shown, "token": new.token or None, "url": url}


class InvitationView(_OfTeams):
    """One open invitation."""

    @extend_schema(responses={204: None, **PROBLEMS})
    def delete(self, request: Request, slug: str, pk: UUID) -> Response:
        teams.revoke_invitation(viewer=request.user, team=slug, pk=pk)
        return Response(status=204)


class AcceptedInvitationView(_OfTeams):
    """Taking an invitation up."""

    @extend_schema(
        request=shapes.TokenTold, responses={200: shapes.AcceptedShape, **PROBLEMS}
    )
    def post(self, request: Request) -> Response:
        """Join what the token opens; wrong, ended and used ones are not found."""
        told = _told(shapes.TokenTold, request)
        team = teams.accept(viewer=request.user, token=told["token"])
        return Response({"team": team.owner.slug if team else None})


class TransferView(_OfTeams):
    """An algorithm's address."""

    @extend_schema(request=shapes.MoveTold, responses={200: AlgorithmRow, **PROBLEMS})
    def post(self, request: Request, owner: str, name: str) -> Response:
        """Give it another owner, another name, or both; the old address leads on."""
        told = _told(shapes.MoveTold, request)
        moved = transfers.move_algorithm(
            viewer=request.user,
            owner=owner,
            name=name,
            to=told["owner"],
            new_name=told["name"],
        )
        found = self.algorithm(request, moved.owner.slug, moved.name)
        return Response(AlgorithmRow(found).data)

"""Invitations: a link or a mail leads into a team, once, in time, and no further."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.utils import timezone

from accounts import invitations
from accounts.models import Invitation, Membership, Notice
from accounts.services import add_member
from catalog.models import AuditEntry

INVITE = "/teams/visionlab/invitations"
LINK = re.compile(r"/teams/invitations/[\w-]{40,}")


def invite(client, **more) -> str:
    """Invite, and return the path of the link that the answer shows."""
    told = {"role": "member", "uses": 1, "days": 7, **more}
    answer = client.post(INVITE, told)
    assert answer.status_code == 200, answer.content.decode()
    found = LINK.search(answer.content.decode())
    return found.group() if found else ""


@pytest.fixture
def link(client, grace) -> str:
    client.force_login(grace)
    path = invite(client)
    client.logout()
    return path


def test_a_link_is_shown_once_and_kept_as_a_digest_alone(client, grace):
    client.force_login(grace)
    path = invite(client)
    token = path.rsplit("/", 1)[1]
    row = Invitation.objects.get()
    assert row.digest == invitations.digest_of(token)
    assert token not in str(Invitation.objects.values())
    assert token not in str(AuditEntry.objects.values())
    assert not LINK.search(client.get("/teams/visionlab/members").content.decode())
    answer = client.post(INVITE, {"role": "member", "uses": 1, "days": 7})
    assert answer["Cache-Control"] == "private, no-store"
    assert client.get(INVITE)["Location"] == "/teams/visionlab/members"


def test_a_stranger_accepts_and_is_a_member(client, link, charlie):
    client.force_login(charlie)
    page = client.get(link)
    text = page.content.decode()
    assert ("Vision Lab" in text, "grace" in text, "Member" in text) == (True,) * 3
    assert page["Referrer-Policy"] == "strict-origin"
    assert page["Cache-Control"] == "private, no-store"
    assert client.post(link)["Location"] == "/teams/visionlab"
    assert charlie.memberships.get().role == "member"
    assert client.get("/teams/visionlab").status_code == 200
    actions = [entry.action for entry in AuditEntry.objects.all()]
    assert actions == ["add member", "invite"]
    assert "charlie accepted" in Notice.objects.get().text


def test_who_is_not_signed_in_signs_in_first_and_comes_back(client, link):
    page = client.get(link).content.decode()
    assert f"/settings/sign-in?next={link}" in page
    assert f"/settings/sign-up?next={link}" in page
    assert client.post(link).status_code == 401
    assert Invitation.objects.get().uses_left == 1
    assert invitations.remembered(client.session) == Invitation.objects.get()
    client.get("/teams/invitations/" + "x" * 43)
    assert invitations.remembered(client.session) == Invitation.objects.get()


def test_the_link_works_once(client, link, charlie, ada):
    client.force_login(charlie)
    client.post(link)
    client.force_login(ada)
    assert client.get(link).status_code == 404
    assert client.post(link).status_code == 404
    assert not ada.memberships.exists()


def test_a_link_for_two_lets_two_in(client, grace, charlie, ada, carol):
    client.force_login(grace)
    path = invite(client, uses=2)
    for person, status in ((charlie, 302), (ada, 302), (carol, 404)):
        client.force_login(person)
        assert client.post(path).status_code == status
    assert Invitation.objects.get().uses_left == 0


def expire(row):
    row.expires_at = timezone.now() - timedelta(seconds=1)
    row.save()


def revoke(row):
    row.revoked_at = timezone.now()
    row.save()


def use_up(row):
    row.uses_left = 0
    row.save()


def lose_the_role(row):
    Membership.objects.filter(user=row.invited_by).update(role="member")


def close_the_account(row):
    row.invited_by.is_active = False
    row.invited_by.save()


def forget_the_inviter(row):
    row.invited_by = None
    row.save()


@pytest.mark.parametrize(
    "end",
    [
        expire,
        revoke,
        use_up,
        lose_the_role,
        close_the_account,
        forget_the_inviter,
    ],
)
def test_a_link_that_is_open_no_more_is_like_one_that_never_was(
    client, link, charlie, end
):
    end(Invitation.objects.get())
    client.force_login(charlie)
    wrong = client.get("/teams/invitations/" + "x" * 43)
    ended = client.get(link)
    assert ended.status_code == wrong.status_code == 404
    assert ended.content == wrong.content
    assert dict(ended.headers) == dict(wrong.headers)
    assert client.post(link).status_code == 404
    assert not charlie.memberships.exists()


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"uses": 0}, "greater than or equal to 1"),
        ({"uses": 51}, "less than or equal to 50"),
        ({"days": 31}, "not one of"),
        ({"role": "king"}, "not one of"),
        ({"role": "owner"}, "not one of"),
        ({"email": "nonsense"}, "valid email"),
    ],
)
def test_an_invitation_that_cannot_be_says_why(client, grace, told, said):
    client.force_login(grace)
    answer = client.post(INVITE, {"role": "member", "uses": 1, "days": 7, **told})
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not Invitation.objects.exists()


def test_members_invite_nobody(client, linus):
    client.force_login(linus)
    page = client.get("/teams/visionlab/members").content.decode()
    assert 'id="invite"' not in page
    answer = client.post(INVITE, {"role": "member", "uses": 1, "days": 7})
    assert answer.status_code == 403
    assert not Invitation.objects.exists()


def test_who_is_a_member_already_keeps_the_higher_role(client, grace, linus):
    client.force_login(grace)
    path, higher = invite(client), invite(client, role="maintainer")
    client.post(path)
    assert grace.memberships.get().role == "maintainer"
    client.force_login(linus)
    client.post(path)
    assert linus.memberships.get().role == "member"
    assert Invitation.objects.filter(uses_left=1).count() == 2
    client.post(higher)
    assert linus.memberships.get().role == "maintainer"
    assert Invitation.objects.filter(uses_left=1).count() == 1


def test_maintainers_revoke_an_open_invitation(client, grace, charlie, link):
    row = Invitation.objects.get()
    client.force_login(charlie)
    path = f"{INVITE}/{row.pk}/revoke"
    assert client.post(path).status_code == 404
    client.force_login(grace)
    assert (
        f"{INVITE}/{row.pk}/revoke"
        in client.get("/teams/visionlab/members").content.decode()
    )
    assert client.post(path)["Location"] == "/teams/visionlab/members"
    assert client.get(link).status_code == 404
    assert AuditEntry.objects.first().action == "revoke invitation"
    assert client.post(f"{INVITE}/{uuid4()}/revoke").status_code == 404


def test_a_team_revokes_its_own_invitations_alone(client, ada, link):
    client.force_login(ada)
    client.post("/teams", {"name": "Other", "slug": "other", "about": ""})
    row = Invitation.objects.get()
    answer = client.post(f"/teams/other/invitations/{row.pk}/revoke")
    assert answer.status_code == 404
    assert client.get(link).status_code == 200


def test_without_mail_an_address_gets_its_link_from_the_inviter(
    client, grace, charlie, settings
):
    settings.SENDS_MAIL = False
    client.force_login(grace)
    path = invite(client, email="Charlie@example.org", uses=9)
    assert path
    row = Invitation.objects.get()
    assert (row.email, row.uses_left) == ("charlie@example.org", 1)
    assert mail.outbox == []
    client.force_login(charlie)
    assert client.post(path).status_code == 302


@pytest.fixture
def mailing(settings):
    settings.SENDS_MAIL = True
    settings.BASE_URL = "https://vitrine.example"


def own(user, email):
    """The person has shown that this mailbox is theirs."""
    EmailAddress.objects.create(user=user, email=email, verified=True)


def test_with_mail_the_link_goes_to_the_address_alone(
    client, grace, charlie, ada, mailing, django_capture_on_commit_callbacks
):
    client.force_login(grace)
    with django_capture_on_commit_callbacks(execute=True):
        assert invite(client, email="new@example.org") == ""
    (sent,) = mail.outbox
    assert sent.to == ["new@example.org"]
    path = LINK.search(sent.body).group()
    client.force_login(charlie)
    refused = client.post(path)
    assert refused.status_code == 403
    assert "new@example.org" not in refused.content.decode()
    assert not charlie.memberships.exists()
    own(ada, "New@example.org")
    client.force_login(ada)
    assert client.post(path).status_code == 302
    assert ada.memberships.get().role == "member"


def test_an_address_that_is_somebodys_is_told_on_the_site(
    client, grace, charlie, mailing, django_capture_on_commit_callbacks
):
    own(charlie, "charlie@example.org")
    client.force_login(grace)
    with django_capture_on_commit_callbacks(execute=True):
        assert invite(client, email="charlie@example.org") == ""
    notice = Notice.objects.get(user=charlie)
    assert (notice.address, "grace invites you" in notice.text) == ("/teams", True)
    row = Invitation.objects.get()
    client.force_login(charlie)
    assert "Join Vision Lab" in client.get("/teams").content.decode()
    for wrong in ("", "x", str(uuid4())):
        answer = client.post("/teams/invitations", {"invitation": wrong})
        assert answer.status_code == 404
    answer = client.post("/teams/invitations", {"invitation": str(row.pk)})
    assert answer["Location"] == "/teams/visionlab"
    assert "Join Vision Lab" not in client.get("/teams").content.decode()


def test_an_unverified_address_opens_nothing(client, grace, charlie, mailing):
    EmailAddress.objects.create(user=charlie, email="c@example.org", verified=False)
    client.force_login(grace)
    invite(client, email="c@example.org")
    row = Invitation.objects.get()
    client.force_login(charlie)
    assert "Join Vision Lab" not in client.get("/teams").content.decode()
    answer = client.post("/teams/invitations", {"invitation": str(row.pk)})
    assert answer.status_code == 404


def test_only_staff_invite_into_the_catalog(carol, charlie):
    with pytest.raises(invitations.ValidationError, match="staff"):
        invitations.invite(actor=charlie)
    new = invitations.invite(actor=carol, uses=2)
    found = invitations.find_open(new.token)
    assert (found, found.team) == (new.row, None)
    assert invitations.accept(user=charlie, invitation=found) is None
    assert Invitation.objects.get().uses_left == 1
    carol.is_staff = False
    carol.save()
    assert invitations.find_open(new.token) is None


def test_staff_invite_people_on_a_page_of_theirs(client, carol, charlie):
    path = "/settings/invitations"
    client.force_login(charlie)
    assert client.get(path).status_code == 403
    assert client.post(path, {"uses": 1, "days": 7}).status_code == 403
    client.force_login(carol)
    assert client.post(path, {"uses": 0, "days": 7}).status_code == 400
    page = client.post(path, {"uses": 3, "days": 7})
    link = LINK.search(page.content.decode()).group()
    assert page["Cache-Control"] == "private, no-store"
    row = Invitation.objects.get()
    assert (row.team, row.uses_left) == (None, 3)
    assert not LINK.search(client.get(path).content.decode())
    client.logout()
    assert client.get(link).status_code == 200
    client.force_login(charlie)
    assert client.post(f"{path}/{row.pk}/revoke").status_code == 403
    client.force_login(carol)
    assert client.post(f"{path}/{row.pk}/revoke")["Location"] == path
    assert client.get(link).status_code == 404


def test_an_invitation_into_the_catalog_has_a_page(client, carol, charlie):
    new = invitations.invite(actor=carol)
    page = client.get(new.path).content.decode()
    assert "invites you to this catalog" in page
    client.force_login(charlie)
    assert client.post(new.path)["Location"] == "/"


def test_what_the_inviter_may_give_is_what_counts_when_it_is_taken(
    client, vision_lab, ada, charlie
):
    add_member(team=vision_lab, user=ada, role="owner")
    client.force_login(ada)
    path = invite(client, role="owner")
    Membership.objects.filter(user=ada).update(role="maintainer")
    client.force_login(charlie)
    assert client.post(path).status_code == 404

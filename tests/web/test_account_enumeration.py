"""Whether an address or a name has an account shows in no answer, and in no delay."""

from __future__ import annotations

import re
import statistics
import time

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as outbox
from django.test import Client

from accounts.models import User
from accounts.services import create_user

PASSWORD = "correct horse battery"
REAL_HASHER = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
TIMES = 5


@pytest.fixture
def known(ada) -> User:
    """Ada, whose address is verified."""
    ada.email = "ada@example.org"
    ada.save()
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    return ada


def answer_of(path, posted) -> tuple:
    """Return all of an answer, and of the page that it leads to, but random tokens."""
    client = Client()
    answer = client.post(path, posted)
    headers = {**answer.headers, "Expires": ""}
    headers["Content-Security-Policy"] = without_nonce(
        headers["Content-Security-Policy"]
    )
    parts = [answer.status_code, sorted(headers.items()), plain(answer)]
    if answer.status_code == 302:
        page = client.get(answer["Location"])
        parts += [page.status_code, plain(page)]
    return tuple(map(str, parts)), sorted(client.cookies)


def plain(answer) -> str:
    text = answer.content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    return without_nonce(re.sub(r'"x-csrftoken": "\w+"', "", text))


def without_nonce(text) -> str:
    return re.sub(r"""nonce(-|=")[\w+/=-]+""", "", text)


def shown(email, name="nora"):
    """The texts may differ by what the asker typed themselves, and by nothing else."""
    posted = {"username": name, "password1": PASSWORD, "email": email}
    answer, cookies = answer_of("/settings/sign-up", posted)
    return [part.replace(email, "ADDRESS").replace(name, "NAME") for part in answer], (
        cookies
    )


@pytest.mark.parametrize("mailing", [True, False])
def test_a_sign_up_with_a_known_address_answers_as_any(request, known, mailing):
    if mailing:
        request.getfixturevalue("sends_mail")
    assert shown("ada@example.org", "nora") == shown("new@example.org", "nils")
    sent = [message.to[0] for message in outbox.outbox]
    assert sent == (["ada@example.org", "new@example.org"] if mailing else [])


@pytest.mark.usefixtures("sends_mail")
def test_the_name_of_such_a_sign_up_tells_nothing_afterwards(client, known):
    shown("ada@example.org", "nora")
    shown("new@example.org", "nils")
    for name in ("nora", "nils"):
        assert "This name is taken" in shown("third@example.org", name)[0][2]
        assert client.get(f"/{name}").status_code == 404
    assert not User.objects.filter(username="nora").exists()


@pytest.mark.usefixtures("sends_mail")
def test_mail_of_both_kinds_has_one_subject(known):
    shown("ada@example.org", "nora")
    shown("new@example.org", "nils")
    for email in ("ada@example.org", "unknown@example.org"):
        answer_of("/settings/reset", {"email": email})
    subjects = [message.subject for message in outbox.outbox]
    assert subjects[0] == subjects[1]
    assert subjects[2] == subjects[3]


@pytest.mark.parametrize("mailing", [True, False])
def test_a_reset_of_an_unknown_address_answers_as_any(request, known, mailing):
    if mailing:
        request.getfixturevalue("sends_mail")
    answers = {
        email: answer_of("/settings/reset", {"email": email})
        for email in ("ada@example.org", "unknown@example.org")
    }
    assert answers["ada@example.org"] == answers["unknown@example.org"]


@pytest.mark.parametrize("login", ["ada", "ada@example.org"])
def test_a_wrong_password_and_an_unknown_name_answer_alike(known, login):
    unknown = login.replace("ada", "eva")
    answers = {}
    for each in (login, unknown):
        posted = {"login": each, "password": "wrong"}
        answer, cookies = answer_of("/settings/sign-in", posted)
        typed = f'value="{each}"'
        answers[each] = [part.replace(typed, "LOGIN") for part in answer], cookies
    assert answers[login] == answers[unknown]


def test_an_unknown_name_waits_as_a_known_one_does(client, known):
    for login in ("ada", "eva"):
        posted = {"login": login, "password": "wrong"}
        said = [client.post("/settings/sign-in", posted) for _time in range(11)]
        assert [answer.status_code for answer in said] == [200] * 10 + [429]


def test_a_closed_account_answers_as_an_unknown_one(known):
    known.is_active = False
    known.save()
    one = answer_of("/settings/sign-in", {"login": "ada", "password": "wrong"})
    other = answer_of("/settings/sign-in", {"login": "eva", "password": "wrong"})
    assert str(one).replace('value="ada"', 'value="eva"') == str(other)


def duration(path, posted) -> float:
    began = time.perf_counter()
    Client().post(path, posted)
    return time.perf_counter() - began


def is_alike(path, one, other) -> bool:
    """Tell whether the medians of both are within a third of each other."""
    pairs = [
        (duration(path, one(number)), duration(path, other(number)))
        for number in range(TIMES)
    ]
    first, second = (statistics.median(times) for times in zip(*pairs, strict=True))
    return 0.66 < first / second < 1.5


@pytest.fixture
def real_hasher(settings):
    settings.PASSWORD_HASHERS = REAL_HASHER


def test_a_wrong_password_takes_as_long_as_an_unknown_name(real_hasher, db):
    create_user(username="ada", password=PASSWORD)
    assert is_alike(
        "/settings/sign-in",
        lambda _n: {"login": "ada", "password": "wrong"},
        lambda _n: {"login": "eva", "password": "wrong"},
    )


@pytest.mark.usefixtures("sends_mail")
def test_a_known_address_takes_as_long_to_sign_up_as_a_new_one(real_hasher, known):
    assert is_alike(
        "/settings/sign-up",
        lambda n: {
            "username": f"a{n}",
            "password1": PASSWORD,
            "email": "ada@example.org",
        },
        lambda n: {
            "username": f"b{n}",
            "password1": PASSWORD,
            "email": f"b{n}@example.org",
        },
    )

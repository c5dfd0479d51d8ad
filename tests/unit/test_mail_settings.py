"""The mail server as a URL: read, refused, and really used."""

from __future__ import annotations

import socket
import threading

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection

from accounts import mail
from config.mail import mail_settings
from config.sign_in import domains_for, oidc_provider

FROM = "catalog@example.org"


@pytest.mark.parametrize(
    ("url", "port", "starts_tls", "is_tls"),
    [
        ("smtp://mail.example.org", 25, False, False),
        ("smtp+tls://mail.example.org", 587, True, False),
        ("smtps://mail.example.org", 465, False, True),
        ("smtp://mail.example.org:2525", 2525, False, False),
    ],
)
def test_each_scheme_has_its_port_and_its_kind_of_tls(url, port, starts_tls, is_tls):
    found = mail_settings(url, FROM)
    assert found["EMAIL_HOST"] == "mail.example.org"
    assert found["EMAIL_PORT"] == port
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (starts_tls, is_tls)
    assert found["DEFAULT_FROM_EMAIL"] == FROM


def test_a_password_may_hold_any_letter():
    found = mail_settings("smtp://ca%40t:p%40ss%2Fw%3A%25@mail.example.org", FROM)
    assert found["EMAIL_HOST_USER"] == "ca@t"
    assert found["EMAIL_HOST_PASSWORD"] == "p@ss/w:%"


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://u:hunter2@mail.example.org", FROM),
        ("smtp://", FROM),
        ("smtp://u:hunter2@:25", FROM),
        ("smtp://u:hunter2@mail.example.org:port", FROM),
        ("smtp://u:hunter2@mail.example.org:99999", FROM),
        ("smtp://u:hunter2@mail.example.org", ""),
    ],
)
def test_nonsense_is_refused_and_the_password_not_repeated(url, sender):
    with pytest.raises(ImproperlyConfigured) as refused:
        mail_settings(url, sender)
    assert "hunter2" not in str(refused.value)


def test_without_a_url_nothing_is_set():
    assert mail_settings("", "") == {}


def test_domains_need_mail_and_are_compared_in_lower_case():
    assert domains_for("domains", ["Example.ORG", "@b.org"], sends_mail=True) == [
        "example.org",
        "b.org",
    ]
    for domains, sends_mail in (([], True), (["example.org"], False)):
        with pytest.raises(ImproperlyConfigured):
            domains_for("domains", domains, sends_mail=sends_mail)


@pytest.mark.parametrize(
    "changes",
    [{"secret": ""}, {"issuer": ""}, {"issuer": "http://login.example.org"}],
)
def test_half_a_provider_or_one_in_clear_is_refused(changes):
    whole = {"issuer": "https://login.example.org", "client_id": "a", "secret": "b"}
    assert oidc_provider(**whole, name="Login")[0]["provider_id"] == "oidc"
    with pytest.raises(ImproperlyConfigured):
        oidc_provider(**{**whole, **changes}, name="Login")


class Mailbox(threading.Thread):
    """A mail server for one mail (RFC 5321, as little as is needed)."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lines: list[str] = []

    def run(self) -> None:
        with self.listener:
            connection, _address = self.listener.accept()
        with connection, connection.makefile("rwb") as stream:
            self._say(stream, "220 here")
            in_mail = False
            for line in stream:
                text = line.decode().strip()
                self.lines.append(text)
                if in_mail and text != ".":
                    continue
                in_mail = text.upper() == "DATA"
                self._say(stream, "354 go on" if in_mail else "250 done")

    @staticmethod
    def _say(stream, text) -> None:
        stream.write(text.encode() + b"\r\n")
        stream.flush()


def test_a_mail_reaches_the_server_that_the_url_names(settings):
    mailbox = Mailbox()
    mailbox.start()
    for name, value in mail_settings(f"smtp://127.0.0.1:{mailbox.port}", FROM).items():
        setattr(settings, name, value)
    settings.SENDS_MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert get_connection().timeout == 10
    assert mail.send(to="ada@example.org", subject="Hello", text="A word.")
    mailbox.join(timeout=10)
    assert f"mail FROM:<{FROM}>" in "\n".join(mailbox.lines)
    assert "rcpt TO:<ada@example.org>" in mailbox.lines
    assert "A word." in mailbox.lines


def test_a_link_in_a_mail_leads_to_the_site_whatever_is_set(settings):
    settings.BASE_URL, settings.SERVED_AT = "", "http://127.0.0.1:8000"
    assert mail.link_to("/teams") == "http://127.0.0.1:8000/teams"
    settings.BASE_URL = "https://models.example.org"
    assert mail.link_to("/teams") == "https://models.example.org/teams"

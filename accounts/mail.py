"""Mail that the product sends by itself; nothing is sent where no server is named."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import send_mail

if TYPE_CHECKING:
    from accounts.models import Notice

logger = logging.getLogger(__name__)


def is_sent() -> bool:
    """Tell whether the operator named a mail server."""
    return bool(settings.SENDS_MAIL)


def send_notice(notice: Notice) -> None:
    """Mail a notice to its person, if there is an address; never raises."""
    if notice.user.email:
        send(to=notice.user.email, subject=notice.text, text=_body(notice))


def send(*, to: str, subject: str, text: str) -> bool:
    """Send one mail and tell whether it went out; a failing server is logged."""
    if not is_sent():
        return False
    subject = " ".join(subject.split())[:150]
    try:
        send_mail(subject, text, None, [to])
    except (OSError, SMTPException):
        # The text may hold a link that is a secret: only the fact is logged.
        logger.exception("a mail could not be sent")
        return False
    return True


def link_to(path: str) -> str:
    """Return one of our paths as it stands in a mail, with the site before it."""
    return f"{settings.BASE_URL or settings.SERVED_AT}{path}"


def _body(notice: Notice) -> str:
    where = link_to(notice.address) if notice.address else ""
    return f"{notice.text}\n\n{where}\n".strip() + "\n"

"""Logs and error reports without keys, whatever brought one there."""

from __future__ import annotations

import logging

from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter

from accounts.key_text import masked


class KeylessFormatter(logging.Formatter):
    """A log line and its traceback, with every key masked."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


class KeylessReporter(ExceptionReporter):
    """A report of an error, with every key masked: of variables, request and text.

    Django's own filter hides the Authorization header already.
    """

    def get_traceback_html(self) -> SafeString:
        return SafeString(masked(super().get_traceback_html()))

    def get_traceback_text(self) -> SafeString:
        return SafeString(masked(super().get_traceback_text()))

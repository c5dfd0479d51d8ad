"""No key comes into a log or an error report, on whatever way."""

from __future__ import annotations

import logging
import sys

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.utils.module_loading import import_string
from django.views.debug import get_exception_reporter_class

from accounts import key_text
from accounts.reporting import KeylessFormatter, KeylessReporter


@pytest.fixture
def secret():
    return key_text.new_secret()


def failing(header):
    told = {"header": header}
    raise RuntimeError(f"cannot read {told}")


def caught(header):
    try:
        failing(header)
    except RuntimeError:
        return sys.exc_info()
    raise AssertionError


@pytest.mark.parametrize("debug", [False, True])
def test_an_error_report_shows_neither_header_nor_key(secret, settings, debug):
    settings.DEBUG = debug
    request = RequestFactory().post(
        f"/search?key={secret}",
        {"text": f"my key is {secret}"},
        HTTP_AUTHORIZATION=f"Bearer {secret}",
        HTTP_X_OTHER=secret,
        HTTP_COOKIE=f"key={secret}",
    )
    kind = get_exception_reporter_class(request)
    assert kind is KeylessReporter
    reporter = kind(request, *caught(f"Bearer {secret}"))
    for report in (reporter.get_traceback_html(), reporter.get_traceback_text()):
        assert "cannot read" in report
        for start in range(4, len(secret) - 12):
            assert secret[start : start + 12] not in report
        assert key_text.MASK in report


def test_a_log_line_and_its_traceback_show_no_key(secret):
    told = settings.LOGGING["formatters"]["plain"]
    assert import_string(told["()"]) is KeylessFormatter
    formatter = KeylessFormatter(told["format"], style="{")
    record = logging.LogRecord(
        "x", logging.ERROR, "f.py", 1, "%s failed", (secret,), caught(secret)
    )
    line = formatter.format(record)
    assert secret[12:] not in line
    assert line.count(key_text.MASK) >= 2


def test_masking_leaves_other_words_and_shown_prefixes(secret):
    shown = f"{secret[:12]}… (laptop)"
    assert key_text.masked(shown) == shown
    assert key_text.masked("vtr_... and VTR_x") == "vtr_... and VTR_x"
    assert key_text.masked(f"a{secret}b {secret[:30]}") == "avtr_… vtr_…"

"""The product's settings with the handful of overrides that tests need."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

TEST_HOME = Path(tempfile.mkdtemp(prefix="vitrine-test-"))
os.environ["VITRINE_HOME"] = str(TEST_HOME)
os.environ.setdefault("VITRINE_SECRET_KEY", "only-for-tests")

from config.databases import database  # noqa: E402 - after the home
from config.settings import *  # noqa: E402, F403 - settings are a star module

if url := os.environ.get("VITRINE_TEST_DATABASE_URL"):
    # Of `make test-postgres`: the suite's own throw-away server.
    DATABASES = {"default": database(url, statement_seconds=5)}
else:
    DATABASES = {
        "default": {
            **DATABASES["default"],
            "NAME": str(TEST_HOME / "db.sqlite3"),
            "TEST": {"NAME": str(TEST_HOME / "test.sqlite3")},
        }
    }
# Hundreds of tests ask from one address; those of limits set their own.
VITRINE_RATE_KEY = VITRINE_RATE_PERSON = VITRINE_RATE_ADDRESS = 1_000_000
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,  # noqa: F405 - from the star import
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = TEST_HOME / "static"
STATIC_ROOT.mkdir()

# Playwright leaves its event loop in the thread of a browser test; Django would take
# every later question to the database in that process for one asked by a coroutine.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

"""The product's settings with the handful of overrides that tests need."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

TEST_HOME = Path(tempfile.mkdtemp(prefix="vitrine-test-"))
os.environ["VITRINE_HOME"] = str(TEST_HOME)
os.environ.setdefault("VITRINE_SECRET_KEY", "only-for-tests")

from config.settings import *  # noqa: E402, F403 - settings are a star module

DATABASES = {
    "default": {
        **DATABASES["default"],  # noqa: F405 - from the star import
        "NAME": str(TEST_HOME / "db.sqlite3"),
        "TEST": {"NAME": str(TEST_HOME / "test.sqlite3")},
    }
}
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

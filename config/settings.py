"""Settings, read top to bottom; what differs between places is the environment."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from catalog.search.choice import choose
from config.api import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401 - settings of their apps
from config.databases import cache, database
from config.env import (
    env_bool,
    env_choice,
    env_int,
    env_list,
    env_secret,
    env_str,
    env_url,
)
from config.jobs import *  # noqa: F403 - settings of what outlives a request
from config.mail import mail_settings
from config.sign_in import allauth_settings, domains_for, oidc_provider
from config.storage import data_storage

# --- Paths ---------------------------------------------------------------------
BASE_DIR = Path(__file__).resolve().parent.parent
VITRINE_HOME = Path(env_str("VITRINE_HOME", str(BASE_DIR / "var"))).resolve()
SAMPLES_DIR = BASE_DIR / "samples"
GUIDE_DIR = BASE_DIR / "docs" / "guide"
PICTURES_DIR = BASE_DIR / "docs" / "pictures"

# --- Core ----------------------------------------------------------------------
DEBUG = env_bool("VITRINE_DEBUG", default=False)
SECRET_KEY = env_secret("VITRINE_SECRET_KEY", VITRINE_HOME / "secret_key")
HOST = env_str("HOST", "127.0.0.1")
PORT = env_int("PORT", 8000, low=1, high=65535)
ON_LOOPBACK = HOST in {"127.0.0.1", "::1", "localhost"}
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
BASE_URL = env_str("VITRINE_BASE_URL").rstrip("/")
#: where mail leads to without a VITRINE_BASE_URL: no request says it there
SERVED_AT = f"http://[{HOST}]:{PORT}" if ":" in HOST else f"http://{HOST}:{PORT}"
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False

INSTALLED_APPS = [
    "accounts.apps.AccountsConfig",
    "catalog.apps.CatalogConfig",
    "accounts.apps.AdministrationConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "csp",
]

MIDDLEWARE = [
    "catalog.web.headers.ResponseHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "catalog.web.middleware.ActingMiddleware",
    "catalog.web.middleware.RequestLimitsMiddleware",
    "accounts.sessions.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "catalog.api.middleware.ApiLimitsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.person",
                "catalog.web.context.site",
            ],
        },
    },
]

# --- Data ----------------------------------------------------------------------
DATABASES = {
    "default": database(
        env_str("DATABASE_URL", f"sqlite:///{VITRINE_HOME / 'db.sqlite3'}"),
        # config/wsgi.py sets it for the web; an import or a migration takes its time.
        statement_seconds=env_int("VITRINE_STATEMENT_SECONDS", 0, high=3600),
    )
}

# --- Auth ----------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
SESSION_ENGINE = "accounts.sessions"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# --- Mail, sign-up and sign-in -------------------------------------------------
EMAIL_URL = env_str("VITRINE_EMAIL_URL")
SENDS_MAIL = bool(EMAIL_URL)
globals().update(mail_settings(EMAIL_URL, env_str("VITRINE_EMAIL_FROM")))
VITRINE_SIGN_UP = env_choice(
    "VITRINE_SIGN_UP", "open", allowed={"open", "invitation", "closed", "domains"}
)
VITRINE_SIGN_UP_DOMAINS = domains_for(
    VITRINE_SIGN_UP, env_list("VITRINE_SIGN_UP_DOMAINS"), sends_mail=SENDS_MAIL
)
VITRINE_REQUIRE_TOTP_FOR_STAFF = env_bool(
    "VITRINE_REQUIRE_TOTP_FOR_STAFF", default=False
)
OIDC = oidc_provider(
    issuer=env_str("VITRINE_OIDC_ISSUER"),
    client_id=env_str("VITRINE_OIDC_CLIENT_ID"),
    secret=env_str("VITRINE_OIDC_CLIENT_SECRET"),
    name=env_str("VITRINE_OIDC_NAME", "single sign-on"),
)
if OIDC:
    INSTALLED_APPS += [
        "allauth.socialaccount",
        "allauth.socialaccount.providers.openid_connect",
    ]
globals().update(allauth_settings(sends_mail=SENDS_MAIL, providers=OIDC))

# --- Language, time, static files ----------------------------------------------
LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static", ("pictures", PICTURES_DIR)]
STATIC_ROOT = VITRINE_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static.BundledStaticFilesStorage"},
    "data": data_storage(
        env_url("VITRINE_DATA_STORAGE", schemes={"s3"}), directory=VITRINE_HOME / "data"
    ),
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# --- Our backends --------------------------------------------------------------
BUNDLES_DIR = VITRINE_HOME / "bundles"
#: uploads on their way into the storage "data"; beside it, so that a rename moves them
INCOMING_DIR = VITRINE_HOME / "data" / "incoming"
SEARCH_BACKENDS = {
    "tantivy": {
        "BACKEND": "catalog.search.backends.tantivy.TantivyBackend",
        "OPTIONS": {"path": VITRINE_HOME / "search" / "tantivy"},
    },
    "whoosh": {
        "BACKEND": "catalog.search.backends.whoosh.WhooshBackend",
        "OPTIONS": {"path": VITRINE_HOME / "search" / "whoosh"},
    },
}
VITRINE_SEARCH = choose(env_str("VITRINE_SEARCH", "auto"))

EXECUTION_BACKENDS = {
    "local": {
        "BACKEND": "catalog.execution.backends.local.LocalBackend",
        "OPTIONS": {
            "socket": VITRINE_HOME / "run" / "executor.sock",
            "autostart": env_bool("VITRINE_EXECUTOR_AUTOSTART", default=True),
        },
    },
}
EXECUTION_CHOICES = set(EXECUTION_BACKENDS)
VITRINE_EXECUTION = env_choice("VITRINE_EXECUTION", "local", allowed=EXECUTION_CHOICES)

# --- Limits --------------------------------------------------------------------
CALL_BODY_BYTES = 10 * 1024 * 1024
CALL_RESULT_BYTES = 10 * 1024 * 1024
CALL_TIMEOUT_SECONDS = 300
CALL_TIMEOUT_MAX_SECONDS = 3000
QUERY_CHARACTERS = 1000
DATA_FILE_BYTES = 400 * 1024 * 1024
DATA_QUOTA_BYTES = env_int("VITRINE_DATA_QUOTA_MB", 10_240, low=1) * 1024 * 1024
VISITORS_DATA_BYTES = env_int("VITRINE_VISITORS_DATA_MB", 256) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = CALL_BODY_BYTES
# A run on the page sends its photo as a form file; it stays in memory.
FILE_UPLOAD_MAX_MEMORY_SIZE = CALL_BODY_BYTES
VITRINE_ANONYMOUS_RUNS = env_bool("VITRINE_ANONYMOUS_RUNS", default=ON_LOOPBACK)
VITRINE_RUNS_PER_HOUR = env_int("VITRINE_RUNS_PER_HOUR", 1000, low=1)
# Batches: inputs in one, run at once by one, of one caller at once in a process.
VITRINE_BATCH_ITEMS = env_int("VITRINE_BATCH_ITEMS", 10_000, low=1)
VITRINE_BATCH_PARALLEL = env_int("VITRINE_BATCH_PARALLEL", 4, low=1, high=64)
VITRINE_BATCHES = env_int("VITRINE_BATCHES", 2, low=1, high=16)
RUN_RECORD_DAYS = env_int("VITRINE_RUN_RECORD_DAYS", 30, low=1)
VITRINE_ACCESS_COOL_DOWN_DAYS = env_int("VITRINE_ACCESS_COOL_DOWN_DAYS", 7, high=365)
# Several web processes share their counts and their cache in Redis.
VITRINE_WEB_WORKERS = env_int("VITRINE_WEB_WORKERS", 1, low=1, high=64)
REDIS_URL = env_url("REDIS_URL", schemes={"redis", "rediss", "unix"})
CACHES = {"default": cache(REDIS_URL)}
# Requests a minute to /api and /v1, calls of a key in 24 hours.
VITRINE_RATE_KEY = env_int("VITRINE_RATE_KEY", 600, low=1)
VITRINE_RATE_PERSON = env_int("VITRINE_RATE_PERSON", 600, low=1)
VITRINE_RATE_ADDRESS = env_int("VITRINE_RATE_ADDRESS", 300, low=1)
VITRINE_CALLS_PER_DAY = env_int("VITRINE_CALLS_PER_DAY", 100_000, low=1)

# --- Security ------------------------------------------------------------------
SECURE = env_bool("VITRINE_HTTPS", default=not ON_LOOPBACK)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
HSTS = f"max-age={SECURE_HSTS_SECONDS}; includeSubDomains; preload" if SECURE else ""
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
CSRF_FAILURE_VIEW = "catalog.web.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
BEHIND_PROXY = env_bool("VITRINE_BEHIND_PROXY", default=False)
#: how many entries of X-Forwarded-For are our own proxies' word
TRUSTED_PROXIES = env_int("VITRINE_TRUSTED_PROXIES", int(BEHIND_PROXY), high=10)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# TLS ends at a proxy: without one that says so, a redirect would go in circles.
SECURE_SSL_REDIRECT = SECURE and BEHIND_PROXY
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
WHITENOISE_ALLOW_ALL_ORIGINS = False
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        # 'self', not 'strict-dynamic': Django 5.2's admin has no nonces.
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        # data: shows the picture that an algorithm just answered with.
        "img-src": [SELF, "data:"],
        "media-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    },
}
_UNUSED = ("camera", "geolocation", "microphone", "payment", "usb")
#: on every answer, wherever it comes from; pages bring a policy of their own
RESPONSE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": SECURE_CROSS_ORIGIN_OPENER_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _UNUSED),
    "Referrer-Policy": SECURE_REFERRER_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": X_FRAME_OPTIONS,
}
#: /v1 is answered in front of all middleware; what an algorithm gave may be any bytes
WIRE_HEADERS = {
    **RESPONSE_HEADERS,
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    **({"Strict-Transport-Security": HSTS} if SECURE_SSL_REDIRECT else {}),
}

# --- Logging -------------------------------------------------------------------
DEFAULT_EXCEPTION_REPORTER = "accounts.reporting.KeylessReporter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "accounts.reporting.KeylessFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        # What a caller got wrong is in the answer; the log is for what we got wrong.
        "django.request": {"level": "ERROR"},
        # One line for each task, and two for each look at an empty queue.
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
        "django.security": {"level": "CRITICAL"},
        # Behind a proxy a refused form may be the operator's to mend.
        "django.security.csrf": {"level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": env_str("VITRINE_LOG_LEVEL", "INFO")},
}

"""Where the bytes of the data store are: a directory, or a bucket of S3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from pathlib import Path

#: parameters of s3:// and the options of django-storages that they set
_PARAMETERS = {"endpoint": "endpoint_url", "region": "region_name"}


def data_storage(url: str, *, directory: Path) -> dict[str, Any]:
    """Return the entry of STORAGES for `url`.

    `s3://bucket/prefix?endpoint=http://host:port&region=name` is a bucket; without a
    URL the files are below `directory`. Keys for a bucket come from the environment or
    the machine as Amazon's tools look for them (AWS_ACCESS_KEY_ID, ...).
    """
    if not url:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {
                "location": directory,
                "allow_overwrite": True,
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }
    parts = urlsplit(url)
    if not parts.hostname or parts.username or parts.password or parts.fragment:
        # The value stays out of the message: it may hold a password.
        raise ImproperlyConfigured(
            "VITRINE_DATA_STORAGE: write s3://bucket/prefix?endpoint=...&region=..., "
            "and keys into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    options: dict[str, Any] = {
        "bucket_name": parts.netloc,
        "location": parts.path.strip("/"),
    }
    for name, values in parse_qs(parts.query, keep_blank_values=True).items():
        if name not in _PARAMETERS or not values[-1]:
            known = ", ".join(sorted(_PARAMETERS))
            raise ImproperlyConfigured(
                f"VITRINE_DATA_STORAGE: {name!r} is none of {known}, or is empty"
            )
        options[_PARAMETERS[name]] = values[-1]
    return {"BACKEND": "catalog.content.buckets.BucketStorage", "OPTIONS": options}

"""What the data store refuses besides what every service does."""

from __future__ import annotations

from catalog.services.errors import PayloadTooLarge, ServiceError


class DirectoryExists(ServiceError):
    """There is a directory of this name already."""

    code = "name_exists"
    status = 409


class NotEmpty(ServiceError):
    """A directory has files, and nobody said that they may go as well."""

    code = "not_empty"
    status = 409


class QuotaFull(PayloadTooLarge):
    """The owner's data takes as much as it may."""

    code = "data_quota_exhausted"


class StoreUnavailable(ServiceError):
    """The bytes are where they cannot be reached now, or were thrown away meanwhile."""

    code = "store_unavailable"
    status = 503

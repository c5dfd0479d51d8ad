"""The data store: directories and files of owners, and the bytes behind them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.models import Owner

LONGEST_NAME = 255


class Blob(models.Model):
    """Bytes that are kept once, whoever has them, under their SHA-256.

    `key` is where they are in the storage; it is never used twice, so that what is
    thrown away and what comes anew cannot meet. `touched_at` is when somebody last
    meant to refer to them. With `doomed_at` they are being thrown away.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    key = models.CharField(max_length=100, unique=True)
    touched_at = models.DateTimeField(default=timezone.now)
    doomed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "digest",
                condition=models.Q(doomed_at__isnull=True),
                name="blob_once_a_digest",
            )
        ]
        indexes = [models.Index("touched_at", name="blob_touched")]

    def __str__(self) -> str:
        return f"{self.digest} ({self.size} bytes)"


class DataDirectory(models.Model):
    """A collection of files in an owner's namespace; directories do not nest.

    `read` says who besides the owner reads it: nobody, algorithms of this owner
    whoever calls them, or everybody. Names that begin with a dot are directories of
    algorithms: `.algo/owner/name/perm`, `.algo/owner/name/temp`, `.session/run`.
    """

    class Read(models.TextChoices):
        PRIVATE = "private"
        MY_ALGOS = "my_algos"
        PUBLIC = "public"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        Owner, models.CASCADE, related_name="data_directories", db_index=False
    )
    name = models.CharField(max_length=LONGEST_NAME)
    read = models.CharField(max_length=8, choices=Read, default=Read.MY_ALGOS)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "data directories"
        constraints = [
            models.UniqueConstraint("owner", "name", name="data_directory_once"),
            models.CheckConstraint(
                condition=models.Q(read__in=["private", "my_algos", "public"]),
                name="data_directory_read_known",
            ),
        ]
        indexes = [
            models.Index(
                "owner",
                name="data_directory_public",
                condition=models.Q(read="public"),
            )
        ]

    def __str__(self) -> str:
        return f"data://{self.owner}/{self.name}"


class DataFile(models.Model):
    """A named file of a directory; `content_type` is what was sent with it, or ""."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    directory = models.ForeignKey(
        DataDirectory, models.CASCADE, related_name="files", db_index=False
    )
    name = models.CharField(max_length=LONGEST_NAME)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="files")
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    modified_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("directory", "name", name="data_file_once")
        ]

    def __str__(self) -> str:
        return f"{self.directory}/{self.name}"

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes, in hexadecimal digits."""
        return self.blob.digest


class DataUsage(models.Model):
    """How many bytes of the quota an owner's data takes."""

    owner = models.OneToOneField(
        Owner, models.CASCADE, primary_key=True, related_name="data_usage"
    )
    used = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "data usage"

    def __str__(self) -> str:
        return f"{self.owner} uses {self.used} bytes"

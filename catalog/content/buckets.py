"""Bytes in a bucket of S3: django-storages, with one client and streamed reads."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError
from storages.backends.s3 import S3Storage  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Generator

MEGABYTE = 1024 * 1024
CHUNK = 256 * 1024
_MISSING = {"NoSuchKey", "404"}


class BucketStorage(S3Storage):  # type: ignore[misc]
    """A bucket whose objects are written once and read as a stream.

    Its one connection serves all threads: each of its own would be 10 MB and half a
    second. What is made from it for a single question is the thread's own.
    """

    def __init__(self, **options: Any) -> None:
        self._one_at_a_time = threading.Lock()
        self._connected: Any = None
        options.setdefault("default_acl", None)
        options.setdefault("file_overwrite", True)
        # 10 threads with 8 MB each, as the default has it, are too much for a web
        # process with several uploads.
        options.setdefault(
            "transfer_config",
            TransferConfig(
                multipart_threshold=8 * MEGABYTE,
                multipart_chunksize=8 * MEGABYTE,
                use_threads=False,
            ),
        )
        options.setdefault(
            "client_config",
            Config(
                s3={"addressing_style": "auto"},
                connect_timeout=5,
                read_timeout=30,
                retries={"max_attempts": 3, "mode": "standard"},
                max_pool_connections=64,
            ),
        )
        super().__init__(**options)

    @property
    def connection(self) -> Any:
        with self._one_at_a_time:
            if self._connected is None:
                self._connected = super().connection
            return self._connected

    def stream(self, name: str, start: int, length: int) -> Generator[bytes]:
        """Yield `length` bytes of an object from byte `start`.

        The object is asked for at once: raises FileNotFoundError where it is not.
        """
        if not length:
            return _parts_of(None)
        key = self._normalize_name(name)
        try:
            found = self.connection.meta.client.get_object(
                Bucket=self.bucket_name,
                Key=key,
                Range=f"bytes={start}-{start + length - 1}",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                raise FileNotFoundError(name) from None
            raise
        return _parts_of(found["Body"])


def _parts_of(body: Any) -> Generator[bytes]:
    if body is None:
        return
    try:
        yield from body.iter_chunks(CHUNK)
    finally:
        body.close()

"""A file of the data store as an algorithm uses it."""

from __future__ import annotations

import importlib
import io
import json
from typing import IO, TYPE_CHECKING, Any

from .asks import PART_BYTES, RefusedError
from .client_errors import DataApiError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from .asks import WayBack


class DataFile:
    """Reads and writes whole files; they travel in parts of a megabyte."""

    def __init__(self, way_back: WayBack, path: str) -> None:
        self._way_back = way_back
        self._opened: IO[str] | None = None
        self.path = path
        self.url = f"/v1/data/{path}"
        self.last_modified: datetime | None = None
        self.size: int | None = None

    def is_file(self) -> bool:
        return True

    def is_dir(self) -> bool:
        return False

    def set_attributes(self, attributes: dict[str, Any]) -> None:
        """Take size and time of an entry of a listing."""
        from datetime import datetime  # noqa: PLC0415 - few sources list files

        form = "%Y-%m-%dT%H:%M:%S.%fZ"
        self.last_modified = datetime.strptime(attributes["last_modified"], form)  # noqa: DTZ007 - as the published client gives it
        self.size = attributes["size"]

    def getName(self) -> str:  # noqa: N802 - its name
        return self.path.rstrip("/").rpartition("/")[2]

    def exists(self) -> bool:
        return self.existsWithError()[0]

    def existsWithError(self) -> tuple[bool, str]:  # noqa: N802 - its name
        """Tell whether it can be read, and if not, why."""
        try:
            self._way_back.ask("file.stat", path=self.path)
        except RefusedError as error:
            if error.error_type != "EntityNotFoundError":
                raise DataApiError(str(error), error.error_type) from None
            return False, str(error)
        return True, ""

    def getBytes(self) -> bytes:  # noqa: N802 - its name
        return b"".join(self._parts())

    def getString(self) -> str:  # noqa: N802 - its name
        return self.getBytes().decode()

    def getJson(self) -> Any:  # noqa: N802 - its name
        return json.loads(self.getBytes())

    def getNumpy(self) -> Any:  # noqa: N802 - its name
        return importlib.import_module("numpy").array(self.getJson())

    def getFile(self, as_path: bool = False) -> Any:  # noqa: FBT001, FBT002, N802 - its name
        """Return it as an open temporary text file, or the path of one.

        The file goes when it is closed, the path when the call ends.
        """
        import tempfile  # noqa: PLC0415 - few sources need it

        with tempfile.NamedTemporaryFile(delete=False) as file:
            self._way_back.leftovers.append(file.name)
            for part in self._parts():
                file.write(part)
        return file.name if as_path else open(file.name)  # noqa: PTH123 - in the encoding that `open` takes there

    def getUrl(self, expires_in: int | None = None) -> str:  # noqa: N802 - as its neighbours
        """Return an address that anybody may read it at, for `expires_in` seconds.

        The published client has no such function.
        """
        answer, _ = self._asked("file.link", seconds=expires_in)
        return str(answer["url"])

    def getUri(self) -> str:  # noqa: N802 - as its neighbours
        """Return the data:// address by which its caller finds it, once it is there.

        `.algo/perm/a` is `data://.algo/owner/name/perm/a` outside of the algorithm. The
        published client has no such function.
        """
        answer, _ = self._asked("file.stat")
        return str(answer["uri"])

    def put(self, data: str | bytes) -> DataFile:
        if isinstance(data, str):
            data = data.encode()
        if not isinstance(data, bytes):
            raise TypeError("Must put strings or binary data. Use putJson instead")
        return self._written(io.BytesIO(data))

    def putJson(self, data: Any) -> DataFile:  # noqa: N802 - its name
        return self.put(json.dumps(data))

    def putNumpy(self, array: Any) -> DataFile:  # noqa: N802 - its name
        return self.putJson(array.tolist())

    def putFile(self, path: str) -> DataFile:  # noqa: N802 - its name
        with open(path, "rb") as file:  # noqa: PTH123 - a path of any kind
            return self._written(file)

    def delete(self) -> bool:
        self._asked("file.delete")
        return True

    # It can be read like a file, once it is there (`AdvancedDataFile` there).

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def read(self, size: int | None = None) -> str:
        return self._local().read(-1 if size is None else size)

    def readline(self, size: int | None = None) -> str:
        return self._local().readline(-1 if size is None else size)

    def readlines(self, hint: int | None = None) -> list[str]:
        return self._local().readlines(-1 if hint is None else hint)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._local().seek(offset, whence)

    def tell(self) -> int:
        return self._local().tell()

    def _local(self) -> IO[str]:
        if self._opened is None:
            self._opened = io.StringIO(self.getString())
        return self._opened

    def _parts(self) -> Iterator[bytes]:
        offset = 0
        while True:
            try:
                answer, part = self._way_back.ask(
                    "file.read", path=self.path, offset=offset
                )
            except RefusedError as error:
                message = f"unable to get file {self.path} - {error}"
                raise DataApiError(message, error.error_type) from None
            yield part
            offset += len(part)
            if offset >= answer["size"] or not part:
                return

    def _written(self, source: IO[bytes]) -> DataFile:
        """Send it part by part; nothing is stored before the last one is there."""
        offset, part = 0, source.read(PART_BYTES)
        while True:
            following = source.read(PART_BYTES)
            self._asked("file.write", part, offset=offset, last=not following)
            if not following:
                return self
            offset, part = offset + len(part), following

    def _asked(self, kind: str, body: bytes = b"", **fields: Any) -> tuple[Any, bytes]:
        try:
            return self._way_back.ask(kind, body, path=self.path, **fields)
        except RefusedError as error:
            raise DataApiError(str(error), error.error_type) from None

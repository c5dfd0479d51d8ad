"""`Algorithmia.client()` inside an algorithm: the published client's data half.

Names, answers and errors are those of algorithmia 2.0.5 (its datafile.py and
datadirectory.py); what it sends by HTTP goes the call's own way back here.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NoReturn

from .asks import RefusedError
from .client_errors import Acl, AlgorithmError, DataApiError
from .data_file import DataFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .asks import WayBack

_PREFIX = re.compile(r"^data://|^/")


class Client:
    """Acts as whoever calls the algorithm; needs no key and no address."""

    def __init__(self, way_back: WayBack) -> None:
        self.way_back = way_back

    def file(self, dataUrl: str, cleanup: bool = True) -> DataFile:  # noqa: ARG002, FBT001, FBT002, N803 - its names
        return DataFile(self.way_back, _path_of(dataUrl))

    def dir(self, dataUrl: str) -> DataDirectory:  # noqa: N803 - its name
        return DataDirectory(self.way_back, _path_of(dataUrl))

    def username(self) -> str:
        """Return the name of whoever calls."""
        return next(self.dir("").list()).path

    def algo(self, algoRef: str) -> Algorithm:  # noqa: N803 - its name
        return Algorithm(algoRef)


class Algorithm:
    """A reference to another algorithm; calls between algorithms are not built yet."""

    def __init__(self, reference: str) -> None:
        self.path = reference

    def set_options(self, *_arguments: object, **_options: object) -> Algorithm:
        return self

    def pipe(self, _input: object) -> NoReturn:
        raise AlgorithmError(
            "Calls to other algorithms are not available inside an algorithm yet",
            "UnsupportedError",
        )


class DataDirectory:
    """A directory of the data store."""

    def __init__(self, way_back: WayBack, path: str) -> None:
        self._way_back = way_back
        self.path = path
        self.url = f"/v1/data/{path}"

    def is_file(self) -> bool:
        return False

    def is_dir(self) -> bool:
        return True

    def set_attributes(self, response_json: object) -> None:
        """Do nothing: a listing says nothing more of a directory."""

    def getName(self) -> str:  # noqa: N802 - its name
        return self.path.rstrip("/").rpartition("/")[2]

    def exists(self) -> bool:
        try:
            self._page("", acl=False)
        except DataApiError as error:
            if error.error_type != "EntityNotFoundError":
                raise
            return False
        return True

    def create(self, acl: Acl | None = None) -> None:
        """Create it in its parent, which must exist; the default is `my_algos`."""
        read = None if acl is None else acl.to_api_param()["read"]
        try:
            self._way_back.ask("dir.create", path=self.path, read=read)
        except RefusedError as error:
            raise _error("Directory creation failed: ", error) from None

    def delete(self, force: bool = False) -> bool:  # noqa: FBT001, FBT002 - as there
        try:
            self._way_back.ask("dir.delete", path=self.path, force=bool(force))
        except RefusedError as error:
            raise _error("", error) from None
        return True

    def file(self, name: str, cleanup: bool = True) -> DataFile:  # noqa: ARG002, FBT001, FBT002 - as there
        return DataFile(self._way_back, _joined(self.path, name))

    def dir(self, name: str) -> DataDirectory:
        return DataDirectory(self._way_back, _joined(self.path, name))

    def files(self) -> Iterator[DataFile]:
        for each in self.list():
            if isinstance(each, DataFile):
                yield each

    def dirs(self) -> Iterator[DataDirectory]:
        for each in self.list():
            if isinstance(each, DataDirectory):
                yield each

    def list(self) -> Iterator[DataDirectory | DataFile]:
        """Give directories, then files, of one page after the other."""
        marker = ""
        while True:
            page = self._page(marker, acl=False)
            for folder in page.get("folders", ()):
                yield self.dir(folder["name"])
            for found in page.get("files", ()):
                each = self.file(found["filename"])
                each.set_attributes(found)
                yield each
            marker = page.get("marker") or ""
            if not marker:
                return

    def get_permissions(self) -> Acl | None:
        """Return the access list, None for a place that has none."""
        read = self._page("", acl=True).get("acl")
        return None if read is None else Acl.from_acl_response(read)

    def update_permissions(self, acl: Acl) -> bool:
        read = acl.to_api_param()["read"]
        try:
            self._way_back.ask("dir.update", path=self.path, read=read)
        except RefusedError as error:
            raise _error("Unable to update permissions: ", error) from None
        return True

    def _page(self, marker: str, *, acl: bool) -> Any:
        try:
            _, page = self._way_back.ask(
                "dir.list", path=self.path, marker=marker, acl=acl
            )
        except RefusedError as error:
            raise _error("Directory iteration failed: ", error) from None
        return json.loads(page)


def _error(before: str, refused: RefusedError) -> DataApiError:
    return DataApiError(f"{before}{refused}", refused.error_type)


def _path_of(address: str) -> str:
    if not isinstance(address, str):
        raise TypeError(f"an address such as data://.my/a.txt is text, not {address!r}")
    if address.startswith("file://"):
        raise AlgorithmError(
            "file:// names a file of the algorithm's own folder: use open()",
            "UnsupportedError",
        )
    return _PREFIX.sub("", address)


def _joined(parent: str, name: str) -> str:
    return (
        f"{parent}{name}" if parent.endswith("/") or not parent else f"{parent}/{name}"
    )

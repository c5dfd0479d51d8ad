"""Uploaded archives: zip, tar and tar.gz into named files, as untrusted as they come.

What is unpacked stays in memory and under the limits of a folder; nothing touches the
disk before every name and size has been looked at.
"""

from __future__ import annotations

import io
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from typing import IO, TYPE_CHECKING

from .file_names import name_problem
from .folders import MAX_BUNDLE_BYTES, MAX_FILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    Member = tuple[str, int, IO[bytes] | None]

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
GZIP = b"\x1f\x8b"
TAR_MAGIC, TAR_MAGIC_AT = b"ustar", 257
TAR_BLOCK = 512
#: tar headers and padding beside the files themselves
_TAR_OVERHEAD = MAX_FILES * 2 * TAR_BLOCK + 1024 * 1024
_PART = 1024 * 1024
_ENCRYPTED = 0x1
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
#: MS-DOS attribute of a directory, and the place of Unix modes
_DOS_DIRECTORY, _MODE_SHIFT = 0x10, 16


class ArchiveProblem(ValueError):
    """Why an archive is refused: one sentence that names the member."""


def is_archive(data: bytes) -> bool:
    """Tell whether bytes begin as one of the known archives does."""
    if data.startswith((ZIP, EMPTY_ZIP, GZIP)):
        return True
    return data[TAR_MAGIC_AT:].startswith(TAR_MAGIC)


def unpack(data: bytes) -> dict[str, bytes]:
    """Return the files of an archive by relative POSIX path.

    Hidden files, `__pycache__` and `*.pyc` are left out, as in a folder. Raises
    ArchiveProblem for a name that leaves the archive, a link or device, two names that
    differ in case alone, and for more than the limits of a folder.
    """
    try:
        files, folded = _unpacked(data)
    except ArchiveProblem:
        raise
    except (
        *(tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError),
        *(NotImplementedError, RuntimeError, ValueError, OverflowError, IndexError),
    ) as error:
        reason = str(error)[:200] or type(error).__name__
        raise ArchiveProblem(f"The archive cannot be read: {reason}.") from None
    _check_no_file_is_a_folder(files, folded)
    return files


def check_names(files: dict[str, bytes]) -> None:
    """Refuse named files as an archive of them would be; raises ArchiveProblem."""
    folded: dict[str, str] = {}
    if len(files) > MAX_FILES:
        raise _too_many()
    for name in files:
        _check_name(name)
        _check_alone(name, folded)
    _check_no_file_is_a_folder(files, folded)


def _unpacked(data: bytes) -> tuple[dict[str, bytes], dict[str, str]]:
    files: dict[str, bytes] = {}
    folded: dict[str, str] = {}
    room = MAX_BUNDLE_BYTES
    for name, size, stream in _members(data):
        _check_name(name)
        if stream is None or _is_hidden(name):
            continue
        _check_alone(name, folded)
        if len(files) >= MAX_FILES:
            raise _too_many()
        if size > room:
            raise _too_large()
        files[name] = _read(stream, room)
        room -= len(files[name])
    return files, folded


def _members(data: bytes) -> Iterator[Member]:
    if data.startswith((ZIP, EMPTY_ZIP)):
        return _in_zip(data)
    if data.startswith(GZIP):
        return _in_tar(_gunzipped(data))
    if data[TAR_MAGIC_AT:].startswith(TAR_MAGIC):
        return _in_tar(data)
    raise ArchiveProblem("This is no zip, tar or tar.gz archive.")


def _in_zip(data: bytes) -> Iterator[Member]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = archive.infolist()
        if len(found) > 2 * MAX_FILES:
            raise _too_many()
        for info in found:
            # ZipInfo ends a name at a NUL and turns the system's separator round.
            name = info.orig_filename
            if "\\" in name or "\0" in name:
                raise ArchiveProblem(f"{_said(name)}: backslash or NUL in a name.")
            if info.flag_bits & _ENCRYPTED:
                raise ArchiveProblem(f"{_said(name)} is encrypted.")
            if info.compress_type not in _METHODS:
                raise ArchiveProblem(f"{_said(name)}: use deflate, or store it.")
            yield _zip_member(archive, info, name)


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Member:
    kind = stat.S_IFMT(info.external_attr >> _MODE_SHIFT)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise ArchiveProblem(f"{_said(name)} is a link or a device.")
    is_directory = name.endswith("/") or kind == stat.S_IFDIR
    if is_directory:
        return name.rstrip("/"), 0, None
    return name, info.file_size, archive.open(info)


def _in_tar(data: bytes) -> Iterator[Member]:
    seen = 0
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        for info in archive:
            seen += 1
            if seen > 2 * MAX_FILES:
                raise _too_many()
            name = info.name.removeprefix("./")
            if info.isdir():
                if name not in {"", "."}:
                    yield name.rstrip("/"), 0, None
            elif info.type in {tarfile.REGTYPE, tarfile.AREGTYPE}:
                stream = archive.extractfile(info)
                yield name, info.size, stream
            else:
                raise ArchiveProblem(f"{_said(name)} is a link or a device.")


def _gunzipped(data: bytes) -> bytes:
    """Unpack at most what a folder may hold: a small file may hold a large one."""
    limit = MAX_BUNDLE_BYTES + _TAR_OVERHEAD
    unpacker = zlib.decompressobj(wbits=31)
    plain = unpacker.decompress(data, limit + 1)
    if len(plain) > limit:
        raise _too_large()
    if not unpacker.eof:
        raise ArchiveProblem("The archive ends too early.")
    return plain


def _read(stream: IO[bytes], room: int) -> bytes:
    """Read to the end, whatever size the archive claims."""
    parts: list[bytes] = []
    with stream:
        while part := stream.read(_PART):
            room -= len(part)
            if room < 0:
                raise _too_large()
            parts.append(part)
    return b"".join(parts)


def _check_name(name: str) -> None:
    if problem := name_problem(name):
        raise ArchiveProblem(f"{_said(name)}: {problem}.")


def _check_alone(name: str, folded: dict[str, str]) -> None:
    """Refuse a second file that some file systems take for the first one."""
    key = unicodedata.normalize("NFC", name).casefold()
    if key in folded:
        other = _said(folded[key])
        raise ArchiveProblem(f"{_said(name)} and {other} are one name to some systems.")
    folded[key] = name


def _check_no_file_is_a_folder(files: dict[str, bytes], folded: dict[str, str]) -> None:
    for name in files:
        steps = unicodedata.normalize("NFC", name).casefold().split("/")
        for end in range(1, len(steps)):
            if (inner := "/".join(steps[:end])) in folded:
                other = _said(folded[inner])
                raise ArchiveProblem(f"{other} is a file and a folder ({_said(name)}).")


def _is_hidden(name: str) -> bool:
    steps = name.split("/")
    is_hidden = any(step.startswith(".") or step == "__pycache__" for step in steps)
    return is_hidden or name.endswith(".pyc")


def _too_many() -> ArchiveProblem:
    return ArchiveProblem(f"The archive has more than {MAX_FILES:,} files.")


def _too_large() -> ArchiveProblem:
    return ArchiveProblem("The archive holds more than 100 MB.")


def _said(name: str) -> str:
    return ascii(name if len(name) <= 80 else name[:79] + "…")  # noqa: PLR2004 - fits a line

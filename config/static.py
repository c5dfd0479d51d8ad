"""Static files as they are served: one style sheet instead of one request for each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.staticfiles.storage import ManifestStaticFilesStorage as Base
else:  # whitenoise ships no types
    from whitenoise.storage import CompressedManifestStaticFilesStorage as Base

SHEET = "css/app.css"
_IMPORT = re.compile(r'@import url\("([\w./-]+)"\) layer\((\w+)\);\n')
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


class BundledStaticFilesStorage(Base):
    """Puts what the style sheet imports into it, before it gets its hashed name.

    The sources stay one file a component; the order of the layers is theirs.
    """

    def post_process(
        self, paths: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Iterator[Any]:
        if SHEET in paths:
            bundled = InMemoryStorage()
            bundled.save(SHEET, ContentFile(_bundle(paths).encode()))
            paths = {**paths, SHEET: (bundled, SHEET)}
        yield from super().post_process(paths, *args, **kwargs)


def _bundle(paths: dict[str, Any]) -> str:
    def imported(found: re.Match[str]) -> str:
        text = _COMMENT.sub("", _read(paths, f"css/{found[1]}"))
        return f"@layer {found[2]} {{\n{text}}}\n"

    return _IMPORT.sub(imported, _read(paths, SHEET))


def _read(paths: dict[str, Any], name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read().decode())

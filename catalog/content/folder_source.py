"""Python sources of an algorithm folder, read without running them."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: size of a source that is read (bytes)
MAX_SOURCE_BYTES = 1024 * 1024

#: names whose call serves an `apply` in the form of the Algorithmia clients
_SERVERS = {"ADK", "handler"}


def check_source(data: bytes, *, is_entry: bool) -> list[tuple[int, str]]:
    """Give (line, sentence) pairs: it has to parse, and an entry to define apply."""
    if len(data) > MAX_SOURCE_BYTES:
        return [(0, "The source is larger than 1 MB.")]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a bad escape is the author's affair
            tree = ast.parse(data)
    except SyntaxError as error:
        return [(error.lineno or 0, f"This is not valid Python: {error.msg}.")]
    except (ValueError, RecursionError, MemoryError) as error:
        reason = str(error) or "it is nested too deeply"
        return [(0, f"This is not valid Python: {reason}.")]
    if is_entry and not any(name == "apply" for name in _defined(tree)):
        return [(0, "The source defines no apply(input).")]
    return []


def _defined(tree: ast.Module) -> Iterator[str]:
    """Give the names that a module binds; serving by the ADK counts as `apply`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node.func) in _SERVERS:
            yield "apply"


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""

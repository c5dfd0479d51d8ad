"""An author's source, loaded: input decoded, apply called, result encoded."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import algorithmia, quick_json
from .failures import CallError, algorithm_error, load_error, out_of_memory

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from .frames import ContentType

WITH_STATE = 2


class Program:
    """One loaded source. `run` is called for one input at a time."""

    __slots__ = ("_apply", "_arguments", "_bundle")

    def __init__(self, apply: Callable[..., Any], state: Any, bundle: Path) -> None:
        self._apply = apply
        self._bundle = bundle
        # ADK: `apply(input, state)` gets what `load()` returned
        self._arguments = (state,) if _required(apply) == WITH_STATE else ()

    def run(self, content_type: str, body: bytes) -> tuple[ContentType, bytes]:
        """Return content type and bytes of the result.

        Raises CallError, and SystemExit where the author asked for the end.
        """
        try:
            value = _decode(content_type, body)
            return self._encode(self._call(value))
        except MemoryError:
            raise out_of_memory() from None

    def _call(self, value: Any) -> Any:
        try:
            return self._apply(value, *self._arguments)
        except (SystemExit, MemoryError):
            raise
        except BaseException as error:  # noqa: BLE001 - an author may raise anything
            raise algorithm_error(error, self._bundle) from None

    def _encode(self, result: Any) -> tuple[ContentType, bytes]:
        try:
            if isinstance(result, str):
                return "text", result.encode()
            if isinstance(result, (bytes, bytearray)):
                return "binary", bytes(result)
            return "json", quick_json.encode(result)
        except (SystemExit, MemoryError):
            raise
        except BaseException as error:  # noqa: BLE001 - as above, by a method of it
            raise _invalid_output(error) from None


def load_program(bundle: Path, entry: str, module_name: str = "") -> Program:
    """Import the source and run its `load()`.

    `bundle` becomes the first place of imports, unless the source is to be a module
    of the given name that stands for itself. Raises CallError for whatever goes
    wrong, and SystemExit where the source asked for the end.
    """
    path = _locate(bundle, entry)
    if not module_name and str(bundle) not in sys.path:
        sys.path.insert(0, str(bundle))
    name = module_name or ".".join(Path(entry).with_suffix("").parts)
    try:
        module = _import_source(name, path)
        return start_program(module, bundle)
    except (SystemExit, CallError):
        raise
    except MemoryError:
        raise out_of_memory() from None
    except BaseException as error:  # noqa: BLE001 - imports run the author's code
        raise load_error(error, bundle) from None


def start_program(module: ModuleType, bundle: Path) -> Program:
    """Take what the source registered by ADK, else its `apply` and `load`."""
    apply, load = algorithmia.take_registered() or (
        getattr(module, "apply", None),
        _loader_of(module),
    )
    if not callable(apply):
        message = f"{Path(str(module.__file__)).name} defines no function apply(input)"
        raise CallError("load_error", message, "LoadingError")
    state = load() if callable(load) else None
    return Program(apply, state, bundle)


def _locate(bundle: Path, entry: str) -> Path:
    path = (bundle / entry).resolve()
    if not path.is_relative_to(bundle.resolve()) or not path.is_file():
        raise CallError(
            "load_error", f"The bundle has no file {entry!r}", "LoadingError"
        )
    return path


def _import_source(name: str, path: Path) -> ModuleType:
    parent, _, _ = name.rpartition(".")
    if parent:
        importlib.import_module(parent)  # `from .words import ...` needs it
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} is no Python source")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _loader_of(module: ModuleType) -> Callable[..., Any] | None:
    """Return the source's `load`, not one like that of `from joblib import load`."""
    load = getattr(module, "load", None)
    if not callable(load):
        return None
    own = getattr(load, "__module__", None) == module.__name__
    return load if own or _required(load) == 0 else None


def _required(function: Callable[..., Any]) -> int | None:
    """Count the arguments that must be given by position; None where unknown."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    return sum(
        parameter.default is inspect.Parameter.empty
        and parameter.kind
        in {parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD}
        for parameter in parameters
    )


def _decode(content_type: str, body: bytes) -> Any:
    try:
        if content_type == "json":
            return quick_json.decode(body)
        return body.decode() if content_type == "text" else body
    except (ValueError, RecursionError) as error:
        # the gateway checks first; this is for what it cannot know, such as depth
        raise CallError(
            "algorithm_error",
            f"The input is not valid {content_type}: {error}",
            "InputError",
        ) from None


def _invalid_output(error: BaseException) -> CallError:
    if isinstance(error, RecursionError):
        message = "The result is nested too deeply"
    else:
        message = f"The result is not valid JSON or text: {error}"[:1000]
        message = message.encode("utf-8", "replace").decode()
    return CallError("invalid_output", message, "AlgorithmError")

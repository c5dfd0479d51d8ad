"""Start an executor (default) or a zygote, whatever sys.path looks like."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path

NAME = "vitrine_runtime"


def load_package() -> None:
    """Import this directory as a package of its own.

    Isolated mode leaves the script's directory out of `sys.path`, and the project
    must not be on it: authors' sources run in children of this process.
    """
    directory = Path(__file__).resolve().parent
    spec = importlib.util.spec_from_file_location(
        NAME, directory / "__init__.py", submodule_search_locations=[str(directory)]
    )
    if spec is None or spec.loader is None:
        raise SystemExit(f"{directory} is no Python package")
    package = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = package
    spec.loader.exec_module(package)


def main(arguments: list[str]) -> int:
    load_package()
    role = "executor"
    if arguments[:1] == ["zygote"]:
        role, arguments = "zygote", arguments[1:]
    module = importlib.import_module(f"{NAME}.{role}")
    return int(module.main(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

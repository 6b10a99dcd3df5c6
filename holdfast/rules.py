"""Where the checks and fixers are, in a clone and in an installation, and the rules in a folder."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from holdfast.check import Rule

_PACKAGE = Path(__file__).resolve().parent


def checks_folder() -> Path:
    """The folder of Holdfast's own checks."""
    return _folder("checks")


def fixers_folder() -> Path:
    """The folder of Holdfast's own fixers."""
    return _folder("fixers")


def is_installed() -> bool:
    """Whether this is an installation, not a clone: the checks lie inside the package."""
    return checks_folder().parent == _PACKAGE


def load_rules(folder: Path) -> dict[str, Rule]:
    """The rules in a folder by name, in order: every public file that holds a check."""
    found: dict[str, Rule] = {}
    for file in sorted(folder.glob("[!_]*.py")):
        rule = getattr(getattr(load_file(file), file.stem, None), "rule", None)
        if isinstance(rule, Rule):
            found[rule.name] = rule
    return found


def load_file(file: Path) -> ModuleType:
    """The module in a file, run anew under a name of its own. Raises what its code raises."""
    spec = importlib.util.spec_from_file_location(f"_holdfast_{file.parent.name}_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _folder(name: str) -> Path:
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name

"""Settings: `holdfast.toml`, every key of it known or refused with its line."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from holdfast.check import Rule
from holdfast.errors import UsageError
from holdfast.files import NotRead, read_file
from holdfast.finding import Severity
from holdfast.sources.settings import Sources, parse_sources
from holdfast.wording import no_rule

FILE_NAME = "holdfast.toml"
_KEYS = ("rules", "splits", "counts", "sources", "decode", "format")
_LIMIT = 1 << 20
_SPLITS = ("train", "val", "test")


class Decode(StrEnum):
    """How pictures are decoded to find pairs: JPEGs at their cheapest scale first and in full only where a
    pair is likely, or every picture in full from the start."""

    DRAFT = "draft"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a `holdfast.toml` says.

    `rules` gives the options (and `severity`) by rule, `splits` the folders by split name, relative
    to the root, `counts` the expected numbers of images by unit name. `format` names the dataset's
    format ('': it is recognised), `sources` tells which images are of one source. `text` is the file itself,
    to name lines in errors.
    """

    file: Path | None = None
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    splits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    decode: Decode = Decode.DRAFT
    format: str = ""
    sources: Sources = field(default_factory=Sources)
    text: str = ""

    def error(self, message: str, table: str, key: str = "") -> UsageError:
        """The error for a key of a table, with its line."""
        return UsageError(f"{self.file}:{_line(self.text, table, key)}: {message}")

    def options_of(self, rule: Rule) -> dict[str, Any]:
        """The options of a rule: its defaults, overridden by the settings.

        Raises UsageError for an option that the rule does not have, or of another type.
        """
        options = dict(rule.options)
        for key, value in self.rules.get(rule.name, {}).items():
            if key == "severity":
                continue
            if key not in options:
                known = ", ".join(sorted({*options, "severity"}))
                raise self.error(
                    f"rule {rule.name} has no option {key!r}; it has {known}", f"rules.{rule.name}", key
                )
            options[key] = self._typed(rule.name, key, value, options[key])
        return options

    def severity_of(self, rule: Rule) -> Severity:
        """How bad the findings of a rule are at most. Raises UsageError for an unknown severity."""
        value = self.rules.get(rule.name, {}).get("severity", rule.severity)
        try:
            return Severity(value)
        except ValueError:
            known = ", ".join(Severity)
            raise self.error(
                f"severity is {value!r}; it can be {known}", f"rules.{rule.name}", "severity"
            ) from None

    def require_known(self, names: Iterable[str]) -> None:
        """Raises UsageError for settings of a rule that is not among `names`."""
        known = sorted(names)
        for name in self.rules:
            if name not in known:
                raise self.error(no_rule(name, known), f"rules.{name}")

    def _typed(self, rule: str, key: str, value: Any, default: Any) -> Any:
        if isinstance(default, float) and type(value) is int:
            value = float(value)
        if isinstance(value, int | float) and not 0 <= value < math.inf:
            raise self.error(f"{key} is {value}; it takes a number from 0", f"rules.{rule}", key)
        if type(value) is not type(default):
            wanted, given = type(default).__name__, type(value).__name__
            raise self.error(f"{key} takes {wanted}, got {given} {value!r}", f"rules.{rule}", key)
        return value


def load_settings(root: Path, file: Path | None = None, fallback: Path | None = None) -> Settings:
    """The settings for a dataset: `file`, else the root's `holdfast.toml`, else the one in `fallback`.

    Raises UsageError for a file that cannot be read, is no TOML or holds a key nobody knows.
    """
    if file is None:
        folders = [folder for folder in (root, fallback) if folder is not None]
        file = next((folder / FILE_NAME for folder in folders if (folder / FILE_NAME).exists()), None)
    if file is None:
        return Settings()
    try:
        text = read_file(file, _LIMIT)[0].decode("utf-8")
        return _parse(file, text, tomllib.loads(text))
    except NotRead as error:
        raise UsageError(f"{file}: cannot be read: {error}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{file}: not valid TOML: {error}") from None


def _parse(file: Path, text: str, data: dict[str, Any]) -> Settings:
    plain = Settings(file, text=text)
    for key, value in data.items():
        _require_valid(plain, key, value)
    for name, options in data.get("rules", {}).items():
        if not isinstance(options, dict):
            raise plain.error(f"settings of a rule are a table, as in [rules.{name}]", "rules", name)
    splits = {key: _folders(plain, key, value) for key, value in data.get("splits", {}).items()}
    counts = data.get("counts", {})
    for key, value in counts.items():
        if type(value) is not int or value < 0:
            raise plain.error(f"count of {key!r} is {value!r}, not a whole number", "counts", key)
    sources = parse_sources(
        data.get("sources", {}), file.parent, lambda message, key: plain.error(message, "sources", key)
    )
    decode = Decode(data.get("decode", Decode.DRAFT))
    return Settings(
        file, data.get("rules", {}), splits, counts, decode, data.get("format", ""), sources, text
    )


def _require_valid(plain: Settings, key: str, value: object) -> None:
    """Raises UsageError for a key of the top level that is not known, or of another kind."""
    if key not in _KEYS:
        raise plain.error(f"unknown key {key!r}; there are {', '.join(_KEYS)}", "", key)
    if key == "decode":
        if value not in list(Decode):
            raise plain.error(f"decode is {value!r}; it can be {', '.join(Decode)}", "", key)
    elif key == "format":
        if not isinstance(value, str):
            raise plain.error(f'format is {value!r}; it takes a name, as in "coco"', "", key)
    elif not isinstance(value, dict):
        raise plain.error(f"{key} is a table, as in [{key}]", "", key)


def _folders(settings: Settings, split: str, value: object) -> tuple[str, ...]:
    if split not in _SPLITS:
        raise settings.error(f"unknown split {split!r}; there are {', '.join(_SPLITS)}", "splits", split)
    folders = value if isinstance(value, list) else [value]
    if not folders or not all(isinstance(folder, str) and folder for folder in folders):
        raise settings.error(f"{split} takes a folder or a list of folders", "splits", split)
    return tuple(folders)


def _line(text: str, table: str, key: str) -> int:
    """The line that sets `key` in `table`, else the table's own line, else 1."""
    current, own = "", 1
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+([^\]]*)\]+", line):
            current = header[1].replace('"', "").replace("'", "").replace(" ", "")
            if current == table:
                own = number
                if not key:
                    return number
        name = re.match(r"\s*[\"']?([^\"'=]*?)[\"']?\s*=", line)
        dotted = f"{current}.{name[1]}".strip(".") if name else ""
        if name and _is_key(dotted, table, key):
            return number
        if name and f"{table}.{key}".startswith(f"{dotted}."):  # an inline table that holds it
            own = number
        if header and not table and current.split(".")[0] == key:
            return number
    return own


def _is_key(dotted: str, table: str, key: str) -> bool:
    wanted = f"{table}.{key}".strip(".")
    return dotted == wanted or dotted.startswith(wanted + ".")

"""What a person decided about single pairs: a TOML file that is read, and a template of it to fill in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from holdfast.errors import UsageError
from holdfast.files import NotRead, read_file
from holdfast.finding import Finding
from holdfast.names import display
from holdfast.repair.fix import Remove
from holdfast.repair.planning.outcome import Decision, Outcome
from holdfast.repair.policy import OnConflict, Ruling

_LIMIT = 64 << 20
_NEEDED = ("rule", "keep", "remove")
_KEYS = (*_NEEDED, "annotations")
_ANNOTATIONS = (OnConflict.KEEP, OnConflict.UNION)
_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*[\"']?decide[\"']?[ \t]*\]\]", re.MULTILINE)
_TOP = """\
# Decisions about pairs that are left to a person. Take the '#' away from entries that you have looked at,
# and swap `keep` and `remove` where the other one shall stay. `annotations` is "keep" (those of the image
# that goes go with it) or "union" (they are added). `plan --decisions=FILE` plans what is decided.
"""


def read_decisions(file: Path) -> tuple[Ruling, ...]:
    """The rulings in a file, in order of their pairs.

    Raises UsageError for a file that cannot be read, with the place of an entry that says too little, too
    much, or the contrary of another one.
    """
    try:
        text = read_file(file, _LIMIT)[0].decode("utf-8")
        data = tomllib.loads(text)
    except NotRead as error:
        raise UsageError(f"{file}: cannot be read: {error}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{file}: not valid TOML: {error}") from None
    entries = data.pop("decide", [])
    if data or not isinstance(entries, list):
        raise UsageError(f"{file}: {next(iter(data), 'decide')!r} is not known; it holds [[decide]] entries")
    places = _places(file, text, len(entries))
    rulings = [_ruling(entry, place) for entry, place in zip(entries, places, strict=True)]
    _require_no_contradiction(rulings)
    return tuple(sorted(rulings, key=lambda ruling: ruling.pair))


def _places(file: Path, text: str, count: int) -> list[str]:
    """Where each entry stands: its line, where each has a header of its own, and its number."""
    lines = [text.count("\n", 0, match.start()) + 1 for match in _HEADER.finditer(text)]
    known = [f":{line}" for line in lines] if len(lines) == count else [""] * count
    return [f"{file}{line}: entry {number}" for number, line in enumerate(known, 1)]


def _ruling(entry: Any, place: str) -> Ruling:
    if not isinstance(entry, dict):
        raise UsageError(f"{place} is no table, as in [[decide]]")
    if unknown := [key for key in entry if key not in _KEYS]:
        raise UsageError(f"{place}: unknown key {unknown[0]!r}; there are {', '.join(_KEYS)}")
    for key in _NEEDED:
        if not isinstance(entry.get(key), str) or not entry[key]:
            raise UsageError(f"{place}: {key} is {entry.get(key, 'not there')!r}; it takes a text")
    annotations = entry.get("annotations")
    if annotations is not None and annotations not in _ANNOTATIONS:
        raise UsageError(f"{place}: annotations is {annotations!r}; it can be {' or '.join(_ANNOTATIONS)}")
    if entry["keep"] == entry["remove"]:
        raise UsageError(f"{place}: keep and remove are both {entry['keep']!r}")
    chosen = None if annotations is None else OnConflict(annotations)
    return Ruling(entry["rule"], entry["keep"], entry["remove"], chosen, place)


def _require_no_contradiction(rulings: Sequence[Ruling]) -> None:
    seen: dict[tuple[str, str, str], Ruling] = {}
    kept = {ruling.keep: ruling for ruling in rulings}
    for ruling in rulings:
        if (earlier := seen.setdefault(ruling.pair, ruling)) is not ruling:
            raise UsageError(f"{ruling.where}: decides the pair of {earlier.where} again")
    for ruling in rulings:
        if (other := kept.get(ruling.remove)) is not None:
            raise UsageError(f"{ruling.where}: removes {ruling.remove!r}, which {other.where} keeps")


def require_found(rulings: Iterable[Ruling], findings: Iterable[Finding]) -> None:
    """Raises UsageError for a ruling about a pair that no finding is about: nothing would happen."""
    found = {(f.rule, f.path, f.related[0]) for f in findings if f.related}
    found |= {(rule, other, path) for rule, path, other in found}
    for ruling in rulings:
        if (ruling.rule, ruling.keep, ruling.remove) not in found:
            names = f"{display(ruling.keep)} and {display(ruling.remove)}"
            raise UsageError(
                f"{ruling.where}: no finding of {ruling.rule} that can be repaired is about {names}"
            )


def undecided(decisions: Iterable[Decision]) -> list[Decision]:
    """Those that a person can decide in a file: pairs of which one would go."""
    return [d for d in decisions if d.outcome is Outcome.PERSON and d.fix and d.fix.keeps and _gone(d)]


def template(decisions: Iterable[Decision]) -> str:
    """A decisions file with every undecided pair, each behind a '#', so that nothing is decided yet."""
    return "\n".join([_TOP, *("\n".join(_entry(decision)) + "\n" for decision in undecided(decisions))])


def _entry(decision: Decision) -> Iterator[str]:
    assert decision.fix is not None
    yield f"# {display(decision.reason)}"
    yield "# [[decide]]"
    yield f"# rule = {_quoted(decision.finding.rule)}"
    yield f"# keep = {_quoted(decision.fix.keeps[0])}"
    yield f"# remove = {_quoted(_gone(decision))}"
    if "different annotations" in decision.reason:
        yield '# annotations = "keep"'


def _gone(decision: Decision) -> str:
    edits = decision.fix.edits if decision.fix else ()
    return next((edit.path for edit in edits if isinstance(edit, Remove)), "")


def _quoted(text: str) -> str:
    """A TOML string; what is not harmless on a screen, and every raw byte, is escaped."""
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if display(character) == character else f"\\U{ord(character):08X}"

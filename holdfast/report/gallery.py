"""Groups of images that show the same picture, side by side, and images that cannot be read."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from string import ascii_uppercase
from typing import NamedTuple

import polars as pl

from holdfast.dataset import Dataset, PairKind
from holdfast.fault import Fault
from holdfast.finding import Finding
from holdfast.names import display
from holdfast.report.markup import WORST_FIRST, Html, finding_line, section, split_badge, tag
from holdfast.report.matrix import pair_rules
from holdfast.report.run import Run
from holdfast.wording import counted

MAX_GROUPS = 24
"""Groups that a rule's gallery shows."""
MAX_PICTURES = 8
"""Pictures that a group shows."""
MAX_PAIRS = 10
"""Pairs that a group lists."""
MAX_LISTED = 50
"""Unreadable images that are listed."""
PREVIEW_BUDGET = 2_000_000
"""Bytes of base64 that all previews of a page may take."""

Previews = Callable[[Mapping[str, str]], Mapping[str, bytes]]
"""Draws a small JPEG by digest; takes paths by digest."""

_MAX_DRAWN = 400
_DRAWN_AT_ONCE = 100
_FAULTS = frozenset(Fault)
_KINDS = frozenset(PairKind)


@dataclass(frozen=True, slots=True)
class Group:
    """Pairs of one rule that hang together, and their pictures in path order."""

    pairs: tuple[Finding, ...]
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gallery:
    """The groups of one rule, the most severe and closest first; `left_out` are not shown."""

    rule: str
    groups: tuple[Group, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Album:
    """Previews of a page: the style that holds each picture once, and its class by digest."""

    style: str
    classes: Mapping[str, str]


class Picture(NamedTuple):
    """What is known of one image."""

    path: str
    split: str
    digest: str | None
    facts: str


def galleries(run: Run) -> list[Gallery]:
    """One gallery for each rule that found groups: pairs across splits first, then in order of the checks."""
    groups: dict[str, dict[str, list[Finding]]] = {}
    for finding in run.findings:
        if finding.group is not None and finding.related and not finding.waived:
            groups.setdefault(finding.rule, {}).setdefault(finding.group, []).append(finding)
    across = pair_rules(run)
    rules = sorted(groups, key=lambda rule: rule not in across)
    return [_gallery(rule, groups[rule].values()) for rule in rules]


def pictures_of(dataset: Dataset, shown: Iterable[Gallery]) -> dict[str, Picture]:
    """What is known of each image of these galleries, by path, in the order of the page."""
    paths = list(dict.fromkeys(path for gallery in shown for group in gallery.groups for path in group.paths))
    tables = (dataset.images, dataset.known_images)
    images = pl.concat([table.filter(pl.col("path").is_in(paths)) for table in tables], how="diagonal")
    boxes = dataset.annotations.filter(pl.col("image").is_in(paths)).group_by("image").len()
    number = dict(boxes.iter_rows())
    found = {row["path"]: _picture(row, number.get(row["path"], 0)) for row in images.iter_rows(named=True)}
    return {path: found.get(path, Picture(path, "", None, "not an image of a split")) for path in paths}


def album(pictures: Iterable[Picture], previews: Previews) -> Album:
    """Previews of these pictures, the first first, as far as the budget goes."""
    wanted: dict[str, str] = {}
    for picture in pictures:
        if picture.digest is not None and len(wanted) < _MAX_DRAWN:
            wanted.setdefault(picture.digest, picture.path)
    style: list[str] = []
    classes: dict[str, str] = {}
    used = 0
    for digest, jpeg in _drawn(wanted, previews):
        encoded = base64.b64encode(jpeg).decode("ascii")
        used += len(encoded)
        if used > PREVIEW_BUDGET:
            break
        classes[digest] = f"p{len(classes)}"
        style.append(f".{classes[digest]}{{background-image:url(data:image/jpeg;base64,{encoded})}}")
    return Album("\n".join(style), classes)


def _drawn(wanted: Mapping[str, str], previews: Previews) -> Iterator[tuple[str, bytes]]:
    """Digest and JPEG of each that can be drawn, some at a time: the budget may end before they do."""
    waiting = list(wanted)
    for start in range(0, len(waiting), _DRAWN_AT_ONCE):
        part = waiting[start : start + _DRAWN_AT_ONCE]
        drawn = previews({digest: wanted[digest] for digest in part})
        yield from ((digest, drawn[digest]) for digest in part if digest in drawn)


def gallery_section(
    gallery: Gallery, pictures: Mapping[str, Picture], drawn: Album, summary: str, findings: str
) -> Html:
    """One rule's groups, side by side; `findings` names the file that lists all of them."""
    total = len(gallery.groups) + gallery.left_out
    left = f"{counted(gallery.left_out, 'more group')} in {findings}" if gallery.left_out else ""
    cards = [_group_card(group, pictures, drawn) for group in gallery.groups]
    heading = tag("h2", tag("code", gallery.rule), " ", tag("small", counted(total, "group")))
    return tag(
        "section",
        heading,
        tag("p", summary, class_="note"),
        tag("div", *cards, class_="groups"),
        tag("p", left, class_="more") if left else Html(),
    )


def unreadable_section(run: Run, findings: str) -> Html:
    """Images that cannot be decoded, and files that were not looked at; empty where there is none."""
    known = [finding for finding in run.findings if finding.kind in _FAULTS and not finding.waived]
    if not known:
        return Html()
    lines = [finding_line(finding) for finding in known[:MAX_LISTED]]
    left = len(known) - len(lines)
    more = tag("p", f"{left:,} more in {findings}", class_="more") if left else Html()
    return section(f"Unreadable images ({len(known):,})", tag("ul", *lines, class_="files"), more)


def _gallery(rule: str, groups: Iterable[list[Finding]]) -> Gallery:
    ranked = sorted((sorted(pairs, key=_rank) for pairs in groups), key=lambda pairs: _rank(pairs[0]))
    shown = tuple(_group(pairs) for pairs in ranked[:MAX_GROUPS])
    return Gallery(rule, shown, len(ranked) - len(shown))


def _group(pairs: list[Finding]) -> Group:
    paths = {path for finding in pairs for path in (finding.path, *finding.related)}
    return Group(tuple(pairs), tuple(sorted(paths)))


def _rank(pair: Finding) -> tuple[int, int, float, str]:
    severity = WORST_FIRST.index(pair.severity) if pair.severity else 0
    return severity, pair.distance or 0, -(pair.correlation or 1.0), pair.path


def _picture(row: Mapping[str, object], annotations: int) -> Picture:
    width, height, digest = row.get("width"), row.get("height"), row.get("sha256")
    size = [f"{width} x {height} px"] if width and height else []
    label = counted(annotations, "annotation") if row["has_label"] else "no label"
    return Picture(
        str(row["path"]),
        str(row["split"]),
        None if digest is None else str(digest),
        ", ".join([*size, label]),
    )


def _group_card(group: Group, pictures: Mapping[str, Picture], drawn: Album) -> Html:
    shown = group.paths[:MAX_PICTURES]
    names = dict(zip(shown, ascii_uppercase, strict=False))
    figures = [_figure(pictures[path], names[path], drawn) for path in shown]
    listed = [pair for pair in group.pairs if pair.path in names and pair.related[0] in names][:MAX_PAIRS]
    pairs = [_pair(pair, names) for pair in listed]
    notes = []
    if hidden := len(group.paths) - len(shown):
        notes.append(counted(hidden, "more picture"))
    if unlisted := len(group.pairs) - len(pairs):
        notes.append(counted(unlisted, "more pair"))
    more = tag("p", f"and {', '.join(notes)}", class_="more") if notes else Html()
    wide = " wide" if len(shown) > 2 else ""
    return tag(
        "article",
        tag("div", *figures, class_="pictures"),
        tag("ul", *pairs, class_="pairs"),
        more,
        class_=f"group{wide}",
    )


def _figure(picture: Picture, name: str, drawn: Album) -> Html:
    kind = drawn.classes.get(picture.digest or "")
    view = (
        tag("div", role="img", aria_label=f"preview of {picture.path}", class_=f"view {kind}")
        if kind
        else tag("div", "not shown", class_="view missing")
    )
    heading = tag("span", tag("b", name), " ", split_badge(picture.split) if picture.split else "")
    caption = tag("figcaption", heading, tag("code", picture.path), tag("span", picture.facts))
    return tag("figure", view, caption)


def _pair(pair: Finding, names: Mapping[str, str]) -> Html:
    """One pair with its evidence; a rule that measures no distance says the fact in its message."""
    first, second = names[pair.path], names[pair.related[0]]
    parts = [tag("b", f"{first} and {second}")]
    if pair.kind in _KINDS:
        parts.append(tag("span", pair.kind, class_="kind"))
    if pair.distance is None:
        parts.append(tag("span", display(pair.message).replace(display(pair.related[0]), second)))
    else:
        parts.append(tag("span", f"distance {counted(pair.distance, 'bit')}"))
    if pair.correlation is not None:
        parts.append(tag("span", f"correlation {pair.correlation:.3f}"))
    if pair.severity is not None:
        parts.append(tag("span", pair.severity, class_=f"pill {pair.severity}"))
    return tag("li", Html(" ".join(parts)))

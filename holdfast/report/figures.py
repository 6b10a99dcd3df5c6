"""The figures of a dataset on the page: splits, classes, sizes of boxes and images, where boxes lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from holdfast.report.markup import Html, join, section, split_badge, table, tag, text
from holdfast.report.run import Run
from holdfast.stats.summary import GRID, Summary, summary_of
from holdfast.stats.text import formats_listed, shapes_listed, sizes_listed

MAX_CLASSES = 30
"""Classes of a collection that the page lists."""
MAX_UNITS = 24
"""Splits that the page lists."""
_LEVELS = 8
"""Shades of the heat map."""


def figures_section(run: Run) -> Html:
    """The figures of a dataset that was read; empty where none was."""
    if run.dataset.images.is_empty():
        return Html()
    summary = summary_of(run.dataset)
    parts = [_splits(summary), *_classes(summary), _boxes(summary), _images(summary), _centres(summary)]
    note = tag("p", "The same as text, with every class and split: holdfast stats DIR.", class_="note")
    return section("Figures", note, tag("div", *parts, class_="figures"))


def _splits(summary: Summary) -> Html:
    shown = ("annotations", "annotated", "backgrounds", "unlabelled", "median", "most")
    head = ("Split", "Annotations", "Images with any", "Backgrounds", "Unlabelled", "Median an image", "Most")
    rows = [
        _row(_unit(row["unit"]), *(_number(row[name]) for name in shown))
        for row in summary.splits.head(MAX_UNITS).iter_rows(named=True)
    ]
    return _part("Annotations", table(head, rows, "numbers"))


def _classes(summary: Summary) -> Iterator[Html]:
    for (collection,), classes in summary.classes.group_by("collection", maintain_order=True):
        places = [n for n, unit in enumerate(summary.units) if unit.rpartition("/")[0] == collection]
        badges = [split_badge(summary.units[place].rpartition("/")[2]) for place in places]
        head = ["Class", "Annotations", "", "Images", *(tag("th", badge, scope="col") for badge in badges)]
        most = classes["annotations"][0]
        rows = []
        for row in classes.head(MAX_CLASSES).iter_rows(named=True):
            numbers = (_number(row["by_unit"][place]) for place in places)
            bar = _bar([("", row["annotations"])], most)
            rows.append(
                _row(row["class"], _number(row["annotations"]), bar, _number(row["images"]), *numbers)
            )
        left = classes.height - len(rows)
        more = tag("p", f"and {left:,} smaller", class_="more") if left else Html()
        title = f"Classes in {collection}" if collection else "Classes"
        yield _part(title, table(head, rows, "numbers"), more)


def _boxes(summary: Summary) -> Html:
    if summary.boxes.is_empty():
        return Html()
    kinds = ("small", "medium", "large")
    head = ("Split", "", "Small", "Medium", "Large", "Median side", "5 % to 95 %")
    rows = [
        _row(
            _unit(row["unit"]),
            _bar([(kind, row[kind]) for kind in kinds], row["boxes"]),
            *(_number(row[kind]) for kind in kinds),
            text(f"{row['q50']:.0f} px"),
            text(f"{row['q05']:.0f} to {row['q95']:.0f} px"),
        )
        for row in summary.boxes.head(MAX_UNITS).iter_rows(named=True)
    ]
    note = "Small: below 32 x 32 px, large: above 96 x 96 px, as in COCO; sides of squares of the same area."
    return _part("Sizes of boxes", table(head, rows, "numbers"), tag("p", note, class_="more"))


def _images(summary: Summary) -> Html:
    rows = [
        _row(
            _unit(unit),
            *(text(listed(summary, unit)) for listed in (sizes_listed, shapes_listed, formats_listed)),
        )
        for unit in summary.units[:MAX_UNITS]
    ]
    return _part("Images", table(("Split", "Sizes", "Shapes", "Formats"), rows, "numbers"))


def _centres(summary: Summary) -> Html:
    """The heat map: one path for each shade, a square for each cell."""
    most = max(map(max, summary.centres))
    if not most:
        return Html()
    shades: dict[int, list[str]] = {}
    for y, row in enumerate(summary.centres):
        for x, number in enumerate(row):
            if number:  # rounded up: a single box shows
                shades.setdefault(-(-number * _LEVELS // most), []).append(f"M{x} {y}h1v1h-1z")
    paths = [
        tag("path", d="".join(cells), fill_opacity=f"{level / _LEVELS:g}")
        for level, cells in sorted(shades.items())
    ]
    label = f"heat map: the centres of {sum(map(sum, summary.centres)):,} boxes over the image"
    drawn = tag("svg", *paths, viewBox=f"0 0 {GRID} {GRID}", role="img", aria_label=label, class_="heat")
    return _part("Centres of boxes", drawn, tag("p", f"Darkest: {most:,} boxes in a cell.", class_="more"))


def _part(title: str, *content: str) -> Html:
    return tag("div", tag("h3", title), *content, class_="part")


def _row(name: str, *cells: str) -> Html:
    return tag("tr", tag("th", name, scope="row"), *(tag("td", cell) for cell in cells))


def _unit(unit: str) -> Html:
    collection, _, split = unit.rpartition("/")
    place = f"{collection}/" if collection else ""
    return join((place, split_badge(split)))


def _number(value: float | None) -> Html:
    return text("" if value is None else f"{value:,.1f}".removesuffix(".0"))


def _bar(parts: Sequence[tuple[str, int]], whole: int) -> Html:
    """A bar with a piece for each part, as wide as its share of the whole."""
    pieces = [
        tag("span", style=f"width:{100 * number / (whole or 1):.1f}%", class_=f"piece {kind}".strip())
        for kind, number in parts
    ]
    return tag("span", *pieces, class_="bar long")

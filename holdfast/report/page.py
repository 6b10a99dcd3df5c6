"""The body of the HTML report, and what its head needs; pytest-html writes the file."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from holdfast.report.cards import counts_card, verdict_card
from holdfast.report.figures import figures_section
from holdfast.report.gallery import (
    Previews,
    album,
    galleries,
    gallery_section,
    pictures_of,
    unreadable_section,
)
from holdfast.report.impact import impact_section
from holdfast.report.markup import WORST_FIRST, Html, finding_line, join, tag
from holdfast.report.matrix import leakage_section, rules_section
from holdfast.report.run import Result, Run

MAX_LINES = 10
"""Findings of one check that its row lists."""

_VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'


@dataclass(frozen=True, slots=True)
class Page:
    """What Holdfast adds to the page of pytest-html: markup for the body, style for the head."""

    body: Html
    style: str


def draw_page(run: Run, previews: Previews, findings: str) -> Page:
    """The verdict, the counts, the matrices, the figures, the galleries; `findings` is the complete list."""
    shown = galleries(run)
    pictures = pictures_of(run.dataset, shown)
    drawn = album(pictures.values(), previews)
    parts = [
        tag("div", verdict_card(run), counts_card(run), class_="cards"),
        leakage_section(run),
        impact_section(run),
        rules_section(run),
        figures_section(run),
        *(
            gallery_section(gallery, pictures, drawn, run.summaries.get(gallery.rule, ""), findings)
            for gallery in shown
        ),
        unreadable_section(run, findings),
    ]
    return Page(tag("main", *parts), drawn.style)


def stylesheet() -> str:
    """The page's own style."""
    return Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def details(result: Result, findings: str) -> Html:
    """The first findings of one check, worst first, a line each."""
    if not result.findings:
        return tag("p", "Nothing found.", class_="nothing")
    ranked = sorted(result.findings, key=lambda f: WORST_FIRST.index(f.severity) if f.severity else 0)
    lines = [finding_line(finding) for finding in ranked[:MAX_LINES]]
    left = len(ranked) - len(lines)
    more = tag("p", f"and {left:,} more in {findings}", class_="more") if left else Html()
    return join((tag("ul", *lines, class_="files"), more))


def seal(page: str, style: str, *, self_contained: bool) -> str:
    """The whole page with our head: the style, a phone's width, and a policy under which only its own
    script runs and nothing is loaded from anywhere. A page with assets beside it gets no policy."""
    head = _VIEWPORT
    if self_contained:
        # what pytest-html renders ends with its one script; the data is in an attribute before it
        script = page.rpartition("<script>")[2].partition("</script>")[0]
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
        policy = (
            f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
            "base-uri 'none'; form-action 'none'"
        )
        head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">{_VIEWPORT}'
    page = page.replace("<html>", '<html lang="en">', 1).replace("<head>", f"<head>{head}", 1)
    return page.replace("</head>", f"<style>{style}</style></head>", 1)

"""The one way by which text reaches the page: everything that was not made here is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable

from holdfast.finding import Finding, Severity
from holdfast.names import display
from holdfast.wording import counted

WORST_FIRST = tuple(reversed(Severity))


class Html(str):
    """Markup that this module made. Any other string is text."""

    __slots__ = ()


def text(value: str) -> Html:
    """Text as markup: one line without hidden characters, escaped for content and for attributes."""
    return value if isinstance(value, Html) else Html(_escape(value))


def tag(name: str, *content: str, **attributes: str) -> Html:
    """One element. `class_` is the attribute `class`, `aria_label` is `aria-label`."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escape(value)}"' for key, value in attributes.items()
    )
    return Html(f"<{name}{written}>{join(content)}</{name}>")


def join(parts: Iterable[str]) -> Html:
    """The parts one after the other, text escaped."""
    return Html("".join(text(part) for part in parts))


def section(title: str, *content: str, **attributes: str) -> Html:
    """A part of the page below its heading."""
    return tag("section", tag("h2", title), *content, **attributes)


def table(head: Iterable[str], rows: Iterable[Html], class_: str) -> Html:
    """A table that scrolls on its own where the screen is narrow; `head` are texts or whole cells."""
    cells = [part if isinstance(part, Html) else tag("th", part, scope="col") for part in head]
    return tag(
        "div",
        tag("table", tag("thead", tag("tr", *cells)), tag("tbody", *rows), class_=class_),
        class_="scroll",
    )


def split_badge(split: str) -> Html:
    """The name of a split in its colour."""
    return tag("span", split, class_=f"split {split}")


def severity_counts(findings: Iterable[Finding]) -> dict[Severity, int]:
    """Findings by severity, worst first; waived ones do not count."""
    known = [finding.severity for finding in findings if not finding.waived]
    return {severity: known.count(severity) for severity in WORST_FIRST if severity in known}


def severity_pills(findings: Iterable[Finding]) -> Html:
    """How many findings of each severity, and how many are waived; empty where there is none."""
    known = list(findings)
    pills = [
        tag("span", counted(number, severity), class_=f"pill {severity}")
        for severity, number in severity_counts(known).items()
    ]
    if waived := sum(finding.waived for finding in known):
        pills.append(tag("span", f"{waived:,} waived", class_="pill info"))
    return Html(" ".join(pills))


def finding_line(finding: Finding) -> Html:
    """One finding as an item of a list: the place, the fact, and the severity where it is no error."""
    severity = finding.severity or Severity.ERROR
    label = Html() if severity is Severity.ERROR else tag("span", severity, class_=f"pill {severity}")
    return tag("li", tag("code", finding.where), " ", label, finding.message, class_=severity)


def _escape(value: str) -> str:
    return html.escape(display(value), quote=True)

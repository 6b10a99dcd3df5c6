"""Write what the documentation takes from the code: rule pages, tables' columns, the README's table.

`python docs/generate.py` writes, `python docs/generate.py --check` fails when something is stale.
"""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from holdfast import columns
from holdfast.check import Rule
from holdfast.formats import formats, readers
from holdfast.formats.unsupported import MARKS
from holdfast.rules import checks_folder, fixers_folder, load_rules

TABLES = (
    "IMAGES",
    "FACTS",
    "LABELS",
    "ANNOTATIONS",
    "CLASSES",
    "MASKS",
    "FILES",
    "PROBLEMS",
    "PAIRS",
    "RELATIVES",
)

_FORMATS = """# Formats

Written by `docs/generate.py` from the readers themselves.

A format is recognised by what lies there: each reader says how sure it is and what it saw, the surest is
taken, and the first lines of a run say which and why. Annotations of another format beside it are reported by
`other_format`, as a warning, or as an error where both are as likely. In `holdfast.toml` `format = "coco"`
decides, and `[splits]` names folders of splits that nothing declares. All formats are read into the same
[tables](tables.md), so that every rule that can apply does.

Where nothing is recognised, the message says what was looked for and what is there, or names the format
that is known and [not read](#not-read), with what to do.

`--data=` takes a folder, or a `.zip` or `.tar` file of one, which is read in place and never written: repair
wants it unpacked. Packed tar files are not read.

**Splits** are train, val and test. Names of folders and files say so in any case of letters: `train`,
`training`; `val`, `valid`, `validate`, `validation`, `dev`, `eval`; `test`, `testing`. A dataset without
splits is one split, train. What lies in one folder above its splits is a **collection** of that name.

**Images** are files with a suffix that Pillow decodes, and .heic, .heif and .hif
(`pip install "holdfast[heic]"`). Hidden names are left out. Links are not followed and closed folders not
entered: `unreadable_image` names them where images belong, `unreferenced_image` elsewhere.

**Reading never stops at bad data.** What could not be read is reported with file, line and column, in COCO
with a JSON pointer, and the rest is checked.

| what the reader met | rule |
|---|---|
| an annotation, or a file of them, that cannot be read | `malformed_label` |
| a configuration or list that cannot be read, or contradicts itself or the folders | `broken_config` |
| something that is named and not there | `dangling_reference` |
| an id, file name or image twice where it may stand once | `duplicate_id` |
| an image in a split's folder that no file names | `unlisted_image` |
| an image, or a split, that nothing describes; one listed without annotation (warning) | `missing_label` |
| a file of one image, without that image | `orphan_label` |
| an image of no split | `unreferenced_image` |
| a declared size that is not the image's | `wrong_image_size` |
| annotations that are not read | `other_format` |

What repair changes, and how it keeps files that name images in step: [repairing.md](repairing.md).
"""

_NOT_READ = """## Not read

Where nothing else is recognised, these are named, with what to do:
"""


def rules_page(rules: dict[str, Rule]) -> str:
    """Every rule with its documentation."""
    parts = ["# Rules\n\nWritten by `docs/generate.py` from the checks themselves.\n"]
    for rule in rules.values():
        documentation = re.sub(r"^## ", "### ", rule.documentation, flags=re.MULTILINE)
        facts = f"Severity: {rule.severity}. One run for each {rule.per.replace('_', ' ')}. {_fixer(rule)}."
        parts.append(f"## {rule.name}\n\n{facts}\n\n{documentation}\n")
    return "\n".join(parts)


def tables_page() -> str:
    """Every column that a check may read."""
    parts = ["# Tables\n\nWritten by `docs/generate.py` from `holdfast/columns.py`.\n"]
    for name in TABLES:
        table: tuple[columns.Column, ...] = getattr(columns, name)
        rows = [f"| `{column.name}` | {column.type} | {column.meaning} |" for column in table]
        title = f"## {name.lower()}\n" if name != "FACTS" else "## images, measured\n"
        parts += [title, "| column | type | meaning |", "|---|---|---|", *rows, ""]
    return "\n".join(parts)


def formats_page() -> str:
    """Every format that is read, with the documentation of its reader."""
    parts = [_FORMATS]
    for name in formats():
        reader = importlib.import_module(f"{readers.__name__}.{name}")
        documentation = inspect.cleandoc(reader.__doc__ or "")
        parts.append(f"## {name}\n\n{documentation}\n\nLooked for: {reader.LOOKED_FOR}.\n")
    advice = {mark.name: mark.advice for mark in MARKS}
    rows = [f"| {name} | {what} |" for name, what in advice.items()]
    parts.append("\n".join([_NOT_READ, "| what | what to do |", "|---|---|", *rows, ""]))
    return "\n".join(parts)


def readme_table(rules: dict[str, Rule]) -> Iterator[str]:
    """The rules in one table."""
    yield "| rule | finds | severity | repair |"
    yield "|---|---|---|---|"
    for rule in rules.values():
        summary = rule.summary.rstrip(".")
        link = f"[`{rule.name}`](docs/rules.md#{rule.name})"
        yield f"| {link} | {summary} | {rule.severity} | {_repair(rule)} |"


def pages() -> dict[Path, str]:
    """What each file should hold."""
    rules = load_rules(checks_folder())
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = "\n".join(readme_table(rules))
    between = re.compile(r"(<!-- rules -->\n).*?(<!-- end of rules -->)", re.DOTALL)
    return {
        ROOT / "docs" / "rules.md": rules_page(rules),
        ROOT / "docs" / "tables.md": tables_page(),
        ROOT / "docs" / "formats.md": formats_page(),
        ROOT / "README.md": between.sub(lambda match: match[1] + table + "\n" + match[2], readme),
    }


def _fixer(rule: Rule) -> str:
    return f"Fixer: `fixers/{rule.name}.py`" if _repair(rule) else "No fixer"


def _repair(rule: Rule) -> str:
    return "yes" if (fixers_folder() / f"{rule.name}.py").exists() else ""


def main() -> int:
    """Write or compare; 1 when something is stale."""
    stale = {
        path: text
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }
    for path, text in stale.items():
        if "--check" in sys.argv:
            print(f"stale: {path.relative_to(ROOT)}; run python docs/generate.py")
        else:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())

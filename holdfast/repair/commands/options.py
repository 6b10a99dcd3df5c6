"""The options of the commands that make a plan."""

from __future__ import annotations

import argparse
from pathlib import Path

from holdfast.names import to_text
from holdfast.repair.commands.plan import PlanRequest
from holdfast.repair.planning.decisions import read_decisions
from holdfast.repair.plans.plan import MAX_CHANGE, Choices
from holdfast.repair.policy import Keep, OnConflict, OnLeak, Policy
from holdfast.reports import PLAN

PLAN_FILE = f"reports/{PLAN}, beside the cache where that would lie inside the data"
"""Where a plan goes, in words."""

CACHE = "cache of measured facts; default: in the user's cache folder"
"""Where the cache is, in words."""


def plan_request(root: Path, options: argparse.Namespace) -> PlanRequest:
    """What these options ask for. Raises UsageError for a decisions file that cannot be used."""
    globs = tuple(map(to_text, options.protect)), tuple(map(to_text, options.prefer))
    decided = read_decisions(Path(options.decisions)) if options.decisions else ()
    chosen = OnLeak(options.on_leak), decided
    policy = Policy(Keep(options.keep), OnConflict(options.on_conflict), *globs, *chosen)
    choices = Choices(
        policy=policy,
        unsafe=options.unsafe_fixes,
        max_change=options.max_change,
        rules=tuple(options.rule),
        config=None if options.config is None else to_text(options.config),
        allow_dirty=options.allow_dirty,
        allow_fs=options.allow_fs,
    )
    return PlanRequest(
        root=root,
        choices=choices,
        findings=path_of(options.findings),
        cache=path_of(options.cache),
        output=path_of(options.output),
        template=path_of(options.decisions_template),
        verbose=options.verbose,
    )


def add_plan_options(parser: argparse.ArgumentParser) -> None:
    """The options of `plan`."""
    add = parser.add_argument
    add("--findings", metavar="FILE", help="what the checks found; default: reports/findings.jsonl")
    add("--rule", nargs="+", action="extend", default=[], metavar="RULE", help="only these rules")
    add("--unsafe-fixes", action="store_true", help="also fixes that may lose information or mean something")
    add(
        "--keep",
        choices=[*map(str, Keep)],
        default=Keep.EVALUATION,
        help="whose copy stays; default: evaluation",
    )
    add("--protect", action="append", default=[], metavar="GLOB", help="never touch these")
    add("--prefer", action="append", default=[], metavar="GLOB", help="of two copies keep these")
    add(
        "--on-conflict",
        choices=[*map(str, OnConflict)],
        default=OnConflict.SKIP,
        help="copies with different annotations: leave both (skip), keep those of the image that stays, "
        "or add the others to them (union)",
    )
    add(
        "--on-leak",
        choices=[*map(str, OnLeak)],
        default=OnLeak.REMOVE,
        help="a picture in two splits: remove one (default), move it to the other, or leave it to `resplit`",
    )
    add("--decisions", metavar="FILE", help="what a person decided about single pairs, as TOML")
    add("--decisions-template", metavar="FILE", help="write the pairs that are left to a person there")
    add_output_options(parser)


def add_output_options(parser: argparse.ArgumentParser) -> None:
    """What every command takes that makes a plan."""
    add = parser.add_argument
    add(
        "--max-change",
        type=_share,
        default=MAX_CHANGE,
        metavar="SHARE",
        help="of the images, as 30%% or 0.3 (default)",
    )
    add("--allow-dirty", action="store_true", help="also files with changes that git does not hold")
    add("--allow-fs", action="store_true", help="also on a network's or an unknown file system")
    add("--verbose", "-v", action="store_true", help="show every file, not the first of each rule")
    add("--config", metavar="FILE", help="settings; default: holdfast.toml in the data, else here")
    add("--cache", metavar="DIR", help=CACHE)
    add("--output", metavar="FILE", help=f"where the plan goes; default: {PLAN_FILE}")


def _share(text: str) -> float:
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no share, as in 30% or 0.3")
    return share


def path_of(text: str | None) -> Path | None:
    """The file or folder that an option names, if it was given."""
    return None if text is None else Path(text)

"""The command line of the fixers."""

from __future__ import annotations

import argparse
import re
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

from holdfast.archives import is_archive
from holdfast.errors import UsageError
from holdfast.names import display, to_text
from holdfast.repair.commands import runs
from holdfast.repair.commands.apply import ApplyRequest, apply
from holdfast.repair.commands.options import (
    CACHE,
    PLAN_FILE,
    add_output_options,
    add_plan_options,
    path_of,
    plan_request,
)
from holdfast.repair.commands.plan import plan
from holdfast.repair.commands.purge import PurgeRequest, purge_runs
from holdfast.repair.commands.resplit import ResplitRequest, add_options, wish_of
from holdfast.repair.commands.resplit import run as resplit
from holdfast.repair.runs.apply import Stopped
from holdfast.repair.runs.fit import Unfit
from holdfast.repair.runs.places import Refused
from holdfast.reports import PLAN, reports_folder
from holdfast.rules import is_installed

_CODES = """exit codes: 0 done or nothing to do; 1 part was refused, each with its reason;
4 wrong usage, or a plan that no longer fits the data (nothing was changed)"""


class _Parser(argparse.ArgumentParser):
    """Reports wrong usage as everything here does: one line, exit code 4."""

    def error(self, message: str) -> NoReturn:
        """Raises UsageError."""
        raise UsageError(f"{message}; see --help")


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code: 0, 1 or 4."""
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        return _run(_parser().parse_args(arguments))
    except UsageError as error:
        return _fail(display(to_text(str(error))), 4)
    except Unfit as error:
        lines = "".join(f"\n  {failure}" for failure in error.failures)
        return _fail(
            f"nothing was changed, all of the plan is refused; make a new one if the data changed:{lines}",
            4,
        )
    except KeyboardInterrupt:
        return _fail("stopped; `status` says how things stand", 1)
    except Stopped as error:
        return _fail(display(to_text(str(error))), 1)
    except (OSError, Refused) as error:
        return _fail(f"{display(to_text(str(error)))}; `status` says how things stand", 1)
    finally:
        signal.signal(signal.SIGTERM, before)


def _run(options: argparse.Namespace) -> int:
    root = _root(options.data)
    if options.command == "plan":
        return plan(plan_request(root, options))
    if options.command == "apply":
        file = path_of(options.plan) or reports_folder(root) / PLAN
        return apply(
            ApplyRequest(root, file, options.strict, path_of(options.config), path_of(options.cache))
        )
    if options.command == "resplit":
        return resplit(_resplit_request(root, options))
    if options.command == "undo":
        return runs.undo(root, options.run)
    if options.command == "purge":
        return purge_runs(PurgeRequest(root, options.run, options.older_than, options.include_unique))
    return runs.status(root) if options.command == "status" else runs.recover(root)


def _resplit_request(root: Path, options: argparse.Namespace) -> ResplitRequest:
    return ResplitRequest(
        root=root,
        wish=wish_of(options),
        max_change=options.max_change,
        config=path_of(options.config),
        cache=path_of(options.cache),
        output=path_of(options.output),
        verbose=options.verbose,
        allow_dirty=options.allow_dirty,
        allow_fs=options.allow_fs,
    )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="holdfast fix" if is_installed() else "python -m fixers",
        description="Repair what the checks found, and take repairs back.",
        epilog=_CODES,
        allow_abbrev=False,
    )
    several = parser.add_subparsers(
        dest="command", required=True, metavar="plan|resplit|apply|undo|status|recover|purge"
    )
    add_plan_options(_command(several, "plan", "show what would be repaired, write a plan; change nothing"))
    new_split = _command(several, "resplit", "plan a new split in which nothing leaks; change nothing")
    add_options(new_split)
    add_output_options(new_split)
    _add_apply(_command(several, "apply", "carry a plan out; what does not fit the data any more is refused"))
    undo = _command(several, "undo", "take a repair back, to identical bytes")
    undo.add_argument("run", nargs="?", metavar="RUN", help="default: the last one that was applied")
    _command(several, "status", "list the repairs of this data")
    _command(several, "recover", "settle a repair that was interrupted")
    _add_purge(_command(several, "purge", "delete for good what old repairs left in the quarantine"))
    return parser


def _command(several: argparse._SubParsersAction[_Parser], name: str, text: str) -> argparse.ArgumentParser:
    parser = several.add_parser(name, help=text, description=text, epilog=_CODES, allow_abbrev=False)
    parser.add_argument("--data", required=True, metavar="DIR", help="the dataset")
    return parser


def _add_apply(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("plan", nargs="?", metavar="PLAN", help=f"default: {PLAN_FILE}")
    add("--strict", action="store_true", help="change nothing when any part of the plan is refused")
    add("--config", metavar="FILE", help="settings; default: those that the plan was made with")
    add("--cache", metavar="DIR", help=CACHE)


def _add_purge(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("run", nargs="?", metavar="RUN", help="default: every repair that is old enough")
    add(
        "--older-than",
        type=_age,
        default=timedelta(days=30),
        metavar="AGE",
        help="as 12h, 30d (default) or 0d",
    )
    add("--include-unique", action="store_true", help="also files of which no copy stayed in the data")


def _age(text: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,6})([hd])", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no age, as in 12h or 30d")
    return timedelta(hours=int(found[1]) * (24 if found[2] == "d" else 1))


def _root(text: str) -> Path:
    if not text:
        raise UsageError("--data is empty; it takes the folder of a dataset")
    try:
        root = Path(text).resolve()
        what = None if root.is_dir() else _no_folder(root)
    except (OSError, ValueError) as error:
        what = str(getattr(error, "strerror", None) or error).lower()
    if what is not None:
        raise UsageError(f"{text}: {what}; --data takes the folder of a dataset")
    return root


def _no_folder(root: Path) -> str:
    if is_archive(root.name) and root.is_file():
        return "an archive is only read: unpack it, and repair the folder"
    return "not a folder" if root.exists() else "no such folder"


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _fail(line: str, code: int) -> int:
    sys.stderr.write(f"error: {line}\n")
    return code

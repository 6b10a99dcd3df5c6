"""The command `holdfast`: the same as in a clone, after an installation."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
from importlib import resources
from pathlib import Path

import holdfast
from holdfast.errors import UsageError
from holdfast.facts.places import default_folder
from holdfast.names import shown_path
from holdfast.plugin.collecting import is_check_file
from holdfast.rules import checks_folder, is_installed, load_rules
from holdfast.starting import starting_settings
from holdfast.wording import no_rule

USAGE = 4
_CACHE = r"(facts-)?[0-9a-f]{16,24}\.sqlite"
"""Names of cache files; those of 0.1.0 have 24 digits."""


def main(argv: list[str] | None = None) -> int:
    """Run the command; the exit code is that of the check, of the fixer, or 4 for wrong usage."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments[:1] == ["fix"]:
        from holdfast.repair.commands.cli import main as fix

        return fix(arguments[1:])
    if arguments[:1] == ["resplit"]:
        from holdfast.repair.commands.cli import main as fix

        return fix(_named_data(arguments))
    parser = _parser()
    if not arguments:
        parser.print_help()
        return USAGE
    given, rest = parser.parse_known_args(arguments)
    try:
        if rest and given.command != "check":
            raise UsageError(f"unknown argument {rest[0]!r}: see holdfast {given.command} --help")
        return int(given.run(given, rest) or 0)
    except UsageError as error:
        print(f"holdfast: {error}", file=sys.stderr)
        return USAGE
    except BrokenPipeError:  # the reader has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _named_data(arguments: list[str]) -> list[str]:
    """`resplit DIR ...` as the fixers take it: `resplit --data=DIR ...`."""
    return [
        f"--data={argument}" if place == 1 and not argument.startswith("-") else argument
        for place, argument in enumerate(arguments)
    ]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override] # argparse says NoReturn
        """Wrong usage is exit code 4 everywhere in Holdfast."""
        self.exit(USAGE, f"{self.prog}: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="holdfast", description="Tests for image datasets.")
    parser.add_argument("--version", action="version", version=f"holdfast {holdfast.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    check = commands.add_parser("check", help="check a dataset; further options are pytest's")
    check.add_argument("data", metavar="DIR")
    check.add_argument("--against", metavar="DIR", help="another dataset: does it have images of this one?")
    check.set_defaults(run=_check)
    commands.add_parser("fix", help="plan, apply and undo repairs: holdfast fix --help")
    commands.add_parser("resplit", help="plan a new split in which nothing leaks: holdfast resplit --help")
    explain = commands.add_parser("explain", help="what a rule says, or why two images count as the same")
    explain.add_argument("subject", nargs="+", metavar="RULE | A B")
    explain.add_argument("--picture", metavar="FILE", type=Path, help="where both images are drawn "
                         "(default: reports/explain.png)")  # fmt: skip
    explain.set_defaults(run=_explain)
    stats = commands.add_parser("stats", help="counts by split and class, sizes of boxes and images")
    stats.set_defaults(run=_stats)
    calibrate = commands.add_parser(
        "calibrate", help="which distance finds copies in your data, at what cost"
    )
    calibrate.set_defaults(run=_calibrate)
    for measuring in (stats, calibrate):
        _add_places(measuring)
    demo = commands.add_parser("demo", help="draw a sample dataset with known faults")
    demo.add_argument("target", metavar="DIR", type=Path)
    demo.set_defaults(run=_demo)
    init = commands.add_parser("init", help="write a starting holdfast.toml")
    init.add_argument("folder", metavar="DIR", type=Path, nargs="?", default=Path())
    init.set_defaults(run=_init)
    cache = commands.add_parser("cache", help="where the cache of measured facts is, and how large")
    cache.add_argument("action", choices=("clear",), nargs="?", metavar="clear")
    cache.add_argument("--cache", metavar="DIR", type=Path, help="another folder than the user's")
    cache.set_defaults(run=_cache)
    return parser


def _add_places(measuring: argparse.ArgumentParser) -> None:
    """What a command takes that measures a dataset and prints figures."""
    measuring.add_argument("data", metavar="DIR", type=Path)
    measuring.add_argument("--json", metavar="FILE", type=Path, help="write all figures to a file as well")
    measuring.add_argument("--cache", metavar="DIR", type=Path, help="another folder than the user's")
    measuring.add_argument(
        "--config", metavar="FILE", type=Path, help="settings instead of the dataset's own"
    )


def _check(given: argparse.Namespace, rest: list[str]) -> int:
    """Hand over to pytest, in a process of its own and undisturbed by the user's configuration of it."""
    _refuse_second_dataset(rest)
    target = ["--pyargs", "holdfast.checks"] if is_installed() else [str(checks_folder())]
    configuration = resources.files("holdfast.plugin") / "check.ini"
    command = [sys.executable, "-P", "-m", "pytest", *target, f"--data={given.data}"]
    command += [] if given.against is None else [f"--against={given.against}"]
    root, data = Path.cwd(), Path(given.data).resolve()
    if root.is_relative_to(data):  # pytest would run a conftest.py from here, and keep its cache here
        own = ["--noconftest", "-o", f"cache_dir={default_folder() / 'pytest'}"]
        root, rest = data.parent, [*own, *rest]
    command += [f"--rootdir={root}", f"--config-file={configuration}", *rest]
    package = str(Path(__file__).resolve().parent.parent)
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    return subprocess.run(command, env=environment, check=False).returncode


def _refuse_second_dataset(rest: list[str]) -> None:
    """One dataset at a time: pytest would take another folder for tests, and run what lies there."""
    for argument in rest:
        if argument.partition("=")[0] == "--data":
            raise UsageError("the dataset is named once: holdfast check DIR")
        path = Path(argument)
        if path.is_dir() and not any(is_check_file(file) for file in path.glob("*.py")):
            raise UsageError(f"{shown_path(path)} holds no checks; one dataset at a time: holdfast check DIR")


def _explain(given: argparse.Namespace, rest: list[str]) -> None:
    if len(given.subject) == 2:
        from holdfast.explain import explain_pair

        first, second = map(Path, given.subject)
        for line in explain_pair(first, second, given.picture):
            _print(line)
        return
    if given.picture is not None:
        raise UsageError("--picture is for two images: holdfast explain A B --picture=FILE")
    rules, name = load_rules(checks_folder()), given.subject[0]
    if len(given.subject) > 2 or name not in rules:
        raise UsageError(no_rule(name, rules))
    print(f"{name}\n\n{rules[name].documentation}")


def _stats(given: argparse.Namespace, rest: list[str]) -> None:
    from holdfast.stats.command import heading, measured_dataset, write
    from holdfast.stats.summary import summary_of
    from holdfast.stats.text import PLAIN_SHADES, SHADES, as_json, as_text

    dataset = measured_dataset(given.data, given.cache, given.config)
    summary = summary_of(dataset)
    if given.json is not None:
        write(as_json(summary), given.json, dataset.root)
    encoding = sys.stdout.encoding or "ascii"
    known = SHADES.encode(encoding, "ignore").decode(encoding) == SHADES
    for line in (heading(dataset), "", *as_text(summary, SHADES if known else PLAIN_SHADES)):
        _print(line)


def _calibrate(given: argparse.Namespace, rest: list[str]) -> None:
    from holdfast.calibrate.command import calibrated_dataset
    from holdfast.calibrate.text import as_json, as_lines
    from holdfast.stats.command import heading, write

    dataset, found = calibrated_dataset(given.data, given.cache, given.config)
    if given.json is not None:
        write(as_json(found), given.json, dataset.root)
    for line in (heading(dataset), "", *as_lines(found)):
        _print(line)


def _print(line: str) -> None:
    """A line, whatever the terminal can show."""
    encoding = sys.stdout.encoding or "ascii"
    print(line.encode(encoding, "backslashreplace").decode(encoding))


def _demo(given: argparse.Namespace, rest: list[str]) -> None:
    from holdfast.demo import draw

    manifest = draw(given.target)
    shown = shlex.quote(str(given.target))
    run = "holdfast check " if is_installed() else "pytest checks --data="
    print(
        f"{manifest.images} images with {len(manifest.faults)} planted faults, listed in {shown}/faults.json"
    )
    print(f"next: {run}{shown}")


def _init(given: argparse.Namespace, rest: list[str]) -> None:
    file = given.folder / "holdfast.toml"
    try:
        with open(file, "x", encoding="utf-8") as output:
            output.write(starting_settings())
    except OSError as error:
        raise UsageError(f"{file}: {(error.strerror or str(error)).lower()}") from None
    print(f"wrote {file}: every option with its default, as comments")


def _cache(given: argparse.Namespace, rest: list[str]) -> None:
    folder = given.cache or default_folder()
    files = sorted(file for file in folder.glob("*.sqlite*") if re.match(_CACHE, file.name))
    try:
        size = sum(file.stat().st_size for file in files)
        if given.action == "clear":
            for file in files:
                file.unlink()
    except OSError as error:
        raise UsageError(f"{folder}: {(error.strerror or str(error)).lower()}") from None
    if given.action == "clear":
        print(f"{folder}: forgot {size / 1e6:.1f} MB in {len(files)} files")
    else:
        print(f"{folder}: {size / 1e6:.1f} MB in {len(files)} files")


if __name__ == "__main__":
    sys.exit(main())

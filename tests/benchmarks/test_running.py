from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from benchmarks import peers
from benchmarks.running import Command, Cost, Failed, Series, alternate, ratios, run
from benchmarks.showing import compared, table

pytestmark = pytest.mark.skipif(not hasattr(os, "wait4"), reason="the system has no os.wait4")
SAMPLED = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the system has no PSS")


def python(name: str, code: str, **options: bool | float) -> Command:
    return Command(name, (sys.executable, "-S", "-c", code), **options)  # type: ignore[arg-type]


def series(name: str, *walls: float) -> Series:
    costs = [Cost(wall, 2 * wall, None, 0, "") for wall in walls]
    return Series(Command(name, ()), Cost(9.0, 9.0, 120.4, 0, ""), costs)


def test_ratios_are_taken_round_by_round() -> None:
    spread = ratios(series("a", 2, 9, 8), series("b", 1, 3, 2))
    assert (spread.median, spread.low, spread.high) == (3, 2, 4)
    assert str(spread) == "3.00 (2.00 to 4.00)"


def test_a_command_of_fewer_runs_is_compared_in_those_rounds() -> None:
    assert ratios(series("a", 10), series("b", 5, 1, 1)).median == 2


def test_the_table_has_medians_ratios_and_notes() -> None:
    base = series("base", 1, 2, 3)
    shown = compared([base, series("other", 4, 4, 3)], base, {"other": "7 pairs"}).splitlines()
    assert shown[0].split() == ["runs", "wall", "s", "CPU", "s", "peak", "MB", "wall", "/", "base", "found"]
    assert shown[2].split() == [
        "other",
        "3",
        "4.00",
        "8.00",
        "120",
        "2.00",
        "(1.00",
        "to",
        "4.00)",
        "7",
        "pairs",
    ]
    assert table(("", "n"), [("longer", "1")]) == "        n\nlonger  1"


def test_commands_take_turns_in_a_folder_of_the_round(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    code = f"import os; open({str(log)!r}, 'a').write('{{}} ' + os.path.basename(os.getcwd()) + '\\n')"
    commands = [
        python("a", code.format("a")),
        python("b", code.format("b")),
        python("c", code.format("c"), once=True),
    ]
    found = alternate(commands, 2, tmp_path / "scratch")
    assert log.read_text().split("\n")[:-1] == [
        "a round0", "b round0", "c round0", "a round1", "b round1", "a round2", "b round2",
    ]  # fmt: skip
    assert [len(one.runs) for one in found] == [2, 2, 1]
    assert [folder.name for folder in (tmp_path / "scratch").iterdir()] == ["round0"]


def test_the_folder_of_the_round_is_put_into_the_command(tmp_path: Path) -> None:
    command = Command(
        "a", (sys.executable, "-S", "-c", "import sys; print(sys.argv[1])", "--cache={round}/x")
    )
    assert run(command, tmp_path).output.strip() == f"--cache={tmp_path}/x"


def test_byte_code_may_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert run(python("a", "import sys; print(sys.dont_write_bytecode)"), tmp_path).output.strip() == "False"


def test_what_fails_is_left_out_when_optional_and_an_error_when_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = "raise SystemExit('no such model')"
    found = alternate([python("good", ""), python("bad", bad, optional=True)], 1, tmp_path)
    assert [one.command.name for one in found] == ["good"]
    assert "bad: left out: exit code 1: no such model" in capsys.readouterr().out
    with pytest.raises(Failed, match="exit code 1: no such model"):
        alternate([python("bad", bad)], 1, tmp_path)


def test_a_command_that_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    child = "import time; time.sleep(60)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-S', '-c', {child!r}])"
    with pytest.raises(Failed, match=r"not done after 0\.3 s"):
        run(python("slow", code, limit=0.3), tmp_path)


@SAMPLED
def test_memory_is_that_of_the_whole_tree(tmp_path: Path) -> None:
    child = "import time; held = bytearray(b'x') * 50_000_000; time.sleep(0.5)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-S', '-c', {child!r}])"
    cost = run(python("tree", code), tmp_path, sampled=True)
    assert cost.memory is not None
    assert 50 < cost.memory < 100
    assert run(python("tree", ""), tmp_path).memory is None


def test_an_environment_that_cannot_be_made_is_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert peers.environment("nothing", ("./no-such-package-here",), tmp_path) is None
    assert "nothing: left out, it cannot be installed here: " in capsys.readouterr().out


def test_an_environment_that_is_there_is_not_made_again(tmp_path: Path) -> None:
    (tmp_path / "tool").mkdir()
    (tmp_path / "tool" / "requirements.txt").write_text("tool>=1\n")
    assert peers.environment("tool", ("tool>=1",), tmp_path) == tmp_path / "tool" / "bin" / "python"

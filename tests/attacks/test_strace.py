"""Real system calls that fail or kill, injected by strace; and what an apply asks of the system at all."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from holdfast.repair.runs.disk import Disk
from tests.attacks.audit import COUNTED, audit
from tests.attacks.ground import Ground, KillingDisk, exit_of, forked
from tests.attacks.strace import Unusable, campaign, traced

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


@pytest.fixture(autouse=True)
def strace_works(tmp_path: Path) -> None:
    try:
        traced(lambda: None, tmp_path / "log")
    except Unusable as error:
        pytest.skip(str(error))


def test_a_hundred_faults() -> None:
    tally = campaign(100, seed=4)
    assert tally.failures == []
    assert tally.bytes_lost == 0
    assert tally.count == 100


class CountingDisk(Disk):
    """Counts its changing calls by the name of the method."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()


def _counted(name: str) -> Callable[..., Any]:
    def call(self: CountingDisk, *arguments: Any) -> Any:
        self.calls["sync" if name == "sync_folder" else name] += 1
        return getattr(super(CountingDisk, self), name)(*arguments)

    return call


for _name in {*COUNTED.values(), "sync_folder"} - {"plain_rename"}:
    setattr(CountingDisk, _name, _counted(_name))


@pytest.mark.parametrize("act", ["apply", "undo", "recover"])
def test_every_changing_call_is_one_of_those_of_the_disk(ground: Ground, act: str) -> None:
    def prepare() -> Callable[[Disk | None], None]:
        ground.renew()
        if act == "undo":
            ground.apply()
        if act == "recover":
            exit_of(forked(lambda: ground.apply(KillingDisk(6))))
        ways = {"apply": ground.apply, "undo": ground.undo, "recover": ground.recover}
        return ways[act]

    counting = CountingDisk()
    prepare()(counting)
    way = prepare()
    found = audit(traced(partial(way, None), ground.scratch / "log", calls=("all",)).log, ground.root)
    assert found.complaints == ()
    assert found.calls == counting.calls
    assert found.calls.total() > 10


def test_without_flags_only_second_names_in_the_quarantine_go(ground: Ground) -> None:
    log = ground.scratch / "log"
    for act in (ground.apply, ground.undo):
        found = audit(traced(act, log, "renameat2:error=EINVAL", calls=("all",)).log, ground.root)
        # the documented limit: a move within the data is guarded by a look before it
        assert len(found.complaints) == 2
        assert all(line.startswith("may overwrite: renameat(") for line in found.complaints)
        assert found.calls["link"] == found.calls["drop_second_name"] > 0


def _mapped(file: Path) -> None:
    with file.open("rb") as opened:
        os.sendfile(os.open(file.with_name("x"), os.O_CREAT | os.O_WRONLY | os.O_EXCL), opened.fileno(), 0, 1)


@pytest.mark.parametrize(
    "act",
    [
        lambda file: file.write_bytes(b""),
        lambda file: file.open("ab").close(),
        lambda file: file.unlink(),
        lambda file: os.truncate(file, 0),
        lambda file: file.chmod(0o600),
        lambda file: os.utime(file),
        lambda file: file.rename(file.with_name("b")),
        lambda file: file.replace(file.with_name("b")),
        lambda file: os.link(file, file.with_name("b")),
        lambda file: file.with_name("b").symlink_to(file),
        lambda file: file.with_name("b").mkdir(),
        _mapped,
    ],
)
def test_the_audit_can_fail(ground: Ground, act: Callable[[Path], object]) -> None:
    file = ground.root / "a/images/keep0.png"
    result = traced(lambda: void(act(file)), ground.scratch / "log", calls=("all",))
    assert result.code == 0
    assert len(audit(result.log, ground.root).complaints) >= 1


def void(_: object) -> None:
    """Nothing."""

"""All campaigns at the size that is asked for: `python -m tests.faults --faults 20000 --power 50000`.

The last line counts them. Exit code 1 if anything was lost, or was neither before nor after; each such case
is a line that names its shape, its seed and its step.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from tests.faults import campaign, power, stateful
from tests.faults.tally import Tally
from tests.faults.trial import scratch


def main() -> int:
    """Run the campaigns. Returns the exit code."""
    chosen = _arguments()
    with scratch() as world:
        faults = campaign.campaign(chosen.faults, chosen.seed, world, _progress("faults", chosen.faults))
        cuts = power.campaign(chosen.power, chosen.seed, world, _progress("power cuts", chosen.power))
        steps = stateful.campaign(chosen.steps, chosen.seed, world) if chosen.steps else Tally()
    if steps.count:
        print(
            f"{steps.count:,} steps of random histories, {stateful.Repairs.applies:,} of them applied a plan"
        )
    calls = _strace(chosen.strace, chosen.seed)
    every = Tally()
    for tally in (faults, cuts, steps, calls):
        every.add(tally)
    for failure in every.failures[:20]:
        print(failure)
    print(
        f"{faults.count:,} faults, {cuts.count:,} power cuts, {calls.count:,} system-call faults, "
        f"{every.bytes_lost:,} bytes lost (seed {chosen.seed})"
    )
    if every.failures:
        print(f"{len(every.failures):,} failures")
    return int(bool(every.failures))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    for name, default in (("faults", 20_000), ("power", 50_000), ("strace", 0), ("steps", 0), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


def _strace(count: int, seed: int) -> Tally:
    if not count:
        return Tally()
    from tests.attacks import strace  # needs the program of that name

    return strace.campaign(count, seed)


def _progress(what: str, total: int) -> Callable[[int, Tally], None]:
    start, shown = time.monotonic(), time.monotonic()

    def tick(done: int, tally: Tally) -> None:
        nonlocal shown
        if time.monotonic() - shown > 5 or done == total:
            shown = time.monotonic()
            print(
                f"{what}: {done:,} of {total:,}, {len(tally.failures)} failures, {shown - start:.0f} s",
                file=sys.stderr,
            )

    return tick


if __name__ == "__main__":
    sys.exit(main())

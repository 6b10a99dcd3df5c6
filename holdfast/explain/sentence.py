"""What a check says of two pictures, and why, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.dataset import COPIES, PairKind, Signal
from holdfast.explain.evidence import SIGNALS, Evidence
from holdfast.proof import Verdict

_FOUND_BY = {
    Signal.PHASH: "the perceptual hash",
    Signal.ORIENTATIONS: "one of the eight orientations",
    Signal.FEATURES: "local features",
    Signal.SOURCE: "the name of their source",
}
_EXACT = {
    PairKind.BYTES: "both files have the same SHA-256",
    PairKind.PICTURE: "every pixel of every frame is the same, in other bytes",
}


def said(found: Evidence, verdict: Verdict) -> str:
    """The verdict of a check, which looks at no more than its signals find; and what a closer look says."""
    if found.pair is not None:
        return f"verdict: {found.pair['kind']}: {_why(found.pair, verdict)}"
    alike = " and ".join(_FOUND_BY[Signal(signal)] for signal, _ in found.guesses)
    figures = f"once aligned they correlate by {verdict.correlation:.2f}"
    figures += f", and {_differs(verdict)}" if verdict.differing >= 0.0005 else ""
    if found.guesses:
        return f"verdict: not the same: found by {alike}, and not proved: {figures}"
    silent = f"no signal of a check calls the two alike ({found.distance} bits are over {SIGNALS.distance})"
    if verdict.kind in COPIES:
        return f"verdict: not found by a check: {silent}; compared all the same they are {verdict.kind}"
    return f"verdict: not the same: {silent}; {figures}"


def _why(pair: Mapping[str, Any], verdict: Verdict) -> str:
    if pair["kind"] in _EXACT:
        return _EXACT[pair["kind"]]
    by = f"found by {_FOUND_BY[pair['signal']]}"
    if pair["kind"] == PairKind.SCENE:
        return f"no copy, as {_differs(verdict)} in what is otherwise the same picture; {by}"
    return f"the same shot, as once aligned nothing in it is another thing; {by}"


def _differs(verdict: Verdict) -> str:
    return f"{100 * verdict.differing:.1f} % of what both show is another thing"

"""What came of one way to bring two pictures together, and what that proves."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.proof.affine import Affine, Parts
from holdfast.proof.cells import DIFFERS, Differences

MIN_SPREAD = 4.0
"""Standard deviation of grey below which a picture has no structure that could prove anything."""
NOISY, _NOISIEST, _NOISIEST_BRIGHT = 2.5, 12.0, 4.0
"""Levels of noise beyond what codings make, and beyond which it hides other things; by the brightest channel
alone. Measured on copies: up to 11, and 3.3."""
_STRUCTURED = 0.01
"""Share of parts with structure below which only pictures that are equal almost to the level are the same."""
_PLAIN_CORRELATION, _PLAIN_WORST = 0.998, 0.4
CORRELATION, _AGREEING = 0.9, 0.8
ALIGNED, DRIFTED = 0.98, 0.9975
"""Correlation that copies reach once aligned; the second where the map is one that a camera makes from one
frame to the next. Measured: copies 0.9985 and more but for noise, a drone's frames 0.9965 and less."""
_NOISY_ALIGNED, _NOISY_OVERLAP, _COARSE = 0.94, 0.7, 16
"""The same with noise, where most is in common, and so many parts a side are too few for that."""
_DRIFT_ANGLE, _DRIFT_SCALE = 3.0, 0.1
CUT = 0.99
"""The same where the one is a cut of the other, which a camera that comes nearer hardly makes so exactly."""
_REPLACED = 8.0
"""Mean difference of colours in levels from which they were replaced."""
TINTED = 3.0
"""Mean difference of colours in levels from which all of them may have been turned."""
_UNSURE, _DIFFERS_UNSURE = 0.98, 1.0
"""Correlation below which copies as they are stay below a closer limit, for another focus comes that near;
and by the brightest channel alone."""
_ALIGNED_LIMITS = 1.3, 1.15
"""Of the worst and the fourth worst part, once aligned: copies stay below 1.1, an object that moved makes 1.4
and more."""
_DISTORTED_LIMITS, _CLOSE = (2.3, 1.9), 0.996
"""The same once rotated or sheared, as no fixed camera does it, and recoloured, which clips and stretches
levels, if the rest correlates so well."""
_WASHED, _WASHED_LIMITS, _WASHED_CLOSE = 60.0, (3.0, 2.4), 0.99
"""The same where the colours differ by so many levels that much of the picture is black or white in one."""
_OVERLAP, _UNSCALED = 0.35, 0.2
"""Share in common of a copy, but for one of another scale: a tile of a mosaic."""
_TINY, _TINY_TONED, _TINY_TURNED = 0.6, 0.3, 0.4
"""Of the worst part of tiny pictures, which have few: as they are, in other tones, turned. Measured on 60,000
of 32 pixels: with these no false copy, and 9 of 10 true ones."""
_TINY_CORRELATION, _TINY_STRUCTURED = 0.99, 0.02
_SCENE_AGREES, _SCENE_CORRELATION, _SCENE_OVERLAP = 0.6, 0.6, 0.5
_PLAINLY_AGREES, _PLAINLY_DIFFERS = 0.7, 2.5


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: the differences, the map from the first picture to the second, what it is, the share in
    common, and how much the colours differ, in levels. `least` is the correlation of a copy, `strictness`
    makes the limits of differences less, `toned` says that other colours were allowed for, `bright` that only
    the brightest channel was compared, `tiny` that one has hardly more than COARSEST pixels a side."""

    found: Differences
    transform: Affine
    parts: Parts
    overlap: float
    recoloured: float
    least: float
    strictness: float = 1.0
    toned: bool = False
    bright: bool = False
    tiny: bool = False

    @property
    def same(self) -> bool:
        """Whether nothing in common shows another thing, and enough is in common to say so."""
        found = self.found
        if found.noise > (_NOISIEST_BRIGHT if self.bright else _NOISIEST):
            return False
        if self.tiny:
            limit = min(_TINY_TONED if self.toned else _TINY, self._tiny_turned)
            plain = found.structured < _TINY_STRUCTURED or found.spread < MIN_SPREAD
            return not plain and found.worst < limit and found.correlation >= _TINY_CORRELATION
        worst, few = self._limits
        if found.worst >= worst or found.few >= few:
            return False
        if found.spread < MIN_SPREAD or (self.overlap < _OVERLAP and not self._is_scaled):
            return False
        if found.structured < _STRUCTURED:  # a gradient is any other, once moved or recoloured: is it more?
            untouched = self.parts.still and self.recoloured <= TINTED
            proof = found.correlation if untouched else found.bent
            return proof >= _PLAIN_CORRELATION and found.worst < _PLAIN_WORST
        fine = len(found.parts) > _COARSE
        noisy = fine and found.noise > NOISY and self.overlap > _NOISY_OVERLAP and self.least == ALIGNED
        return found.correlation >= (_NOISY_ALIGNED if noisy else self.least) and found.agreeing >= _AGREEING

    @property
    def _tiny_turned(self) -> float:
        return _TINY if self.parts.turn == "none" else _TINY_TURNED

    @property
    def _is_scaled(self) -> bool:
        return max(abs(scale - 1) for scale in self.parts.scale) > _UNSCALED

    @property
    def is_scene(self) -> bool:
        """Whether most of what has structure is the same, seen by a camera that hardly moved."""
        found = self.found
        if not may_be_drift(self.parts):
            return False
        if (
            self.bright and self.least != CORRELATION
        ):  # one channel, in any levels, moved: pictures of one kind
            return False
        alike = found.agreeing >= _SCENE_AGREES and found.correlation >= _SCENE_CORRELATION
        enough = found.structured >= _STRUCTURED and found.spread >= MIN_SPREAD
        return alike and enough and self.overlap >= _SCENE_OVERLAP

    @property
    def is_plainly_scene(self) -> bool:
        """Whether it is clear without a closer look: most agrees as it is, some shows other things."""
        found = self.found
        plain = found.agreeing >= _PLAINLY_AGREES and found.few >= _PLAINLY_DIFFERS
        return plain and (self.toned or self.recoloured <= _REPLACED) and self.is_scene

    @property
    def _limits(self) -> tuple[float, float]:
        """What the worst and the fourth worst part of a copy stay below."""
        if self.least == CORRELATION:
            sure = self.found.correlation >= _UNSURE and not self.bright
            limit = DIFFERS if sure else _DIFFERS_UNSURE
            return limit * self.strictness, limit * self.strictness
        distorted = not self.parts.upright and self.recoloured > _REPLACED and self.least == ALIGNED
        if distorted and self.recoloured > _WASHED and self.found.correlation >= _WASHED_CLOSE:
            return _WASHED_LIMITS
        if distorted and self.found.correlation >= _CLOSE:
            return _DISTORTED_LIMITS
        worst, few = _ALIGNED_LIMITS
        return worst * self.strictness, few * self.strictness


def may_be_drift(parts: Parts) -> bool:
    """Whether a camera may have moved so from one frame to the next."""
    scaled = max(abs(scale - 1) for scale in parts.scale)
    return parts.turn == "none" and abs(parts.angle) < _DRIFT_ANGLE and scaled < _DRIFT_SCALE

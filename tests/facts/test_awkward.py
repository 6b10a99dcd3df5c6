"""Ways to destroy good data, each through the surface: nothing of it may be called a copy that is none.

The rows that other tests have already:

- two unrelated 16-bit pictures hash alike, shapes only in alpha, white and blue fields, 10 x 20 and 20 x 10
  black: `test_pairs.py`; nor does a fixer touch them: `../repair/test_lookalikes.py`;
- unreadable files are never equal: `test_pairs.py` (junk and empty files), here (damaged in the same way);
- an EXIF-rotated copy: `test_pairs.py` (exact in all eight orientations, near), here across splits;
- pHash is that of `imagehash` to the bit: `test_phash.py`;
- half a JPEG, and half with an end marker: `test_faults.py`, `../checks/test_flat_tail.py`, here as copies;
- draft and full decoding find the same: `../pairing/test_stages.py`, here at the edge of `distance`.
"""

from __future__ import annotations

import io
from itertools import combinations
from pathlib import Path

import imagehash
import numpy as np
import pytest
from PIL import Image

from holdfast.repair.commands.cli import main
from tests.checking import check
from tests.proof.views import drawn
from tests.trees import BOX, Tree, picture, tree

ALL = ("exact_duplicate", "near_duplicate", "split_leakage")


def stems(data: Tree, *rules: str) -> set[tuple[str, str]]:
    """The pairs that are found as copies."""
    found = check(data.root, *(rules or ALL)).findings
    return {
        (Path(finding.path).stem, Path(finding.related[0]).stem)
        for finding in found
        if finding.kind != "same scene"
    }


def drifting(step: int) -> Image.Image:
    """A picture in which a soft shadow grows, so little from step to step that each could be a coding."""
    pixels = np.asarray(drawn(30), np.float64)
    y, x = np.mgrid[: pixels.shape[0], : pixels.shape[1]]
    shadow = np.exp(-((x - 240) ** 2 + (y - 180) ** 2) / (2 * 22**2))[..., None]
    return Image.fromarray(np.clip(pixels - 3.0 * step * shadow, 0, 255).astype(np.uint8))


def test_chaining(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a chain of near pairs only direct, proved copies of a kept image go."""
    monkeypatch.chdir(tmp_path)
    data, names = tree(tmp_path), [str(number) for number in range(10)]
    for number in names:
        data.draw(f"train/images/{number}.png", drifting(3 * int(number))).label("train", number, BOX)
    pairs = stems(data, "near_duplicate")
    assert {("0", "1"), ("5", "6")} <= pairs  # neighbours are near ...
    assert ("0", "9") not in pairs  # ... and the ends are not
    assert main(["plan", f"--data={data.root}", "--unsafe-fixes", "--max-change=100%"]) == 0
    assert main(["apply", f"--data={data.root}"]) == 0
    kept = {path.stem for path in data.root.glob("train/images/*.png")}
    gone = set(names) - kept
    assert gone
    for name in gone:
        assert any((name, other) in pairs or (other, name) in pairs for other in kept)


def test_unreadable_files_are_never_equal(tmp_path: Path) -> None:
    """All of them fail in the same way, and two of them begin alike."""
    data = tree(tmp_path)
    for number, seed in enumerate((1, 1, 2)):
        file = io.BytesIO()
        picture(seed).save(file, "PNG")
        half = file.getvalue()[: len(file.getvalue()) // 2 + 11 * number]
        data.file(f"train/images/{number}.png", half).file(f"valid/images/v{number}.png", half + b"x")
    assert stems(data) == set()


def test_half_a_jpeg_is_no_copy_of_the_whole(tmp_path: Path) -> None:
    file = io.BytesIO()
    picture(3, 640, 480).save(file, "JPEG")
    whole = file.getvalue()
    half = whole[: len(whole) // 2]
    data = tree(tmp_path).file("train/images/whole.jpg", whole)
    data.file("train/images/half.jpg", half).file("valid/images/closed.jpg", half + b"\xff\xd9")
    assert stems(data) == set()
    broken = check(data.root, "unreadable_image", "flat_tail").paths
    assert set(broken) == {"train/images/half.jpg", "valid/images/closed.jpg"}


@pytest.mark.parametrize("orientation", [3, 6, 7, 8])
def test_an_exif_rotated_copy_leaks(tmp_path: Path, orientation: int) -> None:
    stored = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    exif = Image.Exif()
    exif[0x0112] = orientation
    turn = stored.get(orientation, Image.Transpose.TRANSVERSE)
    data = tree(tmp_path).draw("train/images/a.jpg", drawn(3))
    data.draw("test/images/b.jpg", drawn(3).transpose(turn), exif=exif, quality=70)
    [finding] = check(data.root, "split_leakage").findings
    assert (finding.kind, finding.transform) == ("re-encoded", "none")
    assert finding.distance is not None
    assert finding.distance <= 4


def test_draft_drift(tmp_path: Path) -> None:
    """At the edge of `distance` the full pictures decide, whatever the cheap decode says."""
    shot, data = drawn(17, 1280, 960), tree(tmp_path)
    for number in range(6):
        cut = 10 * number
        data.draw(f"train/images/{number}.jpg", shot.crop((cut, cut // 2, 1280 - cut, 960)), quality=88)
    hashes = {}
    for path in data.root.glob("train/images/*.jpg"):
        with Image.open(path) as image:
            hashes[path.stem] = imagehash.phash(image)
    bits = {pair: int(hashes[pair[0]] - hashes[pair[1]]) for pair in combinations(sorted(hashes), 2)}
    for edge in sorted(set(bits.values()))[:3]:
        data.settings(f"[rules.near_duplicate]\ndistance = {edge}\norientations = false\nfeatures = false")
        found = check(data.root, "near_duplicate").findings
        said = {(Path(f.path).stem, Path(f.related[0]).stem): f.distance for f in found}
        assert said == {pair: distance for pair, distance in bits.items() if distance <= edge}


def test_two_depth_maps_beyond_eight_bits(tmp_path: Path) -> None:
    """All values lie beyond 255: cut off, both would be white."""
    data = tree(tmp_path)
    for name, seed in (("a", 1), ("b", 2)):
        depth = np.asarray(drawn(seed).convert("L"), np.float32) * 3 + 300
        data.draw(f"train/images/{name}.tif", Image.fromarray(depth))
        data.draw(f"valid/images/{name}{name}.tif", Image.fromarray(depth * 2))
    assert stems(data) == {("a", "aa"), ("b", "bb")}

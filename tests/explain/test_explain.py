"""`holdfast explain A B`: what it prints and draws, for ordinary and for awkward files."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import imagehash
import numpy as np
import pytest
from PIL import Image, ImageDraw

from holdfast.cli import main
from tests.checking import check
from tests.trees import Tree, picture


def explain(*arguments: Path | str) -> tuple[int, dict[str, str], str]:
    """Exit code, lines by what stands before the colon, and what was said of a wrong use."""
    output, errors = io.BytesIO(), io.StringIO()
    with io.TextIOWrapper(output, "utf-8") as terminal, redirect_stdout(terminal), redirect_stderr(errors):
        code = main(["explain", *map(str, arguments)])
        terminal.flush()
        text = output.getvalue().decode("utf-8")
    lines = dict(line.split(": ", 1) for line in text.splitlines())
    return code, lines, errors.getvalue()


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    monkeypatch.chdir(tmp_path)
    return Tree(tmp_path)


def test_what_is_printed_of_a_copy(files: Tree) -> None:
    files.draw("a.png", picture(4, 320, 240)).draw(
        "b.jpg", picture(4, 320, 240).resize((160, 120)), quality=60
    )
    code, lines, _ = explain("a.png", "b.jpg")
    hashes = [imagehash.phash(Image.open(name)) for name in ("a.png", "b.jpg")]
    assert code == 0
    assert lines["a.png"] == f"PNG, 320 x 240 px, RGB, phash {hashes[0]}"
    assert lines["b.jpg"] == f"JPEG, 160 x 120 px, RGB, phash {hashes[1]}"
    assert lines["distance"].startswith(f"{hashes[0] - hashes[1]} of 64 bits")
    assert " at 64 x 64 grey as displayed; " in lines["correlation"]
    assert " % of what both show" in lines["differing"]
    assert "the same shot" in lines["verdict"]
    assert lines["picture"] == "reports/explain.png"
    with Image.open("reports/explain.png") as drawn:
        assert drawn.format == "PNG"
        assert min(drawn.size) > 400


def test_equal_bytes_and_equal_pictures(files: Tree) -> None:
    files.draw("a.png", picture(4)).copy("a.png", "b.png").draw("c.bmp", picture(4))
    assert explain("a.png", "b.png")[1]["verdict"].startswith("identical bytes")
    assert explain("a.png", "c.bmp")[1]["verdict"].startswith("identical picture")


def test_what_is_not_the_same(files: Tree) -> None:
    files.draw("a.png", picture(4)).draw("b.png", picture(5))
    _, lines, _ = explain("a.png", "b.png")
    assert lines["verdict"].startswith("not ")
    assert Path("reports/explain.png").is_file()


def test_what_differs_is_named_in_pixels_of_the_first(files: Tree) -> None:
    changed = picture(8, 512, 384)
    ImageDraw.Draw(changed).rectangle((320, 96, 384, 160), fill=(250, 0, 250))
    files.draw("a.png", picture(8, 512, 384)).draw("b.png", changed)
    place = explain("a.png", "b.png")[1]["differing"].split("around x ")[1].split(";")[0]
    left, right, upper, lower = map(int, re.findall(r"\d+", place)[:4])
    assert abs(left - 320) <= 8
    assert abs(right - 384) <= 8
    assert abs(upper - 96) <= 8
    assert abs(lower - 160) <= 8


def test_the_orientation_that_is_nearest_is_named(files: Tree) -> None:
    files.draw("a.png", picture(4, 200, 200)).draw(
        "b.png", picture(4, 200, 200).transpose(Image.Transpose.ROTATE_90)
    )
    assert explain("a.png", "b.png")[1]["distance"].endswith("; 0 with the second turned 90°")


def test_the_picture_goes_where_it_is_told_and_never_over_an_image(files: Tree) -> None:
    files.draw("a.png", picture(4)).draw("b.png", picture(5))
    before = Path("a.png").read_bytes()
    assert explain("a.png", "b.png", "--picture=drawn/it.png")[1]["picture"] == "drawn/it.png"
    assert Path("drawn/it.png").is_file()
    for wrong in ("a.png", ".", "b.png/it.png"):
        code, _, said = explain("a.png", "b.png", f"--picture={wrong}")
        assert code == 4
        assert said.startswith("holdfast: --picture ")
    assert Path("a.png").read_bytes() == before
    assert explain("near_duplicate", "--picture=x.png")[0] == 4


def awkward() -> dict[str, Image.Image]:
    """Pictures of modes and sizes that are easily got wrong."""
    colour = picture(9, 120, 90)
    ramp = np.arange(120 * 90, dtype=np.uint16).reshape(90, 120)
    holes = colour.copy()
    holes.putalpha(colour.convert("L"))
    return {
        "deep.png": Image.fromarray(ramp * 6), "float.tiff": Image.fromarray((ramp / 7).astype(np.float32)),
        "alpha.png": holes, "palette.gif": colour.convert("P"), "cmyk.jpg": colour.convert("CMYK"),
        "bits.png": colour.convert("1"), "tiny.png": colour.resize((1, 1)),
        "thin.png": colour.resize((600, 2)), "grey.png": colour.convert("L"),
        "flat.png": Image.new("RGB", (64, 64), (9, 9, 200)),
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(awkward()))
def test_awkward_pictures(files: Tree, name: str) -> None:
    files.draw(name, awkward()[name]).draw("other.png", picture(9, 120, 90))
    code, lines, said = explain("other.png", name)
    assert (code, said) == (0, "")
    assert lines["verdict"]


def test_an_animation_and_an_exif_orientation(files: Tree) -> None:
    frames = [picture(seed) for seed in (1, 2, 3)]
    files.draw("a.gif", frames[0], save_all=True, append_images=frames[1:])
    exif = Image.Exif()
    exif[0x0112] = 6
    files.draw("b.jpg", frames[0].transpose(Image.Transpose.ROTATE_90), exif=exif, quality=95)
    _, lines, _ = explain("a.gif", "b.jpg")
    assert ", 3 frames, " in lines["a.gif"]
    assert "128 x 96 px" in lines["b.jpg"]
    assert ", EXIF orientation 6, " in lines["b.jpg"]
    assert lines["distance"].startswith(("0 ", "2 "))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda tree: tree.file("x.jpg", b"\xff\xd8\xff nothing"), "x.jpg: "),
        (lambda tree: tree.file("x.jpg", b""), "x.jpg: "),
        (lambda tree: tree.file("x.jpg/y"), "x.jpg: not a regular file"),
        (lambda tree: tree, "x.jpg: no such file or directory"),
        (lambda tree: (tree.root / "x.jpg").symlink_to("a.png"), "x.jpg: a symbolic link, not followed"),
        (lambda tree: tree.draw("x.jpg", Image.new("1", (33_000, 2)), "PNG"), "x.jpg: "),
    ],
)
def test_what_is_no_picture_is_one_clear_line(files: Tree, make: object, said: str) -> None:
    files.draw("a.png", picture(4))
    make(files)  # type: ignore[operator] # a lambda of the table above
    code, lines, errors = explain("x.jpg", "a.png")
    assert (code, lines) == (4, {})
    assert errors.startswith(f"holdfast: {said}")
    assert errors.count("\n") == 1


def test_one_file_twice_is_wrong_use(files: Tree) -> None:
    files.draw("a.png", picture(4))
    assert explain("a.png", "./a.png")[2] == "holdfast: a.png: one file, given twice\n"


def changed() -> dict[str, Image.Image]:
    """What may have become of one picture, a scene of it with another thing in it among them."""
    plain = picture(21, 480, 360)
    moved = plain.copy()
    ImageDraw.Draw(moved).ellipse((300, 60, 360, 120), fill=(255, 255, 0), outline=(0, 0, 0), width=4)
    return {
        "smaller.jpg": plain.resize((240, 180)), "turned.png": plain.transpose(Image.Transpose.ROTATE_270),
        "grey.png": plain.convert("L"), "cut.png": plain.crop((30, 20, 460, 345)), "moved.png": moved,
        "other.png": picture(22, 480, 360),
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(changed()))
def test_the_verdict_is_that_of_a_check(files: Tree, name: str) -> None:
    data = Tree(files.root / "data").draw("train/images/a.png", picture(21, 480, 360))
    data.draw(f"train/images/{name}", changed()[name])
    found = check(data.root, "near_duplicate").findings
    _, lines, _ = explain(*(f"data/train/images/{image}" for image in (name, "a.png")))
    if not found:
        assert lines["verdict"].startswith("not ")
        return
    [finding] = found
    assert lines["verdict"].startswith(f"{finding.kind}: ")
    assert lines["transform"] == finding.transform
    assert lines["distance"].startswith(f"{finding.distance} of 64 bits")
    assert lines["correlation"].endswith(f"; {finding.correlation:.4f} once aligned")
    assert lines["differing"].startswith(f"{100 * (finding.differing or 0):.1f} %")


def test_the_verdicts_of_the_test_above_differ(files: Tree) -> None:
    files.draw("a.png", picture(21, 480, 360))
    verdicts = set()
    for name, drawn in changed().items():
        files.draw(name, drawn)
        verdicts.add(explain("a.png", name)[1]["verdict"].split(":")[0])
    assert {"resized", "rotated/flipped", "recoloured", "not the same"} <= verdicts

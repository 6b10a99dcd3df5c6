"""Pictures that look alike and are not the same: nothing of them goes without being asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.repair.test_policies import rounds
from tests.repair.tools import BOX, Data
from tests.trees import picture

Pair = tuple[str, str]


def deep(save: Callable[[str, Image.Image], str]) -> list[Pair]:
    """16-bit pictures whose upper bytes are beyond what 8 bits show: noise, and gradients."""
    chance = np.random.default_rng(1)
    noise = [chance.integers(1000, 65535, (64, 64), dtype=np.uint16) for _ in range(2)]
    ramp = np.linspace(300, 65535, 64 * 64, dtype=np.uint16).reshape(64, 64)
    found = [tuple(save(f"noise{n}.png", Image.fromarray(values)) for n, values in enumerate(noise))]
    found.append((save("ramp0.png", Image.fromarray(ramp)), save("ramp1.png", Image.fromarray(ramp + 200))))
    return found  # type: ignore[return-value]


def floating(save: Callable[[str, Image.Image], str]) -> list[Pair]:
    """Depth maps in metres: all of them are white in 8 bits."""
    chance = np.random.default_rng(2)
    maps = [chance.uniform(300, 900, (64, 64)).astype(np.float32) for _ in range(2)]
    return [(save("depth0.tif", Image.fromarray(maps[0])), save("depth1.tif", Image.fromarray(maps[1])))]


def transparent(save: Callable[[str, Image.Image], str]) -> list[Pair]:
    """All of the content is in the alpha channel."""
    found = []
    for name in ("alpha0.png", "alpha1.png"):
        drawn = Image.new("RGBA", (64, 64))
        drawn.putalpha(picture(len(found) + 3, 64, 64).convert("L"))
        found.append(save(name, drawn))
    return [(found[0], found[1])]


def blank(save: Callable[[str, Image.Image], str]) -> list[Pair]:
    """Flat colours, one a shade apart."""
    colours = ((200, 200, 200), (201, 200, 200))
    one, other = (save(f"blank{n}.png", Image.new("RGB", (64, 64), c)) for n, c in enumerate(colours))
    return [(one, other)]


def one_pixel(save: Callable[[str, Image.Image], str]) -> list[Pair]:
    """A single pixel differs."""
    first, second = picture(5), picture(5)
    second.putpixel((7, 9), (255, 0, 255))
    return [(save("pixel0.png", first), save("pixel1.png", second))]


def animated(save: Callable[[str, Image.Image], str]) -> list[Pair]:
    """Animations that begin with the same frame."""
    names = []
    for number in range(2):
        frames = [picture(6).quantize(), picture(20 + number).quantize()]
        names.append(save(f"moving{number}.gif", frames[0], append_images=frames[1:], save_all=True))
    return [(names[0], names[1])]


def turned(save: Callable[[str, Image.Image], str]) -> list[Pair]:
    """The same pixels, one of them displayed on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    drawn = picture(7)
    return [(save("upright.jpg", drawn, quality=95), save("turned.jpg", drawn, quality=95, exif=exif))]


def inked(save: Callable[[str, Image.Image], str]) -> list[Pair]:
    """CMYK that shows what an RGB picture shows."""
    drawn = picture(8)
    return [(save("screen.jpg", drawn, quality=95), save("print.jpg", drawn.convert("CMYK"), quality=95))]


KINDS = (deep, floating, transparent, blank, one_pixel, animated, turned, inked)


@pytest.fixture
def zoo(data: Data) -> tuple[Data, list[Pair]]:
    """All kinds in one split, each image with the same label."""

    def save(name: str, drawn: Image.Image, **options: object) -> str:
        path = f"train/images/{name}"
        drawn.save(data.path(path), **options)
        data.label(f"train/labels/{name.rpartition('.')[0]}.txt", BOX)
        return path

    return data, [pair for kind in KINDS for pair in kind(save)]


def removed() -> set[str]:
    """What the plan removes."""
    groups = json.loads(Path("reports/plan.json").read_text())["groups"]
    return {op["path"] for group in groups for op in group["ops"] if op["op"] == "remove"}


def test_nothing_that_only_looks_alike_goes_by_default(zoo: tuple[Data, list[Pair]]) -> None:
    data, pairs = zoo
    assert len(pairs) == 9
    assert data.run("plan") == 0
    assert removed() == set()


def test_pictures_that_differ_do_not_even_go_unsafely(
    zoo: tuple[Data, list[Pair]], capsys: pytest.CaptureFixture[str]
) -> None:
    """A pixel, a shade of print: those are near copies. The others are other pictures."""
    data, pairs = zoo
    assert data.run("plan", "--unsafe-fixes", "--max-change=100%") == 0
    alike = {path for pair in pairs for path in pair if Path(path).stem in ("pixel1", "screen", "print")}
    assert {path for path in removed() if "/images/" in path} <= alike
    assert "moving1.gif" in capsys.readouterr().out


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["train", "valid", "test"]), min_size=2, max_size=7), st.booleans())
def test_of_every_group_one_picture_stays(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, splits: list[str], move: bool
) -> None:
    folder = tmp_path_factory.mktemp("group")
    monkeypatch.chdir(folder)
    data = Data(folder / "data")
    one = data.path("train/images/train0.png").read_bytes()
    for number, split in enumerate(splits):
        data.path(f"{split}/images/copy{number}.png").write_bytes(one)
        data.label(f"{split}/labels/copy{number}.txt", BOX)
    assert rounds(data.root, "--unsafe-fixes", *(["--on-leak=move"] if move else [])) <= 3
    left = [path for path in data.files() if data.path(path).read_bytes() == one]
    assert len(left) == 1
    assert all(_label(path) in data.files() for path in left)


def _label(path: str) -> str:
    return path.replace("/images/", "/labels/").replace(".png", ".txt")

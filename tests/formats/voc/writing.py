"""Pascal VOC files and their images, written as text, with the line of everything."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PIL import Image

from tests.trees import picture

WIDTH, HEIGHT = 128, 96


def box(name: str = "cat", place: tuple[object, ...] = (11, 12, 60, 70)) -> list[str]:
    """An object with a box, a line an element: nine lines, the box's tag on the third."""
    edges = [f"    <{edge}>{value}</{edge}>" for edge, value in zip(EDGES, place, strict=True)]
    return ["<object>", f"  <name>{name}</name>", "  <bndbox>", *edges, "  </bndbox>", "</object>"]


EDGES = ("xmin", "ymin", "xmax", "ymax")


def shape(name: str, *lines: str) -> list[str]:
    """An object with other lines."""
    return ["<object>", f"  <name>{name}</name>", *(f"  {line}" for line in lines), "</object>"]


def xml(file: str, *objects: list[str], size: tuple[object, object] | None = (WIDTH, HEIGHT)) -> str:
    """A file: its name on line 2, its size from line 3 to 7, its first object from line 8."""
    width, height = size or ("", "")
    sized = [
        "<size>",
        f"  <width>{width}</width>",
        f"  <height>{height}</height>",
        "  <depth>3</depth>",
        "</size>",
    ]
    head = ["<annotation>", f"<filename>{file}</filename>", *(sized if size else [])]
    return "\n".join([*head, *(line for lines in objects for line in lines), "</annotation>", ""])


def put(root: Path, name: str, content: str | bytes) -> None:
    """A file with this content."""
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())


def draw(root: Path, *names: str) -> None:
    """These images of 128 x 96 pixels, each another picture."""
    for name in names:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        picture(sum(name.encode()) * 7 + int.from_bytes(name.encode()[-8:-4], "big")).save(file)


def listed(root: Path, **sets: Iterable[str]) -> None:
    """Image sets in `ImageSets/Main`, a stem a line."""
    for name, stems in sets.items():
        put(root, f"ImageSets/Main/{name}.txt", "".join(f"{stem}\n" for stem in stems))


def devkit(root: Path, count: int = 40, **objects: list[str]) -> list[str]:
    """A sound devkit: three fifths train, one val, one test; a cat on each image, a dog on each second."""
    stems = [f"{number:04}" for number in range(count)]
    for number, stem in enumerate(stems):
        draw(root, f"JPEGImages/{stem}.jpg")
        dogs = [box("dog", (70 + number % 5, 20, 110, 80))] * (number % 2)
        put(root, f"Annotations/{stem}.xml", xml(f"{stem}.jpg", box(), *dogs))
    first, second = count * 3 // 5, count * 4 // 5
    train, val = stems[:first], stems[first:second]
    listed(root, train=train, val=val, trainval=sorted(train + val), test=stems[second:])
    return stems


def saved(root: Path, name: str, width: int, height: int) -> None:
    """An image of another size."""
    Image.effect_noise((width, height), 60).convert("RGB").save(root / name)

"""The least that a scan can cost: decoding, and nothing else.

`python -P benchmarks/floor.py DIR [--candidates N] [--processes 2]` decodes every JPEG through Pillow in grey
at an eighth, every other picture in full, and then N of them, evenly chosen, in full.
"""

from __future__ import annotations

import argparse
from functools import partial
from multiprocessing import Pool
from pathlib import Path

from PIL import Image

KINDS = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff")


def decode(path: str, draft: bool) -> None:
    """Decode one picture; a file that is none costs what it costs to find out."""
    try:
        with Image.open(path) as image:
            if draft:
                image.draft("L", (1, 1))
            image.load()
    except (OSError, SyntaxError, ValueError):
        return


def main() -> None:
    """Decode what the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", metavar="DIR", type=Path)
    parser.add_argument("--candidates", metavar="N", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    files = sorted(str(path) for path in given.data.rglob("*") if path.suffix.lower() in KINDS)
    count = min(given.candidates, len(files))
    full = [files[index * len(files) // count] for index in range(count)]
    with Pool(given.processes) as pool:
        for some, draft in ((files, True), (full, False)):
            for _ in pool.imap_unordered(partial(decode, draft=draft), some, chunksize=32):
                pass
    print(f"{len(files)} files decoded, {count} of them again in full")


if __name__ == "__main__":
    main()

"""Pictures that harm the process which decodes them: how the scan's workers are put to the test.

A picture is marked by a comment. A `sitecustomize` module in a folder on PYTHONPATH has Pillow do in any
new Python process what the comment says, as a hostile file would through a fault in a decoder.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

_CODE = '''"""Pillow does what the comment of a picture says."""
import ctypes, os, resource, signal, sys, time
from PIL import ImageFile


def endless():
    while True:
        pass


def memory():
    taken = []
    while True:
        taken.append(bytes(1 << 26))  # not touched: it is the address space that is limited


def speak():
    print("[]", flush=True)
    os.write(1, b"[]\\n")
    os.write(2, b"speaks\\n")


DEEDS = {
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "memory": memory,
    "endless": endless,
    "crash": lambda: ctypes.string_at(0),
    "abort": os.abort,
    "sleep": lambda: time.sleep(3600),
    "exit": lambda: os._exit(0),
    "leave": lambda: sys.exit(0),
    "close": lambda: (os.closerange(0, 64), time.sleep(3600)),
    "speak": speak,
}


def load(image):
    comment = image.info.get("comment", "")
    text = comment.decode("latin-1") if isinstance(comment, bytes) else comment
    if text.startswith("saboteur "):
        DEEDS[text.split()[1]]()
    return load_well(image)


def setrlimit(which, limits):
    soft, hard = limits
    set_well(which, (soft - FEWER if which == resource.RLIMIT_CPU else soft, hard))


load_well, ImageFile.ImageFile.load = ImageFile.ImageFile.load, load
set_well, resource.setrlimit = resource.setrlimit, setrlimit
'''


class Deed(StrEnum):
    """What becomes of the process that decodes the picture."""

    KILL = "kill"
    MEMORY = "memory"
    ENDLESS = "endless"
    CRASH = "crash"
    ABORT = "abort"
    SLEEP = "sleep"
    EXIT = "exit"
    LEAVE = "leave"
    CLOSE = "close"
    SPEAK = "speak"


def install(folder: Path, *, fewer_seconds: int = 9) -> Path:
    """Write the module into a new folder, to be put on PYTHONPATH; gives the folder.

    Processes that limit their CPU time get so many seconds fewer: an endless decode is not worth ten.
    """
    folder.mkdir(parents=True)
    code = _CODE.replace("FEWER", str(fewer_seconds))
    (folder / "sitecustomize.py").write_text(code, encoding="ascii")
    return folder


def marked(jpeg: bytes, deed: Deed, name: str = "") -> bytes:
    """A JPEG with the comment that asks for a deed; another `name` makes it another file."""
    comment = f"saboteur {deed} {name}".encode()
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]

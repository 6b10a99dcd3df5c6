"""The report in a browser: real runs over hostile data, opened in Chromium."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

REPOSITORY = Path(__file__).resolve().parents[2]
PAYLOAD = "<img src=x onerror=document.title='PWNED'><planted>"
NAMES = (PAYLOAD, f'"{PAYLOAD}', f"line\n{PAYLOAD}", f"\u202e{PAYLOAD}", 'it\'s "quoted" & <b>bold')
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--virtual-time-budget=3000"),
    "--dump-dom",
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such file names")


class Dom(HTMLParser):
    """What the browser made of a page: title, elements with their attributes, text, rows of checks."""

    def __init__(self, dumped: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(dumped)
        self.title = re.search(r"<title[^>]*>(.*?)</title>", dumped, re.DOTALL)[1]
        body = re.sub(r"<template.*?</template>", "", dumped, flags=re.DOTALL)
        self.rows = re.findall(r'<tr class="collapsible".*?</tr>', body, re.DOTALL)

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((name, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="session")
def chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None and os.environ.get("HOLDFAST_CHROMIUM") == "required":
        pytest.fail("HOLDFAST_CHROMIUM=required, and no Chromium is installed")
    if found is None:
        pytest.skip("no Chromium is installed; HOLDFAST_CHROMIUM=required makes this a failure")
    return found


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run over a tree whose every name is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    return check(folder, hostile_tree(folder / PAYLOAD))


def hostile_tree(root: Path) -> Path:
    """Duplicates, leaks, conflicts, unreadable files and bad labels below hostile names."""
    place = root / PAYLOAD
    for split in ("train", "valid", "test"):
        (place / split / "images").mkdir(parents=True)
        (place / split / "labels").mkdir()
    for seed, name in enumerate(NAMES):
        for split, line in (("train", "0 0.5 0.5 0.2 0.2"), ("valid", "0 0.5 0.5 0.3 0.3")):
            picture(seed).save(place / split / "images" / f"{name}.jpg")
            (place / split / "labels" / f"{name}.txt").write_text(line + "\n")
    (place / "test" / "images" / f"broken {PAYLOAD}.jpg").write_text(PAYLOAD)
    (place / "test" / "labels" / f"broken {PAYLOAD}.txt").write_text(f"{PAYLOAD} 0.5 0.5 0.2 0.2\n")
    os.close(os.open(os.fsencode(place / "train" / "labels") + b"/caf\xe9 <planted>.txt", os.O_CREAT))
    quoted = PAYLOAD.replace("'", "''")
    folders = "train: train/images\nval: valid/images\ntest: test/images\n"
    (place / "data.yaml").write_text(f"nc: 3\nnames: ['{quoted}']\n{folders}")
    return root


def picture(seed: int) -> Image.Image:
    """A picture with structure, another one for each seed."""
    blocks = np.random.default_rng(seed).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    return Image.fromarray(blocks).resize((96, 96), Image.Resampling.NEAREST)


def check(folder: Path, data: Path, *arguments: str) -> Path:
    """Run all checks in a folder of their own; the page they wrote."""
    command = [sys.executable, "-m", "pytest", str(REPOSITORY / "checks"), f"--data={data}", "-q"]
    command += [f"--rootdir={REPOSITORY}", "-c", str(REPOSITORY / "pytest.ini"), "--cache=cache", *arguments]
    environment = os.environ | {"GITLAB_CI": "true", "CI": "1", "CI_COMMIT_REF_NAME": PAYLOAD}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in (1, 3), done.stdout + done.stderr
    return folder / "reports" / "report.html"


def opened(chromium: str, page: Path, folder: Path, query: str = "") -> Dom:
    """The page as the browser has it after its script ran."""
    profile = f"--user-data-dir={folder / 'profile'}"
    command = [chromium, *QUIET, profile, page.as_uri() + query]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return Dom(done.stdout)


def test_nothing_from_the_data_becomes_an_element(report: Path, chromium: str, tmp_path: Path) -> None:
    dom = opened(chromium, report, tmp_path)
    assert dom.title.startswith("Holdfast: &lt;img src=x")
    names = {name for name, _ in dom.elements}
    assert "planted" not in names
    assert {attributes.get("src") for name, attributes in dom.elements if name == "img"} <= {""}
    handlers = {
        value for _, attributes in dom.elements for key, value in attributes.items() if key.startswith("on")
    }
    assert handlers <= {"location.reload()"}
    assert [name for name, _ in dom.elements].count("script") == 1


def test_the_hostile_names_are_there_to_read(report: Path, chromium: str, tmp_path: Path) -> None:
    dom = opened(chromium, report, tmp_path)
    for name in (PAYLOAD, f"line\\x0a{PAYLOAD}", f"\\u202e{PAYLOAD}", "caf\\xe9 <planted>"):
        assert name in dom.text
    assert len(dom.rows) > 30
    assert "style" in {name for name, _ in dom.elements}
    assert sum("view p" in (attributes.get("class") or "") for _, attributes in dom.elements) >= 10


def test_rows_are_sorted_by_number_of_findings(report: Path, chromium: str, tmp_path: Path) -> None:
    dom = opened(chromium, report, tmp_path, "?sort=findings")
    keys = [re.search(r'hidden="">(\d+)<', row)[1] for row in dom.rows]
    assert keys == sorted(keys)
    assert keys[0] != keys[-1]


def test_the_policy_stops_what_escaping_would_miss(report: Path, chromium: str, tmp_path: Path) -> None:
    slipped = report.read_text().replace("<body>", "<body><img src=x onerror=\"document.title='FIRED'\">", 1)
    sealed, bare = tmp_path / "sealed.html", tmp_path / "bare.html"
    sealed.write_text(slipped)
    bare.write_text(re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", slipped))
    assert opened(chromium, sealed, tmp_path).title != "FIRED"
    assert opened(chromium, bare, tmp_path).title == "FIRED"

"""The page that pytest-html writes with our hooks, read without a browser."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

REPOSITORY = Path(__file__).resolve().parents[2]
CRASHING = """
from holdfast import check

@check(per="dataset")
def crashing(images):
    raise ValueError("a fault of the rule, <b>not</b> of the data")
    yield
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two splits with one picture in both."""
    root = tmp_path / "data"
    for split, seeds in (("train", (1, 2)), ("valid", (2, 3))):
        for folder in ("images", "labels"):
            (root / split / folder).mkdir(parents=True)
        for seed in seeds:
            blocks = np.random.default_rng(seed).integers(0, 255, (8, 8, 3), dtype=np.uint8)
            picture = Image.fromarray(blocks).resize((64, 64), Image.Resampling.NEAREST)
            picture.save(root / split / "images" / f"{seed}.png")
            (root / split / "labels" / f"{seed}.txt").write_text("0 0.5 0.5 0.2 0.2\n")
    return root


def run(folder: Path, *arguments: str) -> Path | None:
    """Run pytest in a folder; the page it wrote, if it did."""
    command = [sys.executable, "-m", "pytest", "-q", f"--rootdir={REPOSITORY}"]
    command += ["-c", str(REPOSITORY / "pytest.ini"), *arguments]
    environment = os.environ | {"GITLAB_CI": "true", "CI_COMMIT_REF_NAME": "<img/src=x/onerror=fire()>"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    page = folder / "reports" / "report.html"
    return page if page.exists() else None


def check(folder: Path, data: Path, *arguments: str) -> Path | None:
    return run(folder, str(REPOSITORY / "checks"), f"--data={data}", "--cache=cache", *arguments)


def blob(page: Path | None) -> dict[str, dict[str, list[dict[str, str]]]]:
    """What pytest-html hands to its script: the rows and the environment."""
    assert page is not None
    written = re.search(r'data-jsonblob="([^"]*)"', page.read_text(encoding="utf-8"))
    assert written is not None
    return json.loads(html.unescape(written[1]))


def rows(page: Path | None) -> dict[tuple[str, str], dict[str, str]]:
    """Rows by check and unit, as text."""
    found = [test for tests in blob(page)["tests"].values() for test in tests]
    return {(re.sub("<.*?>", "", test["check"]), test["where"]): test for test in found}


def test_a_row_names_check_unit_and_findings(tmp_path: Path, data: Path) -> None:
    shown = rows(check(tmp_path, data))
    leak = shown["split_leakage", "train-val"]
    assert leak["result"] == "Failed"
    assert "1 error</span>" in leak["findings"]
    assert "train/images/2.png</code> same bytes as valid/images/2.png" in leak["log"]
    assert "nothing</span>" in shown["exact_duplicate", "train"]["findings"]


def test_the_page_is_the_same_with_two_processes(tmp_path: Path, data: Path) -> None:
    def stable(page: Path | None) -> dict[tuple[str, str], tuple[str, str]]:
        return {place: (row["findings"], row["log"]) for place, row in rows(page).items()}

    alone = stable(check(tmp_path, data))
    assert stable(check(tmp_path, data, "-n2")) == alone


def test_a_crash_keeps_its_traceback_and_is_no_verdict(tmp_path: Path, data: Path) -> None:
    rule = tmp_path / "rules" / "crashing.py"
    rule.parent.mkdir()
    rule.write_text(CRASHING)
    page = check(tmp_path, data, str(rule))
    crashed = rows(page)["crashing", "all"]
    assert "did not run to its end" in crashed["findings"]
    assert "ValueError: a fault of the rule, &lt;b&gt;not&lt;/b&gt; of the data" in crashed["log"]
    assert "INCOMPLETE" in page.read_text(encoding="utf-8")


def test_the_environment_is_escaped(tmp_path: Path, data: Path) -> None:
    shown = blob(check(tmp_path, data))["environment"]
    assert shown["CI_COMMIT_REF_NAME"] == "&lt;img/src=x/onerror=fire()&gt;"
    assert str(data) not in json.dumps(shown)


def test_without_pytest_html_there_is_no_page(tmp_path: Path, data: Path) -> None:
    assert check(tmp_path, data, "-p", "no:html") is None
    assert (tmp_path / "reports" / "findings.jsonl").exists()


def test_an_ordinary_run_keeps_the_page_of_pytest_html(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text("def test_other(): pass\n")
    page = run(tmp_path, "test_other.py", "--html=reports/report.html", "--self-contained-html")
    assert page is not None
    assert "Content-Security-Policy" not in page.read_text(encoding="utf-8")
    (tests,) = blob(page)["tests"].values()
    assert "testId" in tests[0]

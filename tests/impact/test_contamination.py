"""Which share of the evaluation splits leaks contaminate: in the terminal, the page, the findings file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from holdfast import Finding, Severity
from holdfast.dataset import ANNOTATIONS, IMAGES, Dataset, Split, filled
from holdfast.impact.contamination import impact_of
from holdfast.impact.lines import impact_lines
from holdfast.report.impact import MAX_CLASSES, impact_section
from holdfast.report.run import Result, Run, State
from tests.checking import REPOSITORY, check, start_process
from tests.trees import Tree, sound_tree, tree

HOSTILE = "<img src=x onerror=alert(1)>\x1b[31m"
RAN = [("source_leakage", "train-test"), ("sequence_leakage", "train-test"), ("split_leakage", "train-test")]


def walls(*paths: str, classes: tuple[tuple[str, str], ...] = ()) -> Dataset:
    """Images, each in the split that its path begins with, and annotations: image and class."""
    splits = [path.partition("/")[0] for path in paths]
    images = filled(IMAGES, {"path": list(paths), "split": splits, "unit": splits}, len(paths))
    places = [image.partition("/")[0] for image, _ in classes]
    boxes = {"image": [image for image, _ in classes], "split": places, "unit": places}
    boxes["class_name"] = [name for _, name in classes]
    names = [Split("", name) for name in dict.fromkeys(splits)]
    table = filled(ANNOTATIONS, boxes, len(classes))
    return Dataset(Path("/data/walls"), "voc", tuple(names), images=images, annotations=table)


def leak(rule: str, path: str, *related: str, kind: str | None = None, waived: bool = False,
         severity: Severity = Severity.ERROR) -> Finding:  # fmt: skip
    return Finding(
        path, "", severity, related=related, kind=kind, rule=rule, unit="train-test", waived=waived
    )


def leaky(folder: Path) -> Tree:
    """Two of three test images are training images (bytes, re-encoded), one of them is in val as well."""
    data = sound_tree(folder).copy("train/images/train.jpg", "test/images/same.jpg")
    data.label("test", "same", "1 0.5 0.5 0.2 0.2", "0 0.2 0.2 0.1 0.1")
    data.draw("test/images/again.jpg", Image.open(data.root / "valid/images/valid.jpg"), quality=60)
    data.label("test", "again", "0 0.5 0.5 0.2 0.2").copy("train/images/train.jpg", "valid/images/too.jpg")
    return data.label("valid", "too", "1 0.5 0.5 0.2 0.2").config("names: [hold, volume]")


def test_the_findings_file_says_it_in_its_first_line(tmp_path: Path) -> None:
    found = check(leaky(tmp_path).root, "split_leakage").header["impact"]
    shares = {(row["split"], row["against"]): row for row in found["splits"]}
    assert list(shares) == [("val", "train"), ("test", "train"), ("test", "val")]
    assert shares["val", "train"] == {
        "split": "val", "against": "train", "images": 2, "contaminated": 1, "waived": 0,
        "kinds": {"identical bytes": 1}, "rules": ["split_leakage"],
    }  # fmt: skip
    assert shares["test", "train"]["contaminated"] == 1
    assert shares["test", "val"]["contaminated"] == 2
    assert shares["test", "val"]["kinds"] == {"identical bytes": 1, "re-encoded": 1}
    assert shares["test", "val"]["images"] == 3


def test_classes_have_their_share_of_images_and_of_annotations(tmp_path: Path) -> None:
    found = check(leaky(tmp_path).root, "split_leakage").header["impact"]
    rows = [row for row in found["classes"] if (row["split"], row["against"]) == ("test", "train")]
    assert [row["class"] for row in rows] == ["volume", "hold"]  # the most contaminated first
    assert rows[0] | {"kinds": 0} == {
        "split": "test", "against": "train", "class": "volume", "images": 1, "contaminated": 1,
        "annotations": 1, "contaminated_annotations": 1, "kinds": 0,
    }  # fmt: skip
    hold = rows[1]
    assert (hold["images"], hold["contaminated"]) == (3, 1)
    assert (hold["annotations"], hold["contaminated_annotations"]) == (3, 1)
    assert hold["kinds"] == {"identical bytes": 1}


def test_the_terminal_says_it_in_a_few_lines(tmp_path: Path) -> None:
    text = check(leaky(tmp_path).root, "split_leakage").text
    assert "  val by train: 1 of 2 images (50.0 %): 1 identical bytes\n" in text
    assert "  test by train: 1 of 3 images (33.3 %): 1 identical bytes\n" in text
    assert "  test by val: 2 of 3 images (66.7 %): 1 identical bytes, 1 re-encoded\n" in text
    assert "its classes, worst first: volume: 1 of 1 images, 100.0 % of its 1 annotations; hold: 2 of" in text


def test_a_sound_dataset_has_nothing_to_say(tmp_path: Path) -> None:
    found = check(sound_tree(tmp_path).root, "split_leakage")
    assert [row["contaminated"] for row in found.header["impact"]["splits"]] == [0, 0, 0]
    assert found.header["impact"]["classes"] == []
    assert "contaminated" not in found.text


def test_what_no_rule_looked_at_is_not_called_clean(tmp_path: Path) -> None:
    found = check(leaky(tmp_path).root, "small_image")
    assert found.header["impact"] == {"splits": [], "classes": [], "scores": []}
    assert "contaminated" not in found.text


def test_the_page_has_a_section(tmp_path: Path) -> None:
    data = leaky(tmp_path).root
    start_process(str(REPOSITORY / "checks" / "split_leakage.py"), f"--data={data}", "--cache=cache",
                  f"--rootdir={REPOSITORY}", f"-c={REPOSITORY / 'pytest.ini'}", cwd=tmp_path)  # fmt: skip
    page = (tmp_path / "reports" / "report.html").read_text(encoding="utf-8")
    section = words(page.partition("Impact of leaks")[2].partition("<h2>")[0])
    assert "test train 3 1 33.3 % 1 identical bytes 0" in section
    assert "Classes of test against train" in section
    assert "volume 1 1 100.0 % 1 1 100.0 % 1 identical bytes" in section


@pytest.mark.parametrize("rule", ["source_leakage", "sequence_leakage"])
def test_names_tie_as_well(rule: str) -> None:
    data = walls("train/a", "test/b", "test/c", "test/d")
    row = of(data, leak(rule, "test/b", "test/c", "train/a"))
    assert (row.tied, row.images) == (2, 3)
    assert row.kinds == ((rule.replace("_leakage", "").join(["same ", ""]), 2),)


def test_a_source_ties_all_of_its_images_though_a_finding_names_some(tmp_path: Path) -> None:
    data = tree(tmp_path).settings('[sources]\npatterns = ["(?P<source>wall\\\\d+)_"]')
    for number in range(3):
        data.image("train", f"wall{number}_{number}").image("test", f"alone{number}")
    for number in range(60):
        data.image("test", f"wall0_t{number}", seed=number % 5)
    found = check(data.root, "source_leakage")
    assert [len(finding.related) for finding in found.findings] == [49]  # what the rule names
    [row] = found.header["impact"]["splits"]
    assert (row["contaminated"], row["kinds"]) == (60, {"same source": 60})


def test_the_strongest_kind_of_an_image_counts() -> None:
    data = walls("train/a", "test/b")
    cropped = leak("split_leakage", "test/b", "train/a", kind="cropped")
    turned = leak("split_leakage", "test/b", "train/a", kind="rotated/flipped")
    assert of(data, leak("source_leakage", "test/b", "train/a"), cropped, turned).kinds == (
        ("rotated/flipped", 1),
    )
    assert of(data, leak("sequence_leakage", "test/b", "train/a"), cropped).kinds == (("cropped", 1),)


def test_the_same_scene_notes_on_names_and_pairs_of_one_split_tie_nothing() -> None:
    data = walls("train/a", "test/b", "test/c")
    findings = [
        leak("split_leakage", "test/b", "train/a", kind="same scene"),
        leak("split_leakage", "test/b", kind="not compared"),
        leak("source_leakage", "test/b", "train/a", severity=Severity.INFO),
        leak("source_leakage", "test/b", "test/c"),
        leak("near_duplicate", "test/b", "train/a", kind="re-encoded"),
        leak("split_leakage", "test/b", "elsewhere", kind="re-encoded"),
    ]
    assert of(data, *findings).tied == 0


def test_a_copy_counts_whatever_its_severity() -> None:
    found = leak("split_leakage", "test/b", "train/a", kind="cropped", severity=Severity.INFO)
    assert of(walls("train/a", "test/b"), found).tied == 1


def test_waived_findings_are_counted_apart() -> None:
    data = walls("train/a", "test/b", "test/c")
    waived = [leak("split_leakage", f"test/{name}", "train/a", kind="cropped", waived=True) for name in "bc"]
    row = of(data, *waived, leak("source_leakage", "test/b", "train/a"))
    assert (row.tied, row.waived, row.kinds) == (1, 1, (("same source", 1),))
    [_, line] = list(impact_lines(impact_of(data, waived, RAN)))
    assert line == "  test by train: 0 of 2 images (0.0 %); 2 more by waived findings only"


def test_hostile_names_are_harmless() -> None:
    data = walls("train/a", "test/b", classes=(("test/b", HOSTILE), ("test/b", "hold")))
    finding = leak("split_leakage", "test/b", "train/a", kind=HOSTILE)
    run = run_of(data, finding)
    markup = impact_section(run)
    assert "<img" not in markup
    assert "\x1b" not in markup + "".join(impact_lines(run.impact))
    assert "&lt;img src=x onerror=alert(1)&gt;" in markup


def test_many_classes_are_cut() -> None:
    names = [f"class {number:03}" for number in range(MAX_CLASSES + 5)]
    data = walls("train/a", "test/b", classes=tuple(("test/b", name) for name in names))
    run = run_of(data, leak("split_leakage", "test/b", "train/a", kind="cropped"))
    shown = words(impact_section(run))
    assert "and 5 less contaminated" in shown
    assert len(list(impact_lines(run.impact))) == 3
    assert f"{len(names) - 3} more in the report" in "".join(impact_lines(run.impact))


def test_a_check_that_did_not_end_looked_at_nothing() -> None:
    data = walls("train/a", "test/b")
    broken = Result("split_leakage", "train-test", State.ERROR)
    times = "2026-01-02T10:00:00+00:00"
    assert Run(data, (broken,), (), 3, times, times).impact.splits == ()


def of(data: Dataset, *findings: Finding) -> object:
    [row] = impact_of(data, findings, RAN).splits
    return row


def run_of(data: Dataset, *findings: Finding) -> Run:
    times = "2026-01-02T10:00:00+00:00"
    result = Result("split_leakage", "train-test", State.FAILED, findings)
    return Run(data, (result,), (), 1, times, times)


def words(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", markup))

from __future__ import annotations

from pathlib import Path

from tests.checking import check
from tests.trees import picture, tree
from tests.written import Coco


def test_an_image_that_the_json_leaves_out(tmp_path: Path) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg").box(0, 10, 10, 20, 20).write()
    assert check(data.root, "unlisted_image", "missing_label").findings == []
    found = check(data.draw("train/b.jpg", picture(3)).root, "unlisted_image", "missing_label")
    assert found.code == 0
    [finding] = found.findings
    assert (finding.path, finding.rule, str(finding.severity)) == ("train/b.jpg", "unlisted_image", "warning")

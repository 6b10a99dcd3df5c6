"""What would mend a data.yaml in the place of a finding."""

from __future__ import annotations

from holdfast.dataset import Dataset
from holdfast.repair.configs.classes import highest_class, name_classes, recount
from holdfast.repair.configs.places import repoint
from holdfast.repair.configs.start import start_config
from holdfast.repair.configs.text import ConfigText
from holdfast.repair.fix import Applicability, EditFile, Fix
from holdfast.repair.lookup import find_image

_BY_HAND = Fix(Applicability.DISPLAY, "says what its author meant: correct it by hand")


def mend_config(dataset: Dataset, file: str, line: int | None) -> Fix:
    """The smallest edit of what a line of a data.yaml, from 1, says; a new data.yaml where the file is an
    image, whose collection has none; for a person where there is neither.

    Raises Refused for a file that cannot be read.
    """
    if (image := find_image(dataset, file)) is not None:
        edit, reason = start_config(dataset, image.collection), "a data.yaml of what the folders show"
    elif line is None or not file.lower().endswith((".yaml", ".yml")):
        edit, reason = None, ""
    else:
        edit, reason = _mended(dataset, ConfigText.of(dataset, file), line)
    return Fix(Applicability.UNSAFE, reason, (edit,)) if edit else _BY_HAND


def _mended(dataset: Dataset, config: ConfigText, line: int) -> tuple[EditFile | None, str]:
    count = config.scalar("nc")
    if count is None or count.line != line:
        return repoint(dataset, config, line), "becomes the only folder of that split"
    used = highest_class(dataset, config.folder)
    if edit := name_classes(config, used):
        return edit, "classes without a name become `class_<number>`"
    return recount(config, used), "`nc` becomes the number of `names`"

"""What would mend a data.yaml in the place of a finding."""

from __future__ import annotations

from holdfast.dataset import Dataset
from holdfast.repair.configs.classes import highest_class, name_classes, recount
from holdfast.repair.configs.places import repoint
from holdfast.repair.configs.text import ConfigText
from holdfast.repair.fix import Applicability, Fix

_BY_HAND = Fix(Applicability.DISPLAY, "says what its author meant: correct it by hand")


def mend_config(dataset: Dataset, file: str, line: int | None) -> Fix:
    """The smallest edit of what a line of a data.yaml, from 1, says; for a person where there is none.

    Raises Refused for a file that cannot be read.
    """
    if line is None or not file.lower().endswith((".yaml", ".yml")):
        return _BY_HAND
    config = ConfigText.of(dataset, file)
    count = config.scalar("nc")
    if count is None or count.line != line:
        edit, reason = repoint(dataset, config, line), "becomes the only folder of that split"
    else:
        used = highest_class(dataset, config.folder)
        edit, reason = name_classes(config, used), "classes without a name become `class_<number>`"
        if edit is None:
            edit, reason = recount(config, used), "`nc` becomes the number of `names`"
    return Fix(Applicability.UNSAFE, reason, (edit,)) if edit else _BY_HAND

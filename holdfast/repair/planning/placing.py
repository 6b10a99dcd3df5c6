"""Names for images that go to another split: asked for when a plan is made, for names may be taken."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from holdfast.dataset import Dataset
from holdfast.names import display
from holdfast.repair.fix import Edit, Fix, Move, ToSplit
from holdfast.repair.lookup import find_image
from holdfast.repair.planning.outcome import Declined, Outcome
from holdfast.repair.resplit.moving import Mover
from holdfast.repair.runs.places import Refused
from holdfast.repair.runs.tree import Tree


class Placing:
    """Hands out names, each once; the folders are read when the first one is asked for."""

    def __init__(self, dataset: Dataset, tree: Tree) -> None:
        self._dataset, self._tree = dataset, tree
        self._mover: Mover | None = None

    def placed(self, fix: Fix, changed: Container[str]) -> Fix:
        """The fix with a name for every image that goes to another split; `changed` move or go already.

        Raises Declined, Refused, OSError.
        """
        return replace(fix, edits=tuple(self._placed(edit, changed) for edit in fix.edits))

    def _placed(self, edit: Edit, changed: Container[str]) -> Edit:
        if not isinstance(edit, ToSplit):
            return edit
        if edit.path in changed:
            raise Declined(Outcome.LATER, "moves or goes already")
        image = find_image(self._dataset, edit.path)
        place = "" if image is None else image.collection
        if (place, edit.split) not in {(split.collection, split.name) for split in self._dataset.splits}:
            raise Refused(f"{display(place) or 'the dataset'} has no split {edit.split}")
        self._mover = self._mover or Mover(self._dataset, self._tree)
        to = self._mover.move(edit.path, edit.split).to
        if to == edit.path:
            raise Declined(Outcome.PERSON, "a list says which split it is in: `resplit` changes lists")
        return Move(edit.path, to)

"""What shares a file belongs together: fixes of one plan, and groups that change one list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def sharing(files: Sequence[Iterable[str]]) -> list[list[int]]:
    """Positions whose files overlap, in a chain or directly, together; in order of their first one."""
    leader = list(range(len(files)))

    def find(number: int) -> int:
        while leader[number] != number:
            leader[number] = number = leader[leader[number]]
        return number

    owner: dict[str, int] = {}
    for number, paths in enumerate(files):
        for path in paths:
            leader[find(number)] = find(owner.setdefault(path, number))
    members: dict[int, list[int]] = {}
    for number in range(len(files)):
        members.setdefault(find(number), []).append(number)
    return list(members.values())

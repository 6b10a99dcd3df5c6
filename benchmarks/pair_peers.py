"""Libraries that find pairs of binary hashes too, each in an environment of its own, for `pair_search.py`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks import peers
from benchmarks.running import Command

# Each is given the file of the hashes and the radius, and prints its seconds and how many pairs it found.
_PEER = """
import json, sys, time
import numpy as np
{imports}
hashes, radius = np.load(sys.argv[1]), int(sys.argv[2])
wall, cpu = time.perf_counter(), time.process_time()
{search}
print(json.dumps(dict(wall=time.perf_counter() - wall, cpu=time.process_time() - cpu, pairs=int(pairs))))
"""
_FAISS = """
index = faiss.IndexBinaryFlat(64)
rows = hashes.view(np.uint8).reshape(-1, 8)
index.add(rows)
limits, distances, found = index.range_search(rows, radius + 1)
pairs = (np.repeat(np.arange(len(rows)), np.diff(limits.astype(np.int64))) < found).sum()
"""
_USEARCH = """
rows = hashes.view(np.uint8).reshape(-1, 8)
matches = search(rows, rows, 32, MetricKind.Hamming, exact=True, threads=2)
pairs = ((matches.distances <= radius) & (matches.keys > np.arange(len(rows))[:, None])).sum()
"""
_PYBKTREE = """
values = hashes.tolist()
tree = pybktree.BKTree(pybktree.hamming_distance, values)
pairs = (sum(len(tree.find(value, radius)) for value in values) - len(values)) // 2
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """A library: what is installed, how it searches, the cases that it can do; one run only of a slow one."""

    name: str
    requirements: tuple[str, ...]
    imports: str
    search: str
    counts: tuple[int, ...]
    once: bool = False


PEERS = (
    Peer("faiss IndexBinaryFlat", ("faiss-cpu",), "import faiss", _FAISS, (10_000, 60_000)),
    Peer(
        "usearch exact, k = 32",
        ("usearch",),
        "from usearch.index import MetricKind, search",
        _USEARCH,
        (10_000,),
    ),
    Peer("pybktree", ("pybktree", "numpy"), "import pybktree", _PYBKTREE, (10_000,), once=True),
)


def peer_searches(count: int, file: Path, radius: int, folder: Path) -> list[Command]:
    """The searches of so many hashes by the libraries that can be installed and can do them."""
    found = []
    for peer in PEERS:
        if count in peer.counts and (
            python := peers.environment(peer.requirements[0], peer.requirements, folder)
        ):
            code = _PEER.format(imports=peer.imports, search=peer.search)
            argv = (str(python), "-c", code, str(file), str(radius))
            found.append(Command(f"  {peer.name}, the same", argv, limit=600, optional=True, once=peer.once))
    return found

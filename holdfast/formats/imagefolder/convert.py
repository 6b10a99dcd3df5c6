"""A parquet file on standard input becomes JSON on standard output: a line for the columns, then one a row.

Runs as a process of its own with bounded memory and time, for a hostile file may make any parquet reader
crash or ask for all memory. The first line is `{"rows": N}`, or `{"error": "..."}` and nothing follows.
"""

from __future__ import annotations

import io
import json
import sys

_LIMIT_MEMORY = 3 << 30
_LIMIT_SECONDS = 120
_LIMIT_OUTPUT = 256 << 20


def main() -> None:
    """Arguments: how many rows at most, and the columns; `*_x` stands for all whose names end so."""
    _limit()
    import polars as pl

    most, *wanted = sys.argv[1:]
    data = sys.stdin.buffer.read()
    try:
        columns = [name for name in pl.read_parquet_schema(io.BytesIO(data)) if _is_wanted(name, wanted)]
        table = (
            pl.read_parquet(io.BytesIO(data), columns=columns, n_rows=int(most))
            if columns
            else pl.DataFrame()
        )
    except BaseException as error:  # a panic of Polars is no Exception
        _write({"error": str(error).partition("\n")[0][:200]})
        return
    _write({"rows": table.height})
    left = _LIMIT_OUTPUT
    for row in table.iter_rows(named=True):
        left -= _write(row)
        if left < 0:  # whoever reads it sees that rows are missing
            return


def _write(row: object) -> int:
    """Write a line; how long it is."""
    return sys.stdout.write(json.dumps(row, default=str) + "\n")


def _is_wanted(name: str, wanted: list[str]) -> bool:
    return any(name == one or (one[0] == "*" and name.endswith(one[1:])) for one in wanted)


def _limit() -> None:
    """Bound memory and processor time, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for which, most in ((resource.RLIMIT_AS, _LIMIT_MEMORY), (resource.RLIMIT_CPU, _LIMIT_SECONDS)):
        hard = resource.getrlimit(which)[1]
        if which != resource.RLIMIT_AS or sys.platform == "linux":  # elsewhere it is refused
            resource.setrlimit(which, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    main()

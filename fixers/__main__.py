"""`python -m fixers`: plan, apply, undo, status, recover."""

from __future__ import annotations

import sys

from holdfast.repair.commands.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

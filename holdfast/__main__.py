"""`python -m holdfast`: the command, from a clone."""

import sys

from holdfast.cli import main

sys.exit(main())

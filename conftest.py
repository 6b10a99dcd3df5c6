"""Fall-back for a clone: loads the plugin where another project's pytest configuration won."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
pytest_plugins = ["holdfast.plugin"]

from __future__ import annotations

from tests.repair.conftest import data as data

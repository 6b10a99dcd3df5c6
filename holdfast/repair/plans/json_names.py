"""A file name in JSON: as text where it is clean UTF-8, else the Base64 of its bytes."""

from __future__ import annotations

import os
from typing import Any

from holdfast.names import base64_name, from_base64, to_os


def name_to_json(path: str) -> Any:
    """The name as JSON holds it."""
    encoded = base64_name(path)
    return path if encoded is None else {"b64": encoded}


def name_from_json(data: Any) -> str:
    """The way back. Raises ValueError, KeyError or TypeError for what is no name."""
    name = data if isinstance(data, str) else from_base64(data["b64"])
    os.fsencode(to_os(name))  # UnicodeEncodeError is a ValueError
    return name

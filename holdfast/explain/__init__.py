"""Why two images count as the same, or do not: figures, and one picture of both."""

from holdfast.explain.pair import explain_pair

__all__ = ["explain_pair"]

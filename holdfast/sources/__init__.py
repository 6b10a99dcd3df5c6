"""Which images belong together though no pixel may say so: one source, one sequence."""

from holdfast.sources.known import with_sources
from holdfast.sources.naming import KnownBy
from holdfast.sources.pairs import named_pairs

__all__ = ["KnownBy", "named_pairs", "with_sources"]

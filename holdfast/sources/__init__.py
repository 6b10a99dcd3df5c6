"""Which images belong together though no pixel may say so: one source, one sequence."""

from holdfast.sources.known import with_sources
from holdfast.sources.naming import KnownBy
from holdfast.sources.pairs import named_pairs
from holdfast.sources.relatives import find_relatives
from holdfast.sources.verdicts import SourceVerdict

__all__ = ["KnownBy", "SourceVerdict", "find_relatives", "named_pairs", "with_sources"]

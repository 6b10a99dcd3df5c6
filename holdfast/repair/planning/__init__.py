"""From findings to a plan: what is accepted, what is refused, and why."""

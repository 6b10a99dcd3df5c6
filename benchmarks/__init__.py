"""What Holdfast costs, beside other tools: scripts that anyone can run; see docs/benchmarks.md."""

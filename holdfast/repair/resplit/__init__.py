"""Re-splitting: whole groups of relatives (copies, exports, frames) to splits, so that nothing leaks."""

"""Tests for image datasets."""

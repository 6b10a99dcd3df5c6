"""Repairs that are carried out: journal, quarantine, undo. Nothing else writes to the data."""

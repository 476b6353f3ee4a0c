"""Measurements of the full demonstration city: honest figures, no tests."""

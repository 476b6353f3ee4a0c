"""Preference sheets as Excel files: written for whoever cannot reach the system, read when they come back."""

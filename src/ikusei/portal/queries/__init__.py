"""Reads of the first page: one panel per thing a role has to know."""

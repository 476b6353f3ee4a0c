"""The facts of rotation."""

"""Template tags of rotation."""

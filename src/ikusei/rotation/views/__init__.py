"""The pages of rotation."""

"""The pages of growth."""

"""What the pages of growth show."""

"""What the pages of rotation show."""

"""What the pages of rotation take in."""

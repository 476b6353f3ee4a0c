"""What a person can do for their growth."""

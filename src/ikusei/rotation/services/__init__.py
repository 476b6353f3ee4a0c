"""What a person can do about posts, wishes, drafts and orders."""

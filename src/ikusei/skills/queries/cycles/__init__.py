"""What the skill steward reads of cycles: which there are, how far they are, who waits for whom, who is in and why."""

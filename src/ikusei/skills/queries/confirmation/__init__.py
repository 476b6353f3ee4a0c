"""What those who confirm levels read: whom, by what right and for how much of the time, what was said, and history."""

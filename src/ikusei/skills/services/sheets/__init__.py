"""Skill sheets: `recording` reads and records one, `uploads` keeps one on its page, `undoing` takes the last one back."""

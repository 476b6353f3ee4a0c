"""The maps: where one person stands, where an office stands, and how that changed. Nothing here writes."""

"""The planner: who sits where for years ahead, with a proven distance from the best. Pure: no Django."""

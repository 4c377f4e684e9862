"""Dates, clock times and durations as people write them, and what they count."""

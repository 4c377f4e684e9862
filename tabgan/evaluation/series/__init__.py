"""Scores of series."""

"""Sections of the page: results in, what templates show out."""

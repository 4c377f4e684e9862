"""Stages between a table and the networks, each of which turns itself into plain arrays and back."""

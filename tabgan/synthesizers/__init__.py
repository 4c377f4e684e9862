"""Estimators that learn a table and sample rows like it."""

"""Fits from the command line are many, and not about the sieve."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module", autouse=True)
def _quick(small_sieve, small_detectors):
    """All of them fit and judge quickly."""

"""Series: their steps of time, their stretches without gaps, and what a chain makes the next step of."""

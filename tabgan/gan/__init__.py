"""Two networks and how they are trained. Nothing here knows of tables."""

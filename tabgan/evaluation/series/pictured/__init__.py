"""Numbers that pictures of series show: of the few channels, pairs and windows that tell most."""

"""Numbers and gaps as people write them in cells, and writing them again."""

"""Charts of the page: arrays and names in, SVG out."""

"""Tables in files: `formats` for whoever does not care which, and one module per format."""

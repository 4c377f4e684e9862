"""Tables in files: one module per format, `read.py` and `write.py` for whoever does not care which."""

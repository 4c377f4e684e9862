"""How close a synthetic table is to a real one. Takes tables, returns scores; knows no synthesizer."""

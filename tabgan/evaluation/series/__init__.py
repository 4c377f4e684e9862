"""How close synthetic series are to real ones. Takes frames and arrays, returns scores; knows no synthesizer."""

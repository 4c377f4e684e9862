"""The command line: one thin file per command. Each reads, calls the library, writes."""

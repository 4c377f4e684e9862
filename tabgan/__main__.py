"""`python -m tabgan` is the command `tabgan`."""

import sys

if __name__ == "__main__":
    try:
        from tabgan.cli.main import main

        main()
    except KeyboardInterrupt:  # before a command has begun
        sys.exit(130)

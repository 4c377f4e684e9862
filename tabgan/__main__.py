"""`python -m tabgan` is the command `tabgan`."""

from tabgan.cli.main import main

if __name__ == "__main__":
    main()

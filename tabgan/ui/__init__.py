"""A page on this machine for what the commands do: forms become commands, and the commands are run and shown."""

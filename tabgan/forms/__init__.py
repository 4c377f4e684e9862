"""What model files and checkpoints may hold: checked before anything is made of it."""

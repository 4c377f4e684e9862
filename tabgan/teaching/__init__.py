"""What real rows teach of one of their columns: a mix of learners, and what generated rows get from it."""

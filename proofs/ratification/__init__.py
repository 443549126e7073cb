"""Game 1: ratification without an invitation, the benchmark."""

"""Game 2: the invitation game with complete information."""

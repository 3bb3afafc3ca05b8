"""Notes, and where they are kept."""

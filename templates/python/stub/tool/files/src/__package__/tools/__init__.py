"""Tools, a file a topic."""

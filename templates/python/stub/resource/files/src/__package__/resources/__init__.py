"""Resources, a file a topic."""

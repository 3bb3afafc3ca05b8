"""Settings that have no default: for now there are none."""

REQUIRED: dict[str, str] = {}
"""With their examples."""

"""Web pages, and the guards around them."""

"""Where tools keep their data: the port, and the backend behind it."""

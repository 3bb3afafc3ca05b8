"""Long work, and the records of it."""

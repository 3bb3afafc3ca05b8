"""The API as its description has it, and calls of it."""

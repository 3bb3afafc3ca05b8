"""Prompts, a file a topic."""

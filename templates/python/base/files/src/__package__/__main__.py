"""`python -m` starts the server as its command does."""

from .main import main

main()

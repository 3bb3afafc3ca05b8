"""``python -m create_mcp_mason``."""

from create_mcp_mason import main

main()

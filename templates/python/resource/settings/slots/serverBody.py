
@mcp.resource("config://app-settings", name="app-settings", title="Settings", mime_type="application/json")
def settings() -> str:
    """The settings in force. Secrets are hidden."""
    return config.model_dump_json(indent=2, exclude_none=True)

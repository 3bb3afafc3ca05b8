from mcp.types import ToolAnnotations
from pydantic import Field

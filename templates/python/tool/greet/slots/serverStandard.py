from typing import Annotated, TypedDict

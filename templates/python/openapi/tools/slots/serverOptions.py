tools=operation_tools(),

import { describe, expect, it } from 'vitest';
import { distributionNameOf, moduleNameOf } from '../../src/languages/python-names.ts';

describe('moduleNameOf', () => {
  it.each([
    ['notes', 'notes'],
    ['my-server.v2', 'my_server_v2'],
    ['3d-tools', 'mcp_3d_tools'],
    ['_x', 'mcp_x'],
    ['json', 'mcp_json'],
    ['class', 'mcp_class'],
    ['mcp', 'mcp_mcp'],
    ['mcp-types', 'mcp_mcp_types'],
    ['python.dotenv', 'mcp_python_dotenv'],
    ['jwt', 'mcp_jwt'],
    ['sse-starlette', 'mcp_sse_starlette'],
    ['pygmentize', 'mcp_pygmentize'],
    ['websockets', 'mcp_websockets'],
    ['tests', 'mcp_tests'],
    [`${'long-'.repeat(20)}x`, 'long_long_long_long_long_long_long_long'],
  ])('makes %s %s', (name, module) => {
    expect(moduleNameOf(name)).toBe(module);
    expect(module).toMatch(/^[a-z][a-z0-9_]*[a-z0-9]$/);
  });
});

describe('distributionNameOf', () => {
  it.each([
    ['notes', 'notes'],
    ['mcp', 'mcp-server'],
    ['typing_extensions', 'typing_extensions-server'],
    ['json', 'json'],
    ['dotenv', 'dotenv-server'],
    ['python', 'python-server'],
    ['ruff', 'ruff-server'],
  ])('makes %s %s', (name, distribution) => {
    expect(distributionNameOf(name)).toBe(distribution);
  });
});

import type { McpServer } from '@modelcontextprotocol/server';
import type { App } from './app.js';

/** Prepares a resource or a prompt once, and returns what puts it on a server, which may be as often as every request. */
export type Registration = (app: App) => (server: McpServer) => void;

import { type McpServer, ProtocolError, type ServerEventBus } from '@modelcontextprotocol/server';

/**
 * Tells a connected client about changed resources. A 2025 client subscribes to each, which is answered here; for others
 * the SDK keeps the subscriptions.
 */
export function forwardChanges(to: McpServer, changes: ServerEventBus, era: 'legacy' | 'modern'): McpServer {
  const { server } = to;
  const watched = new Set<string>();
  if (era === 'legacy') {
    server.setRequestHandler('resources/subscribe', async ({ params }, ctx) => {
      // Fails if there is no such resource.
      const request = { jsonrpc: '2.0', id: ctx.mcpReq.id, method: 'resources/read', params } as const;
      // biome-ignore lint/complexity/useLiteralKeys: what leads to the handler is there for subclasses
      await server['_getRequestHandler']('resources/read')?.(request, ctx);
      if (watched.size >= 100) throw new ProtocolError(-32602, 'Too many subscriptions.');
      // As the URL standard writes it: what was sent may be megabytes of spaces.
      watched.add(new URL(params.uri).href);
      return {};
    });
    server.setRequestHandler('resources/unsubscribe', ({ params: { uri } }) => {
      if (URL.canParse(uri)) watched.delete(new URL(uri).href);
      return {};
    });
  }
  server.onclose = changes.subscribe((event) => {
    // Changes that other instances have made may have been missed.
    if (event.kind === 'resources_list_changed') return to.sendResourceListChanged();
    if (event.kind !== 'resource_updated' || (era === 'legacy' && !watched.has(new URL(event.uri).href))) return;
    // The client may hang up at this very moment; there is nobody left to tell then.
    server.sendResourceUpdated({ uri: event.uri }).catch(() => {});
  });
  return to;
}

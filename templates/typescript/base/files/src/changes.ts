import type { McpServer, ServerEventBus } from '@modelcontextprotocol/server';

/**
 * Tells one connected client about changes, for as long as it is connected.
 *
 * 2025-era clients subscribe to single resources, which is answered here. For 2026-07-28 clients the SDK keeps the
 * subscriptions and filters what is sent.
 */
export function forwardChanges(server: McpServer, changes: ServerEventBus, era: 'legacy' | 'modern'): void {
  const watched = new Set<string>();
  if (era === 'legacy') {
    server.server.setRequestHandler('resources/subscribe', ({ params }) => {
      watched.add(params.uri);
      return {};
    });
    server.server.setRequestHandler('resources/unsubscribe', ({ params }) => {
      watched.delete(params.uri);
      return {};
    });
  }
  const stop = changes.subscribe((event) => {
    if (!server.isConnected()) return;
    if (event.kind === 'resources_list_changed') server.sendResourceListChanged();
    if (event.kind === 'resource_updated' && (era === 'modern' || watched.has(event.uri))) {
      // The client may hang up at this very moment; there is nobody left to tell then.
      server.server.sendResourceUpdated({ uri: event.uri }).catch(() => {});
    }
  });
  server.server.onclose = stop;
}

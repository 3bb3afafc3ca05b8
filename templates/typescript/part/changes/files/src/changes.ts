import type { McpServer, ServerEventBus } from '@modelcontextprotocol/server';
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';

/** Resources that one client may watch. */
const MAX_WATCHED = 100;

/**
 * Tells a connected client about changed resources. A 2025 client subscribes to each, which is answered here; for the others
 * the SDK keeps the subscriptions.
 */
export function forwardChanges(server: McpServer, changes: ServerEventBus, era: 'legacy' | 'modern'): void {
  const watched = new Set<string>();
  if (era === 'legacy') {
    server.server.setRequestHandler('resources/subscribe', ({ params: { uri } }) => {
      if (watched.size >= MAX_WATCHED || uri.length > 200) {
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, `At most ${MAX_WATCHED} resources, of at most 200 characters.`);
      }
      watched.add(uri);
      return {};
    });
    server.server.setRequestHandler('resources/unsubscribe', ({ params: { uri } }) => {
      watched.delete(uri);
      return {};
    });
  }
  server.server.onclose = changes.subscribe((event) => {
    if (event.kind !== 'resource_updated' || (era === 'legacy' && !watched.has(event.uri))) return;
    // The client may hang up at this very moment; there is nobody left to tell then.
    server.server.sendResourceUpdated({ uri: event.uri }).catch(() => {});
  });
}

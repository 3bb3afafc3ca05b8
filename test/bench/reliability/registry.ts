import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Registry {
  readonly url: string;
  readonly close: () => void;
}

/**
 * What `smithery mcp add ns/name` asks its registry for, on loopback: one `GET /servers/ns%2Fname`. The answer names a
 * remote server without settings, so the entry that smithery writes is a call of `mcp-remote`.
 */
export async function startRegistry(): Promise<Registry> {
  const server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? '').split('/').at(-1) ?? '');
    const deploymentUrl = `https://server.smithery.ai/${name}`;
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        qualifiedName: name,
        displayName: name,
        description: '',
        iconUrl: null,
        remote: true,
        deploymentUrl,
        connections: [{ type: 'http', deploymentUrl, configSchema: { type: 'object', properties: {} } }],
        security: null,
        tools: [],
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

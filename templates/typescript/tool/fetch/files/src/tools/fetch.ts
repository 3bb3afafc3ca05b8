import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { config } from '../config.js';
import { getPage } from '../fetch/get.js';
import { textOf } from '../fetch/text.js';
import { input, ToolError, tool } from '../result.js';

/** Characters in one part of a page. */
const PART = 10_000;
const TEXT = /^(text\/|application\/([\w.-]+\+)?(json|xml))/i;

const inputSchema = input({
  url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .describe('Web address, http or https'),
  start: z.number().int().min(0).max(100_000_000).default(0).describe('Character to start at'),
});
const outputSchema = z.object({
  url: z.string().describe('Address of the page after redirects'),
  type: z.string().describe('Media type that the server gave'),
  text: z.string().describe('This part of the text'),
  next: z.number().optional().describe('Start of the following part'),
});

/** Web pages as text. */
export function registerFetch(server: McpServer): void {
  server.registerTool(
    'fetch_url',
    {
      title: 'Fetch a URL',
      description: 'Read a public web page as text. Long pages come in parts: go on with next as start.',
      inputSchema,
      outputSchema,
      annotations: {
        title: 'Fetch a URL',
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: true,
      },
    },
    tool(async ({ url, start }, { mcpReq }) => {
      const signal = AbortSignal.any([mcpReq.signal, AbortSignal.timeout(config.FETCH_TIMEOUT_MS)]);
      const page = await getPage(new URL(url), signal).catch((error: Error) => {
        if (error instanceof ToolError) throw error;
        throw new ToolError(`${url} cannot be read (${error.message}).`, 'Check it, or try again in a minute.');
      });
      if (page.status >= 400) {
        throw new ToolError(`${page.url} answers with status ${page.status}.`, 'Check the address.');
      }
      if (!TEXT.test(page.type || 'text/plain')) {
        throw new ToolError(`${page.url} is no text but ${page.type}.`, 'Fetch HTML, JSON or another kind of text.');
      }
      const text = textOf(page.body, page.type);
      const end = boundary(text, start + PART);
      const part = text.slice(boundary(text, start), end);
      return { url: page.url, type: page.type, text: part, ...(end < text.length && { next: end }) };
    }),
  );
}

/** The place, or the one before where it would cut a character in half. */
function boundary(text: string, place: number): number {
  const code = text.codePointAt(place - 1) ?? 0;
  return code > 0xffff ? place - 1 : place;
}

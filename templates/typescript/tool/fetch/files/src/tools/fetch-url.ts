import * as z from 'zod';
import { withDeadline } from '../deadline.js';
import { PrivateAddressError } from '../fetch/addresses.js';
import { get, RedirectError } from '../fetch/get.js';
import { toText } from '../fetch/text.js';
import { defineTool, type ToolContext } from '../tool.js';

const failures = {
  address_not_allowed: {
    when: 'The address is private, local or reserved.',
    recovery: 'Use a public web address; this server does not reach into its own network.',
    retryable: false,
  },
  too_many_redirects: {
    when: 'The page redirects too often, or to something that is not a web page.',
    recovery: 'Fetch the final address directly.',
    retryable: false,
  },
  not_text: {
    when: 'The page is not text: an image, an archive, a video.',
    recovery: 'Fetch a page that is HTML, JSON or another kind of text.',
    retryable: false,
  },
  unreachable: {
    when: 'The host cannot be found or does not answer in time.',
    recovery: 'Check the address; if it is right, try again in a minute.',
    retryable: true,
  },
};

type Context = ToolContext<keyof typeof failures>;

export const fetchUrl = defineTool({
  name: 'fetch-url',
  title: 'Fetch a URL',
  description: 'Read a public web page as text. Long pages come in parts: go on with nextOffset.',
  input: z.object({
    url: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .describe('Web address, http or https'),
    offset: z.number().int().min(0).default(0).describe('Character to start at'),
    maxChars: z.number().int().min(100).max(40_000).default(10_000).describe('Most characters to return'),
  }),
  output: z.object({
    url: z.string().describe('Address of the page after redirects'),
    status: z.number().int().describe('HTTP status'),
    contentType: z.string().describe('Media type the server gave'),
    text: z.string().describe('This part of the text'),
    nextOffset: z.number().int().optional().describe('Where the next part starts; absent at the end'),
    cut: z.boolean().describe('Whether the page was longer than this server reads'),
  }),
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  failures,
  async run({ url, offset, maxChars }, context) {
    const page = await getPage(new URL(url), context);
    if (!/^(text\/|application\/(.+\+)?(json|xml))/i.test(page.contentType || 'text/plain')) {
      throw context.fail('not_text', `The page is ${page.contentType}.`);
    }
    const text = toText(page.body, page.contentType);
    const end = offset + maxChars;
    const { status, contentType, cut } = page;
    const part = { url: page.url, status, contentType, text: text.slice(offset, end), cut };
    return end < text.length ? { ...part, nextOffset: end } : part;
  },
});

async function getPage(url: URL, { app, signal, fail }: Context) {
  const { FETCH_TIMEOUT_MS, FETCH_MAX_BYTES, FETCH_ALLOW_PRIVATE } = app.config;
  try {
    return await withDeadline(FETCH_TIMEOUT_MS, signal, (limited) =>
      get(url, { signal: limited, maxBytes: FETCH_MAX_BYTES, allowPrivate: FETCH_ALLOW_PRIVATE }),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PrivateAddressError) throw fail('address_not_allowed', `${url.host} is not a public address.`);
    if (error instanceof RedirectError) throw fail('too_many_redirects', `${url.host} leads to ${error.message}.`);
    throw fail('unreachable', `${url.host} cannot be reached.`);
  }
}

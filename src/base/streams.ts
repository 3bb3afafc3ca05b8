import type { Readable } from 'node:stream';
import { cancelled } from './errors.ts';

/**
 * Reads a stream to its end. A pipe may have none, so there is a limit.
 *
 * @param most bytes
 * @returns undefined when there are more; a byte order mark is left out
 * @throws CliError `cancelled` when the signal is aborted; what the stream throws
 */
export async function textOf(stream: Readable, most: number, signal: AbortSignal): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  const stop = (): void => void stream.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const piece of stream) {
      const bytes = Buffer.from(piece);
      size += bytes.length;
      if (size > most) return undefined;
      pieces.push(bytes);
    }
  } catch (error) {
    throw signal.aborted ? cancelled() : error;
  } finally {
    signal.removeEventListener('abort', stop);
    stream.destroy();
  }
  if (signal.aborted) throw cancelled();
  return Buffer.concat(pieces)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { addressIn } from '../../src/probe/http.ts';

/**
 * Starts a server of plain Node that says its address on stderr, until the test is over.
 *
 * @param args the file and its arguments
 */
export async function startHttp(
  args: readonly string[],
  vars: Readonly<Record<string, string>> = {},
): Promise<{ readonly url: string }> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...vars },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The server exited with code ${code}: ${text}`)));
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const url = addressIn(text);
      if (url !== undefined) resolve({ url });
    });
  });
}

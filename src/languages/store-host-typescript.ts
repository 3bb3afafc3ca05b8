import type { StoreHost } from './store-host.ts';

/**
 * Opens the app of the project in the current folder and serves its store: a request a line on stdin, an answer a line on
 * stdout. What the project itself prints are lines without the token.
 */
const PROGRAM = `
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
const token = process.argv[1];
const write = process.stdout.write.bind(process.stdout);
const send = (answer, done) => write('\\n' + token + JSON.stringify(answer) + '\\n', done);
const faultOf = (error) => ({
  code: error instanceof RangeError ? 'range' : error?.code,
  message: String(error?.message ?? error).slice(0, 2000),
});
const bare = ({ entries, ...page }) => ({ ...page, entries: entries.map(({ value, ...entry }) => entry) });
try {
  const { openApp } = await import(pathToFileURL('src/app.ts').href);
  const app = await openApp();
  const { store } = app;
  if (store === undefined) throw new Error('What openApp() returns has no store.');
  const work = {
    get: ({ key }) => store.get(key),
    put: ({ key, value, options }) => store.put(key, value, options),
    delete: ({ key, options }) => store.delete(key, options),
    list: async ({ options, isBare }) => (isBare ? bare(await store.list(options)) : store.list(options)),
    close: () => store.close(),
  };
  send({ ready: { maxValueBytes: store.maxValueBytes } });
  createInterface({ input: process.stdin })
    .on('line', async (line) => {
      const { id, op, ...request } = JSON.parse(line);
      try {
        send({ id, result: (await work[op](request)) ?? null });
      } catch (error) {
        send({ id, error: faultOf(error) });
      }
    })
    .on('close', async () => {
      await app.close?.();
      process.exit();
    });
} catch (error) {
  send({ fault: faultOf(error) }, () => process.exit(1));
}
`;

/** With the project's own tsx, so that nothing has to be built. */
export const typescriptStoreHost: StoreHost = {
  app: 'src/app.ts',
  launch: (_, { nodePath }, token) => ({
    command: nodePath,
    args: ['--import', 'tsx', '--input-type=module', '--eval', PROGRAM, token],
  }),
  manifestOf: (text) => {
    const manifest = JSON.parse(text);
    const { tsx } = manifest.devDependencies;
    return JSON.stringify({ ...manifest, devDependencies: { tsx } });
  },
};

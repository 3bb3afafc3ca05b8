import { setMaxListeners } from 'node:events';
import type { Env } from '../../src/base/env.ts';
import { readEnv } from '../../src/base/env.ts';
import { optionsOf } from '../../src/catalog/catalog.ts';
import { languageOf } from '../../src/languages/index.ts';
import { type Bridge, openBridge, type StorePlace } from '../../src/storage/bridge.ts';
import { BARE_ENV } from './server.ts';
import { sample } from './tier.ts';

const controller = new AbortController();
setMaxListeners(0, controller.signal);

/** A storage backend of a language. */
export interface BackendRow {
  readonly language: string;
  readonly storage: string;
  readonly isDurable: boolean;
  /** The setting that leads to its service, if it has one. */
  readonly serviceUrl: string | undefined;
}

/** Every backend of both languages that keeps anything. */
export const BACKENDS: readonly BackendRow[] = ['typescript', 'python'].flatMap((language) =>
  optionsOf(language, 'storage')
    .filter(({ id }) => id !== 'none')
    .map(({ id, vars = {} }) => ({
      language,
      storage: id,
      isDurable: vars.durable === true,
      serviceUrl: typeof vars.serviceUrl === 'string' ? vars.serviceUrl : undefined,
    })),
);

/** Each of them in one language at least, which the commit chooses, and the default one in both; in the full tier all. */
export const SOME_BACKENDS = sample(BACKENDS, ({ language, storage }) => [language, storage], {
  always: ({ storage }) => storage === 'sqlite',
});

/** The flags of the smallest project with a storage. */
export const flagsOf = ({ storage }: Pick<BackendRow, 'storage'>): readonly string[] => [
  ...['--storage', storage, '--tools', 'notes', '--resources', 'none', '--extras', 'none', '--transport', 'stdio'],
];

/** The store of a project, with nothing in its environment but what is given. */
export function placeIn(dir: string, language: string, settings: Readonly<Record<string, string>>): StorePlace {
  const env: Env = readEnv();
  return {
    dir,
    host: languageOf(language).storeHost,
    machine: { platform: env.platform, nodePath: process.execPath, uvPath: undefined },
    vars: { ...BARE_ENV, REQUEST_STATE_KEY: 'nothing is signed with this, ever', ...settings },
  };
}

/** Opens it in a process of its own, which whoever has asked must end. */
export const openPlace = (place: StorePlace): Promise<Bridge> =>
  openBridge(place, { env: readEnv(), signal: controller.signal });

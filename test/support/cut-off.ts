import { readFileSync } from 'node:fs';

const { before } = JSON.parse(readFileSync(new URL('../../templates/cut-off.json', import.meta.url), 'utf8')) as {
  before: string;
};

/** Tests install nothing that was published later, so that what they prove depends on no release of this morning. */
export const CUT_OFF = new Date(before);

/** What tells npm, which is in most tests, and uv. Others are told where they are tested. */
export const CUT_OFF_ENV: Readonly<Record<string, string>> = {
  npm_config_before: CUT_OFF.toISOString(),
  UV_EXCLUDE_NEWER: CUT_OFF.toISOString(),
};

/** An environment in which the newest of everything is installed, as users have it: only the canary wants that. */
export const undated = (env: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !Object.hasOwn(CUT_OFF_ENV, name)));

import { posix } from 'node:path';
import { pathOf } from '../../base/paths.ts';
import type { Home, Place } from './client.ts';

export type Paths = (place: Place) => readonly string[];

/** One file below the person's home folder. */
export const inHome =
  (...parts: readonly string[]): Paths =>
  ({ env }) => [pathOf(env).join(env.home, ...parts)];

/** One file below the project's folder. */
export const inProject =
  (...parts: readonly string[]): Paths =>
  ({ env, projectDir }) => [pathOf(env).join(projectDir, ...parts)];

/** One file below the folder that a variable names, or else below the home folder. */
export const inFolderOf =
  (variable: string, fallback: readonly string[], ...parts: readonly string[]): Paths =>
  ({ env }) => {
    const folder = env.vars[variable];
    return [pathOf(env).join(folder || pathOf(env).join(env.home, ...fallback), ...parts)];
  };

/** `~/.config`, or where the XDG base directory specification has it: a relative path in the variable is to be ignored. */
export function configHome({ vars, home, platform }: Home): string {
  const folder = vars.XDG_CONFIG_HOME;
  const path = pathOf({ platform });
  return folder && posix.isAbsolute(folder) ? folder : path.join(home, '.config');
}

/** One file below `~/.config` on every system. */
export const inConfigHome =
  (...parts: readonly string[]): Paths =>
  ({ env }) => [pathOf(env).join(configHome(env), ...parts)];

/** `%APPDATA%` of Windows. */
export const appData = (env: Home): string => env.vars.APPDATA || pathOf(env).join(env.home, 'AppData', 'Roaming');

/** Where Electron applications keep a person's data. */
export function applicationSupport(env: Home): string {
  if (env.platform === 'win32') return appData(env);
  return env.platform === 'darwin' ? posix.join(env.home, 'Library', 'Application Support') : configHome(env);
}

/** The first file that exists, or else the first one: for clients that look in several places. */
export const firstOf =
  (...candidates: readonly Paths[]): Paths =>
  (place) => {
    const paths = candidates.flatMap((paths) => paths(place));
    return [paths.find((path) => place.files.exists(path)) ?? paths[0]].filter((path) => path !== undefined);
  };

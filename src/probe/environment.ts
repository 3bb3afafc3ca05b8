import { win32 } from 'node:path';
import type { Env } from '../base/env.ts';

/** What the desktop hands to applications that it starts; everything else comes from a shell's profile. */
const WINDOWS = [
  'ALLUSERSPROFILE',
  'APPDATA',
  'CommonProgramFiles',
  'ComSpec',
  'HOMEDRIVE',
  'HOMEPATH',
  'LOCALAPPDATA',
  'NUMBER_OF_PROCESSORS',
  'OS',
  'PATHEXT',
  'PROCESSOR_ARCHITECTURE',
  'ProgramData',
  'ProgramFiles',
  'PUBLIC',
  'SystemDrive',
  'SystemRoot',
  'TEMP',
  'TMP',
  'USERDOMAIN',
  'USERNAME',
  'USERPROFILE',
  'windir',
] as const;
const POSIX = ['USER', 'LOGNAME', 'TMPDIR', 'LANG', 'XDG_RUNTIME_DIR'] as const;

/**
 * The environment of a server that a GUI application starts: no PATH of a shell, nothing that a version manager or a
 * profile has set. A server that starts with this starts everywhere.
 */
export function guiEnvironment({ vars, home, platform }: Env): Record<string, string> {
  const windows = platform === 'win32';
  const inherited = (windows ? WINDOWS : POSIX).flatMap((name) => {
    const value = vars[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const root = vars.SystemRoot ?? 'C:\\Windows';
  const path = windows ? `${root}\\system32;${root}` : '/usr/bin:/bin:/usr/sbin:/sbin';
  return { ...Object.fromEntries(inherited), ...(windows ? {} : { HOME: home }), PATH: path };
}

/** The folder in which a GUI application starts a server: never the project. */
export const guiFolder = ({ home, platform }: Env): string =>
  platform === 'win32' ? win32.parse(home).root || 'C:\\' : '/';

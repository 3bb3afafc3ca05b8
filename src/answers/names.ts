import type { Env } from '../base/env.ts';
import { pathOf, targetOf } from '../base/paths.ts';
import { show } from '../base/text.ts';

/** npm's limit for a package name, scope included. */
const LONGEST_NAME = 214;
const LONGEST_DESCRIPTION = 1000;
/** Bytes of one part of a path, on every file system in use. */
const LONGEST_SEGMENT = 255;
const LONGEST_PATH = 4000;

/**
 * npm's rules for new packages (docs.npmjs.com, package.json, "name"), a little stricter: a name also ends with a letter
 * or digit, because it becomes the name of a container image and of an entry in client configs.
 */
const NAME = /^(?:@[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\/)?[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/;
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?$/i;
const BLACKLIST = ['node_modules', 'favicon.ico'];
/** `module.builtinModules` without private ones; a literal, so that every Node version refuses the same names. */
const BUILTINS = new Set(
  (
    'assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain ' +
    'events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl ' +
    'sea sqlite stream string_decoder sys test timers tls trace_events tty url util v8 vm wasi worker_threads zlib'
  ).split(' '),
);
/** Folders that tools own: a project in there would be deleted or would break them. */
const OWNED_FOLDERS = ['node_modules', '.git'];

/** Control characters and halves of surrogate pairs: no file system and no UTF-8 file can hold both. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;
const UNPRINTABLE_IN_TEXT = /(?![\n\t])[\p{Cc}\p{Cs}]/u;

/** What is wrong with a server name, or undefined when it is valid. */
export function nameProblem(value: string): string | undefined {
  if (value === '') return 'A name must not be empty.';
  if (value.length > LONGEST_NAME)
    return `The name has ${value.length} characters; at most ${LONGEST_NAME} are allowed.`;
  if (!NAME.test(value)) {
    return `${show(value)} is not a valid name: use lower-case letters, digits, "-", "_" and ".", with a letter or digit at both ends.`;
  }
  const bare = value.slice(value.indexOf('/') + 1);
  if (BLACKLIST.includes(bare)) return `${show(value)} is a reserved name.`;
  if (DEVICE.test(bare)) return `${show(value)} is a device name on Windows.`;
  if (BUILTINS.has(value)) return `${show(value)} is the name of a Node module.`;
  return undefined;
}

/** A valid name that looks like the value. */
export function similarName(value: string): string {
  const similar = plain(value.slice(0, LONGEST_NAME))
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return nameProblem(similar) === undefined ? similar : 'my-server';
}

/** What is wrong with a description, or undefined. Line breaks and tabs are fine; other control characters are not. */
export function descriptionProblem(value: string): string | undefined {
  if (value.trim() === '') return 'A description must not be empty.';
  if (value.length > LONGEST_DESCRIPTION) {
    return `The description has ${value.length} characters; ${LONGEST_DESCRIPTION} are allowed.`;
  }
  if (UNPRINTABLE_IN_TEXT.test(value)) {
    return `The description ${show(value)} holds characters that cannot be printed.`;
  }
  return undefined;
}

/**
 * What is wrong with a target folder as text, or undefined. The file system is not asked.
 *
 * A target is a path, so `../hello`, absolute paths, spaces and quotes are fine; only a *name* refuses `../evil`. When the
 * folder's own name is no valid server name, `--name` has to be given.
 */
export function dirProblem(value: string, env: Env): string | undefined {
  if (value.trim() === '') return 'The target folder must not be empty. Use "." for the current one.';
  if (UNPRINTABLE.test(value)) {
    return `The target folder ${show(value)} holds characters that cannot be printed.`;
  }
  if (value.startsWith('-')) return `The target folder ${show(value)} looks like a flag. Write ${show(`./${value}`)}.`;
  const target = targetOf(value, env);
  const segments = segmentsOf(target, env);
  if (segments.length === 0) return `The target folder ${show(value)} is the root of the file system.`;
  if (target.length > LONGEST_PATH || segments.some((segment) => Buffer.byteLength(segment) > LONGEST_SEGMENT)) {
    return `The target folder ${show(value)} has a longer name than file systems allow.`;
  }
  if (target.includes('?')) {
    return `The target folder ${show(target)} holds a "?", behind which Node.js would read a query.`;
  }
  const owned = segmentsOf(value, env)
    .concat(segments.slice(-1))
    .find((segment) => OWNED_FOLDERS.includes(segment));
  if (owned !== undefined) return `The target folder ${show(value)} lies in ${owned}, which belongs to another tool.`;
  return env.platform === 'win32' ? windowsProblem(value, segments) : undefined;
}

function windowsProblem(value: string, segments: readonly string[]): string | undefined {
  const bad = segments.find((segment) => /[<>:"|?*]/.test(segment) || /[ .]$/.test(segment) || DEVICE.test(segment));
  return bad === undefined
    ? undefined
    : `The target folder ${show(value)} is not a valid path on Windows: ${show(bad)}.`;
}

/** The server name that a target's last part gives, or undefined when characters would have to be dropped. */
export function nameFromDir(dir: string, env: Env): string | undefined {
  const name = normalised(pathOf(env).basename(targetOf(dir, env)));
  return name !== undefined && nameProblem(name) === undefined ? name : undefined;
}

/** Lower case, without accents, `-` for spaces and dots; undefined when other characters are left. */
function normalised(text: string): string | undefined {
  const joined = plain(text)
    .replace(/[\s.]+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '');
  return /^[a-z0-9_-]+$/.test(joined) ? joined : undefined;
}

const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

function segmentsOf(path: string, env: Env): string[] {
  const withoutRoot = path.slice(pathOf(env).parse(path).root.length);
  return withoutRoot
    .split(env.platform === 'win32' ? /[\\/]/ : '/')
    .filter((segment) => segment !== '' && segment !== '.');
}

/** A path, an address or globs: what no terminal would show as it is cannot be meant. */
export function oneLineProblem(flag: string, value: string): string | undefined {
  if (value.trim() === '') return `${flag} is empty.`;
  if (value.length > 2000) return `${flag} has ${value.length} characters, and 2000 are allowed.`;
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(value) ? `${flag} ${show(value)} holds control characters.` : undefined;
}

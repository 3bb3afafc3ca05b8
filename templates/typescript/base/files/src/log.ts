import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Config, secretValues } from './config.js';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
type Level = (typeof LEVELS)[number];
type Fields = Readonly<Record<string, unknown>>;

export interface Log extends Record<Level, (message: string, fields?: Fields) => void> {
  /** The last lines, oldest first. */
  recent(): readonly string[];
  close(): Promise<void>;
}

const KEPT_LINES = 200;
const SECRET_NAME = /token|secret|password|authorization|api_?key|cookie/i;

/**
 * One JSON object a line, on stderr and, if LOG_FILE is set, in that file as well. Never on stdout, which belongs to
 * the protocol. Values of secret settings and fields with telling names are replaced before they are written.
 */
export function createLog(config: Config): Log {
  const kept: string[] = [];
  const secrets = secretValues(config);
  const file = config.LOG_FILE === undefined ? undefined : openFile(config.LOG_FILE);

  const write = (level: Level, message: string, fields: Fields = {}): void => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(config.LOG_LEVEL)) return;
    const entry = { time: new Date().toISOString(), level, message, ...fields };
    const line = hide(JSON.stringify(entry, replacer), secrets);
    kept.push(line);
    if (kept.length > KEPT_LINES) kept.shift();
    process.stderr.write(`${line}\n`);
    file?.write(`${line}\n`);
  };

  return {
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
    recent: () => kept,
    close: () => new Promise((resolve) => (file === undefined ? resolve() : file.end(() => resolve()))),
  };
}

function openFile(path: string) {
  mkdirSync(dirname(path), { recursive: true });
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
  // A full disk must not take the server down: the same lines are on stderr.
  stream.on('error', (error) => process.stderr.write(`cannot write LOG_FILE: ${error.message}\n`));
  return stream;
}

/** Errors have no enumerable fields, so JSON would show them as `{}`. */
function replacer(key: string, value: unknown): unknown {
  if (SECRET_NAME.test(key)) return '[redacted]';
  if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack };
  return typeof value === 'bigint' ? value.toString() : value;
}

function hide(line: string, secrets: readonly string[]): string {
  return secrets.reduce((text, value) => text.replaceAll(JSON.stringify(value).slice(1, -1), '[redacted]'), line);
}

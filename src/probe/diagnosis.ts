import { existsSync } from 'node:fs';
import type { Env } from '../base/env.ts';
import { pathOf } from '../base/paths.ts';
import { guiFolder } from './environment.ts';
import type { Finding, Judgement } from './steps.ts';
import type { Target } from './target.ts';

/** What is known of a server that did not answer. */
interface Case {
  readonly target: Target;
  /** What the steps that failed have said, with the last lines of the server's stderr. */
  readonly said: string;
  readonly env: Env;
}

/** A cause that is found in what was said: gets the parts in brackets of its pattern. */
interface Cause {
  readonly code: string;
  readonly pattern: RegExp;
  readonly of: (parts: readonly string[], one: Case) => Omit<Finding, 'code'> | undefined;
}

const finding = (where: string, what: string, fix: string) => ({ where, what, fix });

const commandOf = ({ target }: Case): string => (target.transport === 'remote' ? target.url : target.command);
const serverOf = ({ target }: Case): string => (target.transport === 'remote' ? target.url : 'The server');

/** In the order in which they are told; docs/check.md has a row of each code. */
const CAUSES: readonly Cause[] = [
  {
    code: 'command-not-found',
    pattern: /could not be started \(spawn (.+?) ENOENT\)/,
    of: ([command = ''], { env }) => {
      const there = onPath(command, env);
      return there === undefined
        ? finding(command, 'is not there.', 'Install it, or correct the command; an absolute path is safest.')
        : finding(
            command,
            `is on the PATH of your shell (${there}), but not on that of an application with windows.`,
            `Put the absolute path into the entry: ${there}`,
          );
    },
  },
  {
    code: 'not-executable',
    pattern: /could not be started \(spawn (.+?) (EACCES|ENOEXEC|EPERM)\)|Exec format error|Permission denied/i,
    of: ([command = '', code = ''], one) =>
      code === 'ENOEXEC' || /exec format/i.test(one.said)
        ? finding(
            command || commandOf(one),
            'is no program for this machine.',
            'Install it for this system and processor.',
          )
        : finding(
            command || commandOf(one),
            'may not be executed.',
            'Make it executable (chmod +x), or start it with its interpreter: node, python.',
          ),
  },
  {
    code: 'windows-line-ends',
    pattern: /env: .?(?:node|python\d?|sh|bash)\\?r|bad interpreter|\^M/,
    of: (_, one) =>
      finding(
        commandOf(one),
        'has the line ends of Windows in its first line.',
        'Save it with LF, for example by git config core.autocrlf input.',
      ),
  },
  {
    code: 'module-not-found',
    pattern: /Cannot find (?:module|package) '([^']+)'|No module named '?([\w.]+)|can't open file '([^']+)'/,
    of: ([node, python, file], one) => {
      const name = node ?? python ?? file ?? '';
      const isEntry =
        node !== undefined &&
        one.target.transport !== 'remote' &&
        one.target.args.some((word) => word !== '' && name.endsWith(word));
      if (isEntry || file !== undefined)
        return finding(
          name,
          'is not there: it was not built, or it has moved.',
          'Build the project, or correct the path in the entry.',
        );
      return python === undefined
        ? finding(
            name,
            'is not installed where the server looks for it.',
            "Install the project's dependencies (npm install), and build it again.",
          )
        : finding(
            name,
            'is not installed in the Python that starts the server.',
            'Install it there (uv sync, pip install), or let the entry start the Python of the environment.',
          );
    },
  },
  {
    code: 'native-module',
    pattern:
      /NODE_MODULE_VERSION (\d+)[\s\S]*NODE_MODULE_VERSION (\d+)|(?:was compiled against a different Node|invalid ELF header|incompatible architecture)/i,
    of: (_, one) =>
      finding(
        commandOf(one),
        'is another Node.js than the one that a module was built for.',
        'Install the dependencies again with that Node.js, or let the entry start the other one by its absolute path.',
      ),
  },
  {
    code: 'runtime-too-old',
    pattern:
      /ERR_REQUIRE_ESM|ERR_UNKNOWN_FILE_EXTENSION|ERR_UNSUPPORTED_|SyntaxError|does not provide an export named|Unsupported engine|requires-python|requires Python/,
    of: (_, one) => {
      const [, version] = /Node\.js (v[\d.]+)|Python (3\.\d+)/.exec(one.said) ?? [];
      return finding(
        commandOf(one),
        `${version === undefined ? '' : `is ${version}, and `}does not understand the code: it may be older than the server needs.`,
        'Compare it with "engines" of package.json or requires-python, and let the entry start a newer one by its absolute path.',
      );
    },
  },
  {
    code: 'port-in-use',
    pattern: /EADDRINUSE[^\n]*?(\d+)?\s*$|address already in use/im,
    of: ([port], one) =>
      finding(
        port === undefined ? commandOf(one) : `port ${port}`,
        'is in use by another program.',
        'End that one, or give the server another port.',
      ),
  },
  {
    code: 'variable-missing',
    pattern:
      /KeyError: '([A-Z][A-Z0-9_]+)'|\b([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b[^\n]{0,40}\b(?:not set|required|missing|undefined|must be set|not defined|empty)|(?:missing|required|set)\b[^\n]{0,40}?\b([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b/i,
    of: (names) => {
      // The pattern takes words in any letters; a variable is written in capitals.
      const name = names.find((one) => one !== undefined && /^[A-Z][A-Z0-9_]+$/.test(one));
      if (name === undefined || /^(ERR|MODULE|NODE)_/.test(name)) return undefined;
      return finding(
        name,
        'is not set, or not as the server wants it.',
        `Set it in "env" of the client's entry, or where the server reads it (.env).`,
      );
    },
  },
  {
    code: 'out-of-memory',
    pattern: /ended by SIGKILL|heap out of memory|MemoryError/,
    of: (_, one) =>
      finding(
        commandOf(one),
        'was ended by the system, as it is when memory is short.',
        'Look for what it loads at its start.',
      ),
  },
  {
    code: 'nothing-listens',
    pattern: /ECONNREFUSED/,
    of: (_, one) =>
      finding(commandOf(one), 'has nothing that listens.', 'Start the server first, and compare host and port.'),
  },
  {
    code: 'host-unknown',
    pattern: /ENOTFOUND|EAI_AGAIN/,
    of: (_, one) =>
      finding(commandOf(one), 'has a host that is not known here.', 'Correct the name, or look at the network.'),
  },
  {
    code: 'certificate',
    pattern: /certificate|CERT_|self[- ]signed|UNABLE_TO_VERIFY|ERR_TLS|wrong version number|EPROTO/i,
    of: (_, one) =>
      finding(
        commandOf(one),
        'has no certificate that is trusted here, or speaks no TLS.',
        'Compare http and https; for a certificate of your own set NODE_EXTRA_CA_CERTS.',
      ),
  },
  {
    code: 'not-authorised',
    pattern: /answered with HTTP (401|403)/,
    of: ([status], one) =>
      status === '401'
        ? finding(
            serverOf(one),
            'wants to know who asks.',
            `Give a token: --header 'Authorization: Bearer \${API_TOKEN}'`,
          )
        : finding(serverOf(one), 'refuses this client, its Host or its Origin.', 'Look at what the server allows.'),
  },
  {
    code: 'wrong-path',
    pattern: /answered with HTTP (404|405)/,
    of: ([status], one) =>
      finding(
        commandOf(one),
        `answers ${status}: MCP is served at another path, or not at all.`,
        'Try the path /mcp; a server that speaks only SSE has /sse, and clients that know nothing newer.',
      ),
  },
  {
    code: 'redirected',
    pattern: /answered with HTTP 3\d\d/,
    of: (_, one) =>
      finding(commandOf(one), 'sends clients elsewhere, which most do not follow.', 'Give the address where it ends.'),
  },
];

/**
 * Why a server did not answer, as far as it can be told from what it said, how it was started, and what is on this machine.
 *
 * @param said what the steps that failed have said
 */
export function diagnose(target: Target, said: string, env: Env): Finding[] {
  const one: Case = { target, said, env };
  const causes = CAUSES.flatMap(({ code, pattern, of }): Finding[] => {
    const match = pattern.exec(said);
    const found = match === null ? undefined : of(match.slice(1), one);
    return found === undefined ? [] : [{ code, ...found }];
  });
  return [...causes, ...(target.transport === 'remote' ? [] : suspects(target, env))];
}

/** What in an entry does not work in clients, though it may in a shell. */
function suspects({ command, args, env: own }: Exclude<Target, { transport: 'remote' }>, env: Env): Finding[] {
  const paths = [command, ...args].filter((word) =>
    /^(?:~|\.{1,2})[\\/]|^[\w.-]+[\\/][\w./\\-]+\.(?:[cm]?js|ts|py)$/.test(word),
  );
  const relative = paths.map((word) => ({
    code: 'relative-path',
    ...finding(
      word,
      `is looked for in ${guiFolder(env)}, where clients start servers.`,
      'Write the whole path; no shell is there to expand ~.',
    ),
  }));
  const placeholders = Object.entries(own).filter(([, value]) =>
    /^<\w+>$|^your[-_ ]|^(?:xxx+|changeme|todo)$/i.test(value),
  );
  return [
    ...relative,
    ...placeholders.map(([name]) => ({
      code: 'placeholder',
      ...finding(name, 'still has a placeholder for a value.', 'Put your own value in its place.'),
    })),
  ];
}

/** Where a shell would find a command. */
function onPath(command: string, env: Env): string | undefined {
  if (/[\\/]/.test(command)) return undefined;
  const { join, delimiter } = pathOf(env);
  const names = env.platform === 'win32' ? ['.exe', '.cmd', '.bat', ''].map((end) => command + end) : [command];
  const folders = (env.vars.PATH ?? env.vars.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}

/** The causes as a step of a check. It is no fault of its own. */
export const diagnosisOf = (findings: readonly Finding[]): Judgement => ({
  name: 'diagnosis',
  ok: true,
  detail: findings.length === 1 ? 'the likely cause' : 'likely causes',
  findings,
});

/** Every code, for the docs. @internal exported for tests */
export const CODES: readonly string[] = [...CAUSES.map(({ code }) => code), 'relative-path', 'placeholder'];

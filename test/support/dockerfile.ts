import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runOk } from './child.ts';

/** What a Dockerfile's steps have left, and how the image starts. */
export interface Image {
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly healthCheck: readonly string[] | undefined;
}

/** Needs rights that a test does not have, and says who may do what, not what is there. */
const OWNERSHIP = /useradd [^&]+ && | && chown [^&]+/g;

/**
 * Runs the steps of a project's Dockerfile on this machine, where there is no Docker: the same commands, with nothing in
 * their folder but what earlier steps have put there, and of the project only what `.dockerignore` lets in.
 *
 * `/app` is a folder. Each stage begins with an empty one, at the same place as in the image, so that a path which leads
 * into an earlier stage leads nowhere. What is done before `WORKDIR` makes the tools that this machine has to have.
 *
 * @param into an empty folder
 */
export async function buildByHand(
  project: string,
  into: string,
  env: Readonly<Record<string, string>>,
): Promise<Image> {
  const dir = join(into, 'app');
  const here = (path: string): string => path.replace(/^\/app\b/, dir);
  const isLetIn = allowedBy(readFileSync(join(project, '.dockerignore'), 'utf8'));
  let stage: string | undefined;
  let variables: Record<string, string> = {};
  let isReady = false;
  let command: readonly string[] = [];
  let healthCheck: readonly string[] | undefined;

  function copy(from: string, sources: readonly string[], target: string): void {
    for (const source of sources.flatMap(named)) {
      const path = from === project ? join(project, source) : join(from, source.replace(/^\/app\/?/, ''));
      if (from === project && !isLetIn(source)) throw new Error(`.dockerignore keeps ${source} out`);
      const end = target.endsWith('/') && source !== '/app' ? join(here(target), basename(source)) : here(target);
      cpSync(path, end.startsWith(dir) ? end : join(dir, end), { recursive: true, verbatimSymlinks: true });
    }
  }

  /** A pattern beside other names may fit no file. */
  const named = (source: string): string[] =>
    source.endsWith('*') ? readdirSync(project).filter((name) => name.startsWith(source.slice(0, -1))) : [source];

  for (const line of readFileSync(join(project, 'Dockerfile'), 'utf8').split('\n')) {
    const [, word = '', rest = ''] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    if (word === 'FROM') {
      if (existsSync(dir)) renameSync(dir, join(into, stage ?? 'unnamed'));
      mkdirSync(dir);
      stage = / AS (\w+)$/.exec(rest)?.[1];
      variables = {};
      isReady = false;
    } else if (word === 'WORKDIR') isReady = true;
    else if (word === 'ENV')
      for (const pair of rest.split(' ')) variables[pair.split('=')[0] ?? ''] = pair.split('=')[1] ?? '';
    else if (word === 'COPY') {
      const [, earlier] = /^--from=(\w+) /.exec(rest) ?? [];
      const paths = rest.replace(/^--from=\w+ /, '').split(' ');
      copy(earlier === undefined ? project : join(into, earlier), paths.slice(0, -1), paths.at(-1) ?? '');
    } else if (word === 'RUN' && isReady) {
      await runOk('/bin/sh', ['-c', rest.replace(OWNERSHIP, '')], { cwd: dir, env: { ...env, ...variables } });
    } else if (word === 'CMD') command = (JSON.parse(rest) as string[]).map(here);
    else if (word === 'HEALTHCHECK') healthCheck = (JSON.parse(rest.replace(/^CMD /, '')) as string[]).map(here);
    else if (!/^(#|RUN|VOLUME|USER|EXPOSE|$)/.test(line)) throw new Error(`not understood: ${line}`);
  }
  return { dir, env: variables, command, healthCheck };
}

/** Files that begin with `*`, which keeps all out, and then name what is let in by its first folder. */
function allowedBy(ignore: string): (path: string) => boolean {
  const [first, ...others] = ignore.split('\n').filter((line) => line !== '');
  if (first !== '*') throw new Error('.dockerignore begins otherwise');
  const patterns = others.filter((line) => line.startsWith('!')).map((line) => line.slice(1).replaceAll('.', '\\.'));
  return (path) => patterns.some((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(path));
}

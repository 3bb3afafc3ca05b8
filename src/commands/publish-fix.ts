import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Offer } from '../probe/offer.ts';
import { isText, type Members, objectsAt, type Subject, textAt } from '../publish/subject.ts';

/** Brings what says the same in several files in step: the version of the package, and the tools that the server has. */
export function fixProject(
  dir: string,
  { npm, python, server, manifest }: Pick<Subject, 'npm' | 'python' | 'server' | 'manifest'>,
  offer: Offer | undefined,
): string[] {
  const version = textAt(npm ?? python, 'version');
  const changes: (readonly [string, Members, Members])[] = [];
  if (server !== undefined && version !== '') {
    const packages = objectsAt(server, 'packages').map((one) =>
      ['npm', 'pypi'].includes(textAt(one, 'registryType')) ? { ...one, version } : one,
    );
    const fresh = { ...server, version, ...(server.packages !== undefined && { packages }) };
    changes.push(['server.json', server, fresh]);
  }
  if (manifest !== undefined) {
    const fresh = { ...manifest, ...(version !== '' && { version }), ...toolsOf(manifest, offer) };
    changes.push(['manifest.json', manifest, fresh]);
  }
  return changes.filter(([path, old, fresh]) => replace(join(dir, path), old, fresh)).map(([path]) => path);
}

/** In the order in which the server lists them. */
function toolsOf(manifest: Members, offer: Offer | undefined): Members {
  if (offer === undefined || manifest.tools_generated === true) return {};
  const tools = offer.tools.map(({ name, description }) => ({
    name: String(name),
    ...(isText(description) && { description }),
  }));
  return { tools };
}

/** The whole file or none of it, laid out as it was as far as that is told by its first member. */
function replace(path: string, old: Members, fresh: Members): boolean {
  if (JSON.stringify(old) === JSON.stringify(fresh)) return false;
  const text = readFileSync(path, 'utf8');
  const [, indent = '  '] = /^\s*\{\r?\n([ \t]+)"/.exec(text) ?? [];
  const draft = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, `${JSON.stringify(fresh, null, indent)}\n`);
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
  return true;
}

import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll } from 'vitest';
import { runOk } from './child.ts';
import { pythonProgram } from './python.ts';
import { toolOf } from './tools.ts';

/** What publishes, as those have made it to whom it is published: the official MCPB tool, and the registry's schema. */

/** How a host of MCPBs starts one. */
export interface HostStart {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The official tool. */
export async function mcpb(args: readonly string[], cwd: string): Promise<string> {
  const modules = await toolOf('mcpb');
  return runOk(process.execPath, [join(modules, '@anthropic-ai', 'mcpb', 'dist', 'cli', 'cli.js'), ...args], { cwd });
}

/** The start of an unpacked MCPB, as the official library makes it for hosts. */
export async function hostStart(dir: string, home: string): Promise<HostStart> {
  const modules = await toolOf('mcpb');
  const { getMcpConfigForManifest } = await import(
    /* @vite-ignore */ pathToFileURL(join(modules, '@anthropic-ai', 'mcpb', 'dist', 'node.js')).href
  );
  return getMcpConfigForManifest({
    manifest: JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')),
    extensionPath: dir,
    systemDirs: { HOME: home, DESKTOP: home, DOCUMENTS: home, DOWNLOADS: home },
    userConfig: {},
    pathSeparator: '/',
  });
}

/** The schema that the registry has published, from a package that carries it. */
export async function registrySchema(): Promise<object> {
  const python = await pythonProgram('skillsaw==0.22.0');
  const script =
    'from importlib.resources import files; print(files("skillsaw.schemas.mcp_registry.v2025_12_11") / "server.schema.json")';
  return JSON.parse(readFileSync((await runOk(python, ['-c', script], { cwd: '/' })).trim(), 'utf8'));
}

/** Folders for one file of tests, removed when these are over. */
export function places(): (name: string) => string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'mason-publish-')));
  afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
  return (name) => {
    const dir = join(root, name);
    mkdirSync(dir, { recursive: true });
    return dir;
  };
}

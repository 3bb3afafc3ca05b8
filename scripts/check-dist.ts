import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './lib/bundle.ts';
import { breaches, leaks, MAX_UNPACKED, measure, ROUTES, strayImports } from './lib/contract.ts';
import { ROOT } from './precompile.ts';

/** Checks what is published against the contract, prints a table, and ends with 1 where it is broken. */
async function main(): Promise<void> {
  const bundled = await bundle(ROOT);
  const { chunks } = bundled;
  const loads = ROUTES.map((route) => measure(route, chunks));
  const unpacked = unpackedSize();
  const problems = [
    ...loads.flatMap(breaches),
    ...leaks(chunks),
    ...strayImports(bundled),
    ...(unpacked > MAX_UNPACKED ? [`The package is ${unpacked} bytes unpacked, more than ${MAX_UNPACKED}`] : []),
  ];
  const rows = loads.map(({ route, files, modules, bytes, packages }) => [
    route.name,
    `${files.length}/${route.files}`,
    String(modules),
    `${bytes}/${route.bytes}`,
    packages.join(' '),
  ]);
  print(table([['loaded by', 'files', 'modules', 'bytes', 'libraries'], ...rows]));
  print(`Unpacked: ${unpacked}/${MAX_UNPACKED} bytes\n`);
  for (const problem of problems) print(`✗ ${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
}

const print = (text: string): void => void process.stdout.write(text);

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}

/** What `npm pack` takes: `files` of package.json, and those that it always takes. */
function unpackedSize(): number {
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { files: string[] };
  const sizeOf = (path: string): number => {
    if (!existsSync(path)) return 0;
    if (!statSync(path).isDirectory()) return statSync(path).size;
    return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
  };
  const taken = new Set([...files, 'package.json', 'README.md', 'LICENSE']);
  return [...taken].reduce((sum, name) => sum + sizeOf(join(ROOT, name)), 0);
}

await main();

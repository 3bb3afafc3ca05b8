import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { loadAll } from 'js-yaml';
import { parse as parseToml } from 'smol-toml';
import type { ProjectAnswers } from '../../src/base/answers.ts';
import type { PlannedFile } from '../../src/base/plan.ts';
import { catalog, optionsOf } from '../../src/catalog/catalog.ts';
import type { Kind, Option } from '../../src/catalog/manifest.ts';
import { choose } from '../../src/plan/choose.ts';
import { summaryOf } from '../../src/plan/create-context.ts';

/** What is wrong with a rendered project, one line a problem: `src/x.ts: …`. */
export type Check = (files: readonly PlannedFile[], answers: ProjectAnswers) => string[];

/** Python's own compiler sees its code, for all projects at once. */
const isCode = ({ path }: PlannedFile): boolean => path.endsWith('.ts');
const isPython = ({ path }: PlannedFile): boolean => path.endsWith('.py');
const isToml = ({ path }: PlannedFile): boolean => path.endsWith('.toml');
const isData = ({ path }: PlannedFile): boolean => path.endsWith('.json');
const isYaml = ({ path }: PlannedFile): boolean => /\.ya?ml$/.test(path);
const textOf = (files: readonly PlannedFile[], path: string): string =>
  files.find((file) => file.path === path)?.text ?? '';

function reasonOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const failing = (files: readonly PlannedFile[], parse: (text: string) => unknown): string[] =>
  files.flatMap((file) => {
    const reason = reasonOf(() => parse(file.text));
    return reason === undefined ? [] : [`${file.path}: ${reason}`];
  });

export const parses: Check = (files) => [
  ...failing(files.filter(isCode), (text) => transformSync(text, { loader: 'ts', logLevel: 'silent' })),
  ...failing(files.filter(isData), (text) => JSON.parse(text)),
  ...failing(files.filter(isToml), parseToml),
  ...failing(files.filter(isYaml), (text) => loadAll(text)),
];

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

/** The description and the repository are the user's own texts, so what they hold is no fault of a template. */
function withoutOwnTexts(text: string, { description, repository }: ProjectAnswers): string {
  // Whole, in JSON, and as the one line of a pyproject.toml.
  const forms = [description, ...[description, description.replace(/\s+/g, ' '), summaryOf(description)].map(escaped)];
  const shown = repository ? text.replaceAll(repository, 'https://example.com') : text;
  return forms.reduce((rest, form) => rest.replaceAll(form, 'A description.'), shown);
}

const LEFTOVERS: readonly (readonly [RegExp, string])[] = [
  [/^$/, 'nothing in it'],
  [/\r/, 'a carriage return'],
  [/[^\S\n]$/m, 'a blank at the end of a line'],
  [/^\n/, 'an empty first line'],
  [/\n\n$/, 'an empty last line'],
  [/[^\n]$/, 'no line end at its end'],
];

/** What code may have a reason to say. */
const UNSAID: readonly (readonly [RegExp, string])[] = [
  [/\[object /, 'an object printed as text'],
  [/\bNaN\b/, 'NaN'],
];

export const hasNoLeftovers: Check = (files, answers) =>
  files.flatMap((file) => {
    const text = withoutOwnTexts(file.text, answers);
    const patterns = isCode(file) || isPython(file) ? LEFTOVERS : [...LEFTOVERS, ...UNSAID];
    const problems = patterns.filter(([pattern]) => pattern.test(text)).map(([, problem]) => problem);
    // In Python's texts with values it is how a brace is written.
    if (!isPython(file) && /(?<!\$)\{\{/.test(text)) problems.push('{{');
    if ((isPython(file) ? /\n\n\n\n/ : /\n\n\n/).test(text)) problems.push('too many empty lines');
    if (/\{\{[#/>~!&^]/.test(text) || (!isPython(file) && /\{\{\w+\}\}/.test(text)))
      problems.push('a piece of a template');
    if (isCode(file) ? /(?<!typeof \w+ [!=]== )['"`]undefined\b/.test(text) : /\bundefined\b/.test(text))
      problems.push('undefined');
    return problems.map((problem) => `${file.path}: has ${problem}`);
  });

const TEMPLATES = fileURLToPath(new URL('../../templates/', import.meta.url));
const sources = new Map<string, string>();

/** What all templates of a language say. */
function sourceOf(language: string): string {
  const known = sources.get(language);
  if (known !== undefined) return known;
  const entries = readdirSync(join(TEMPLATES, language), { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const source = paths.map((path) => readFileSync(path, 'utf8')).join('\n');
  sources.set(language, source);
  return source;
}

/** Code says `undefined` for good reasons, and then so do templates. */
export const undefinedIsMeant: Check = (files, { language }) =>
  files.flatMap(({ path, text }) =>
    [...text.matchAll(/[\w.]*undefined/g)]
      .filter(([words]) => !sourceOf(language).includes(words))
      .map(([words]) => `${path}: ${words}, which no template says`),
  );

const IMPORT =
  /^(?:import\s+(?:[^'";]*?\sfrom\s+)?|export\s+(?:type\s+)?[{*][^'";]*?\sfrom\s+)'([^']+)'|\bimport\('([^']+)'\)/gm;
const importsOf = ({ text }: PlannedFile): string[] =>
  [...text.matchAll(IMPORT)].map(([, name, lazy]) => name ?? lazy ?? '');
const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

interface PackageJson {
  readonly scripts: Record<string, string>;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

/** Every import leads to a file of the project, to Node, or to a dependency of the right kind, and each is needed. */
export const importsResolve: Check = (files) => {
  const paths = new Set(files.map(({ path }) => path));
  const { dependencies = {}, devDependencies = {}, scripts } = JSON.parse(textOf(files, 'package.json')) as PackageJson;
  const problems: string[] = [];
  const used = new Set<string>();
  for (const file of files.filter(isCode)) {
    for (const name of importsOf(file)) {
      if (name.startsWith('node:')) continue;
      if (name.startsWith('.')) {
        const target = posix.join(posix.dirname(file.path), name);
        if (!paths.has(target) && !paths.has(target.replace(/\.js$/, '.ts'))) problems.push(`${file.path}: ${name}`);
        continue;
      }
      const dependency = packageOf(name);
      used.add(dependency);
      const isAllowed = dependency in dependencies || (!file.path.startsWith('src/') && dependency in devDependencies);
      if (!isAllowed) problems.push(`${file.path}: imports ${dependency}, which is no dependency`);
    }
  }
  const commands = Object.values(scripts).join(' ');
  for (const name of Object.keys(dependencies)) if (!used.has(name)) problems.push(`package.json: ${name} is not used`);
  for (const name of Object.keys(devDependencies)) {
    const isTool = TOOLS[name]?.some((command) => commands.includes(command)) ?? false;
    if (!used.has(name) && !isTool && !name.startsWith('@types/')) problems.push(`package.json: ${name} is not used`);
  }
  return problems;
};

/** Dependencies that are used by their command. */
const TOOLS: Readonly<Record<string, readonly string[]>> = {
  '@biomejs/biome': ['biome'],
  typescript: ['tsc'],
  tsx: ['tsx'],
  esbuild: ['esbuild'],
  '@anthropic-ai/mcpb': ['mcpb pack'],
};

/** No file in `src/` that the server never loads. */
export const everyModuleIsLoaded: Check = (files) => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const loaded = new Set<string>();
  const load = (path: string): void => {
    const file = byPath.get(path);
    if (file === undefined || loaded.has(path)) return;
    loaded.add(path);
    for (const name of importsOf(file)) {
      if (name.startsWith('.')) load(posix.join(posix.dirname(path), name).replace(/\.js$/, '.ts'));
    }
  };
  load('src/main.ts');
  const unused = files.filter((file) => file.path.startsWith('src/') && !loaded.has(file.path));
  return unused.map(({ path }) => `${path}: is never loaded`);
};

/** Where a language says what its settings are: the file, and each one's name in it. */
const SETTINGS: Readonly<
  Record<string, { readonly file: RegExp; readonly name: RegExp; readonly used: (name: string) => string }>
> = {
  typescript: { file: /^src\/config\.ts$/, name: /^ {2}([A-Z][A-Z0-9_]+):/gm, used: (name) => name },
  python: {
    file: /^src\/\w+\/config\.py$/,
    name: /^ {4}([a-z][a-z0-9_]+): /gm,
    used: (name) => `.${name.toLowerCase()}`,
  },
};

/** Settings stand in the code and in `.env.example`, and the code uses each. */
export const settingsAgree: Check = (files, { language }) => {
  const { file, name: pattern, used } = SETTINGS[language] ?? {};
  const config = files.find(({ path }) => file?.test(path));
  if (pattern === undefined || used === undefined) return ['nobody knows where settings are'];
  if (config === undefined) return files.some(({ path }) => path === '.env.example') ? ['there are no settings'] : [];
  const names = (path: string, found: RegExp): string[] =>
    [...textOf(files, path).matchAll(found)].map(([, name = '']) => name.toUpperCase()).sort();
  const inCode = names(config.path, pattern);
  const inExample = names('.env.example', /^#? ?([A-Z][A-Z0-9_]+)=/gm);
  const code = files.filter((one) => one.path.startsWith('src/') && one !== config && (isCode(one) || isPython(one)));
  const unused = inCode.filter((name) => !code.some(({ text }) => text.includes(used(name))));
  return [
    ...(inCode.join() === inExample.join() ? [] : [`.env.example: ${inExample} instead of ${inCode}`]),
    ...unused.map((name) => `${config.path}: ${name} is not used`),
  ];
};

/** Links and paths in the README lead to what is there, and its commands to scripts. */
export const readmeIsTrue: Check = (files, answers) => {
  const readme = withoutOwnTexts(textOf(files, 'README.md'), answers);
  const manifest = textOf(files, 'package.json');
  const { scripts } = JSON.parse(manifest === '' ? '{"scripts":{}}' : manifest) as PackageJson;
  const paths = files.map(({ path }) => path);
  const exists = (path: string): boolean =>
    paths.some((one) => one === path || one.startsWith(path.replace(/\/?$/, '/')));
  const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
  const places = [...readme.matchAll(/(?:`|run )((?:src|tests?|scripts)\/[\w./-]*)`/g)].map(([, place = '']) => place);
  const commands = [...readme.matchAll(/(?:`|^)(?:npm|pnpm|yarn|bun) run ([\w-]+)/gm)].map(([, name = '']) => name);
  const headings = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text.toLowerCase().replace(/ /g, '-'));
  return [
    ...links
      .filter((link) => !/^https:\/\/[\w.-]+\/\S*$/.test(link))
      .filter((link) => (link.startsWith('#') ? !headings.includes(link.slice(1)) : !exists(link)))
      .map((link) => `README.md: the link ${link} leads nowhere`),
    ...places.filter((place) => !exists(place)).map((place) => `README.md: there is no ${place}`),
    ...commands.filter((name) => !(name in scripts)).map((name) => `README.md: there is no script ${name}`),
  ];
};

/** Words that betray an option besides the names in its manifest. */
const BETRAYALS: Readonly<Record<string, RegExp>> = {
  'transport/stdio': /stdio/i,
  // Tools may use HTTP without being served over it.
  'transport/http': /over http the|both transports|streamable|transport[/.]http|serve_?http|healthz|\bcors/i,
  // A word of every language.
  'storage/none': /(?!)/,
  'storage/memory': /storage[/.]memory|MemoryStore|in Memory\b/,
  'storage/file': /storage\/file|FileStore|JSON file\b/,
  'storage/sqlite': /sqlite/i,
  'storage/postgres': /postgres|\bpg\b/i,
  'tool/notes': /\bnotes?\b|notebook/i,
  'tool/weather': /weather|meteo|forecast/i,
  'tool/fetch': /fetch[-_]?url|FETCH_|ssrf/i,
  'tool/risk': /\brisk/i,
  'tool/jobs': /\bjobs?\b/i,
  'resource/settings': /app-settings/,
  'resource/logs': /log:\/\/server|LOG_RESOURCE/,
  'resource/schema': /schema:\/\/store/,
  'extra/rate-limit': /RATE_LIMIT|[Rr]ateLimit|rate_limit\b/,
  // A service may be started with Docker by whoever makes no image of the server.
  'extra/docker': /Dockerfile|docker build|as a container/i,
  // Where somebody's repository is says nothing of what is in it.
  'extra/github-actions': /(?<!io\.)github/i,
  'extra/mcpb': /mcpb/i,
  'extra/registry': /server\.json|mcp-?name/i,
  'extra/publish': /publish\.yml|trusted publisher/i,
  'extra/renovate': /renovate\.json/,
  'extra/agents': /AGENTS\.md|SKILL\.md/,
};

/** Words of the table that an option uses in a sense of its own. */
const HOMONYMS: Readonly<Record<string, RegExp>> = { 'storage/fastio': /\bnotes?\b/gi };

/** @param known what other options, which were chosen, say as well */
function betrayalsOf(option: Option, known: ReadonlySet<string>): RegExp[] {
  // In Python they are called as their modules are, by a common word.
  const registered = Object.values(option.registers ?? {}).flatMap((list) => list.map(({ name }) => name));
  const named = [
    ...registered.filter((name) => /[A-Z]/.test(name)),
    ...(option.env ?? []).map(({ name }) => name),
  ].filter((word) => !known.has(word));
  const words = named.map((word) => new RegExp(`(?<![\\w-])${word}(?![\\w-])`));
  return [...words, BETRAYALS[`${option.kind}/${option.id}`] ?? new RegExp(`\\b${option.id}\\b`, 'i')];
}

const SHOWN = /^(src\/.*|package\.json|pyproject\.toml|README\.md|\.env\.example)$/;

/** What was not chosen leaves no trace where people read. */
export const unchosenLeavesNoTrace: Check = (files, answers) => {
  const chosen: Readonly<Partial<Record<Kind, readonly string[]>>> = {
    transport: [answers.transport],
    storage: [answers.storage],
    tool: answers.tools,
    resource: answers.resources,
    extra: answers.extras,
  };
  const unchosen = Object.entries(chosen).flatMap(([kind, ids]) => {
    const options = optionsOf(answers.language, kind as Kind);
    const included = options.filter(({ id }) => ids.includes(id)).flatMap(({ includes = [] }) => includes);
    return options.filter(
      ({ id, includes, standIn }) =>
        includes === undefined &&
        !ids.includes(id) &&
        !included.includes(id) &&
        !(standIn === true && ids.length === 0),
    );
  });
  const known = new Set(choose(answers, catalog).all.flatMap(({ env }) => env.map(({ name }) => name)));
  return unchosen.flatMap((option) =>
    files
      .filter(({ path }) => SHOWN.test(path))
      .flatMap(({ path, text }) => {
        const homonyms = HOMONYMS[`storage/${answers.storage}`] ?? /(?!)/;
        const shown = withoutOwnTexts(text, answers).replace(homonyms, '');
        const trace = betrayalsOf(option, known)
          .map((pattern) => shown.match(pattern)?.[0])
          .find((match) => match !== undefined);
        return trace === undefined ? [] : [`${path}: "${trace}" of ${option.kind}/${option.id}, which was not chosen`];
      }),
  );
};

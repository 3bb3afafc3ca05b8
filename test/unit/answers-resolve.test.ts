import { describe, expect, it } from 'vitest';
import type { RawAnswers } from '../../src/answers/file.ts';
import type { Surroundings } from '../../src/answers/option-types.ts';
import type { Ask, Question } from '../../src/answers/questions.ts';
import { resolve } from '../../src/answers/resolve.ts';
import { CliError, cancelled, usageError } from '../../src/base/errors.ts';
import { fakeEnv } from '../support/env.ts';
import { fakeSurroundings, given } from './surroundings.ts';

const fromFile = (answers: Readonly<Record<string, unknown>>): RawAnswers =>
  Object.fromEntries(Object.entries(answers).map(([key, value]) => [key, { source: 'file', value }]));

async function failureOf(raw: RawAnswers, changes: Partial<Surroundings> = {}, ask?: Ask): Promise<CliError> {
  const error = await resolve(raw, fakeSurroundings(changes), ask).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CliError);
  return error as CliError;
}

describe('without questions', () => {
  it('takes the defaults for everything but the folder', async () => {
    const { answers, sources, notes } = await resolve(given('hello-mcp'), fakeSurroundings());
    expect(answers).toEqual({
      dir: 'hello-mcp',
      name: 'hello-mcp',
      description: 'hello-mcp: tools and resources over the Model Context Protocol.',
      license: 'MIT',
      author: '',
      repository: '',
      language: 'typescript',
      preset: 'standard',
      transport: 'stdio',
      auth: 'none',
      storage: 'sqlite',
      tools: ['notes', 'weather'],
      resources: ['settings'],
      extras: ['github-actions'],
      runtime: '22',
      pm: 'npm',
      client: [],
      clientConfig: {},
      install: true,
      git: true,
      check: true,
      onConflict: 'error',
    });
    expect(sources.dir).toBe('flag');
    expect(sources.transport).toBe('default');
    expect(notes).toEqual([]);
  });

  it('names what is missing and gives a command that is complete', async () => {
    const error = await failureOf(given(undefined, { transport: ['http'] }));
    expect(error).toMatchObject({ code: 'missing-argument', exit: 2, missing: ['dir'] });
    expect(error.hint).toContain('npm create mcp-mason@1.2.3 mcp-server -- --transport http --yes');
  });

  it('takes mcp-server as the folder with --yes', async () => {
    const { answers } = await resolve(given(), fakeSurroundings({ yes: true }));
    expect(answers).toMatchObject({ dir: 'mcp-server', name: 'mcp-server' });
  });

  it('asks for --name when the folder gives none', async () => {
    const error = await failureOf(given('My Server!!'));
    expect(error).toMatchObject({ code: 'invalid-name', exit: 2, missing: ['name'] });
    expect(error.hint).toContain('--name');
    const { answers } = await resolve(given('My Server!!', { name: ['ok'] }), fakeSurroundings());
    expect(answers).toMatchObject({ dir: 'My Server!!', name: 'ok' });
  });

  it('prefers flags to the answers file and that to the defaults', async () => {
    const file = fromFile({ transport: 'http', storage: 'memory', runtime: 24, tools: ['risk', 'notes'], git: false });
    const { answers, sources } = await resolve({ ...file, ...given('x', { transport: ['both'] }) }, fakeSurroundings());
    expect(answers).toMatchObject({
      transport: 'both',
      storage: 'memory',
      runtime: '24',
      tools: ['notes', 'risk'],
      git: false,
    });
    expect([sources.transport, sources.storage, sources.pm]).toEqual(['flag', 'file', 'default']);
  });

  it('takes the newest runtime that is not newer than the running Node', async () => {
    const runtimeOn = async (nodeVersion: string) =>
      (await resolve(given('x'), fakeSurroundings({ env: fakeEnv({ nodeVersion }) }))).answers.runtime;
    expect(await Promise.all(['20.12.0', '21.7.0', '22.0.0', '25.1.0', '99.0.0', '18.0.0'].map(runtimeOn))).toEqual([
      '20',
      '20',
      '22',
      '24',
      '26',
      '20',
    ]);
  });

  it('takes the detected package manager', async () => {
    const { answers } = await resolve(
      given('x'),
      fakeSurroundings({ packageManager: (target) => (target.endsWith('/x') ? 'pnpm' : 'npm') }),
    );
    expect(answers.pm).toBe('pnpm');
  });
});

describe('lists', () => {
  const toolsOf = async (...values: string[]) =>
    (await resolve(given('x', { tools: values }), fakeSurroundings())).answers.tools;

  it('are put in the order of the catalogue, without doubles', async () => {
    expect(await toolsOf('jobs, notes,jobs')).toEqual(['notes', 'jobs']);
    expect(await toolsOf('jobs', 'notes')).toEqual(['notes', 'jobs']);
    expect(await toolsOf('all')).toEqual(['notes', 'weather', 'fetch', 'risk', 'jobs']);
    expect(await toolsOf('none')).toEqual([]);
  });

  it('resolve detected clients, alone and beside others', async () => {
    const clientsOf = async (value: string) =>
      (await resolve(given('x', { client: [value] }), fakeSurroundings())).answers.client;
    expect(await clientsOf('detected')).toEqual(['claude-desktop']);
    expect(await clientsOf('cursor,detected')).toEqual(['claude-desktop', 'cursor']);
    expect(await clientsOf('none')).toEqual([]);
  });

  it.each([['none,notes'], ['all,none'], ['notes,all'], ['notes,,weather'], [''], ['constructor'], ['__proto__']])(
    'refuse %j',
    async (value) => {
      const error = await failureOf(given('x', { tools: [value] }));
      expect(error.exit).toBe(2);
      expect(error.message).toContain('--tools');
    },
  );
});

describe('usage errors', () => {
  it.each([
    [{ transport: ['stido'] }, '--transport', 'stdio'],
    [{ storage: ['sqlight'] }, '--storage', 'sqlite'],
    [{ tools: ['note'] }, '--tools', 'notes'],
    [{ extras: ['dokcer'] }, '--extras', 'docker'],
    [{ pm: ['npn'] }, '--pm', 'npm'],
    [{ client: ['curser'] }, '--client', 'cursor'],
    [{ clientConfig: ['curser=/x'] }, '--client-config', 'cursor'],
    [{ onConflict: ['overwite'] }, '--on-conflict', 'overwrite'],
    [{ name: ['My Server!!'] }, 'My Server!!', 'my-server'],
  ])('%j: names the flag and suggests the nearest', async (flags, named, suggestion) => {
    const error = await failureOf(given('x', flags));
    expect(error.exit).toBe(2);
    expect(error.message).toContain(named);
    expect(error.hint).toContain(`Did you mean ${suggestion}?`);
  });

  it.each([
    [{ transport: ['stdio', 'http'] }],
    [{ install: [true, false] }],
    [{ clientConfig: ['cursor=/a', 'cursor=/b'] }],
    [{ check: [true], install: [false] }],
    [{ check: [true], runtime: ['26'] }],
    [{ client: ['none'], clientConfig: ['cursor=/a'] }],
  ])('%j: refuses contradictions', async (flags) => {
    expect(await failureOf(given('x', flags))).toMatchObject({ code: 'contradiction', exit: 2 });
  });

  it('accepts the same flag twice with the same value', async () => {
    const { answers } = await resolve(given('x', { transport: ['http', 'http'] }), fakeSurroundings());
    expect(answers.transport).toBe('http');
  });

  it.each([
    [{ name: 7.5 }, '"name" in the answers file must be a string'],
    [{ name: null }, '"name" in the answers file must be a string'],
    [{ install: 'yes' }, '"install" in the answers file must be true or false'],
    [{ tools: [1] }, '"tools" in the answers file must be a list of strings'],
    [{ tools: { notes: true } }, '"tools" in the answers file must be a list of strings'],
    [{ clientConfig: ['a=b'] }, '"clientConfig" in the answers file must be an object'],
    [{ transport: 'carrier-pigeon' }, '"transport" in the answers file'],
  ])('%j in a file: names the key', async (answers, message) => {
    const error = await failureOf({ ...fromFile(answers), ...given('x') });
    expect(error.exit).toBe(2);
    expect(error.message).toContain(message);
  });

  it('keeps the error of a target that is no folder', async () => {
    const inspectTarget = (target: string) => {
      throw usageError('target-is-file', `${target} is a file, not a folder.`);
    };
    expect(await failureOf(given('x'), { inspectTarget })).toMatchObject({ code: 'target-is-file', exit: 2 });
  });
});

describe('presets', () => {
  const answersOf = async (flags: Readonly<Record<string, unknown>>) =>
    (await resolve(given('x', flags), fakeSurroundings())).answers;

  it('answer what nobody has answered', async () => {
    expect(await answersOf({ preset: ['minimal'] })).toMatchObject({
      ...{ preset: 'minimal', transport: 'stdio', storage: 'none', tools: [], resources: [], extras: [] },
    });
    const full = await answersOf({ preset: ['full'] });
    expect(full).toMatchObject({ tools: ['notes', 'weather', 'fetch', 'risk', 'jobs'] });
    expect(full.extras).not.toContain('deploy');
    expect((await answersOf({ preset: ['full'], transport: ['http'] })).extras).toContain('deploy');
  });

  it('are overruled by whatever is given', async () => {
    const answers = await answersOf({ preset: ['minimal'], storage: ['sqlite'], tools: ['notes'] });
    expect(answers).toMatchObject({ storage: 'sqlite', tools: ['notes'], resources: [] });
  });

  it('refuse one that is not there', async () => {
    const error = await failureOf(given('x', { preset: ['nope'] }));
    expect(error).toMatchObject({ exit: 2, message: expect.stringContaining('minimal, standard or full') });
  });
});

describe('tools that need a store', () => {
  it('are refused without one, with both ways out', async () => {
    const error = await failureOf(given('x', { storage: ['none'], tools: ['notes'] }));
    expect(error).toMatchObject({ code: 'contradiction', exit: 2 });
    expect(error.message).toMatch(/notes needs store, which the storage memory, file, .* provides; none does not/);
    expect(error.hint).toMatch(/--storage.*--tools/);
  });

  it('give way, with a note, where only the storage was given', async () => {
    const { answers, notes } = await resolve(given('x', { storage: ['none'] }), fakeSurroundings());
    expect(answers.tools).toEqual(['weather']);
    expect(notes.join()).toContain('notes needs store');
  });
});

describe('extras that need a transport', () => {
  const extrasOf = async (flags: Readonly<Record<string, unknown>>, ask?: Ask) =>
    await resolve(given('x', flags), fakeSurroundings(), ask);

  it('are accepted with it', async () => {
    for (const transport of ['http', 'both']) {
      const { answers, notes } = await extrasOf({ transport: [transport], extras: ['deploy'] });
      expect({ extras: answers.extras, notes }).toEqual({ extras: ['deploy'], notes: [] });
    }
  });

  it('are refused without it, with what would do', async () => {
    for (const flags of [{ extras: ['deploy'] }, { extras: ['deploy,github-actions'], transport: ['stdio'] }]) {
      const error = await failureOf(given('x', flags));
      expect(error).toMatchObject({ code: 'contradiction', exit: 2 });
      expect(error.message).toContain('deploy needs http, which the transport http or both provides; stdio does not.');
      expect(error.hint).toContain('--transport');
    }
  });

  it('are not among all that somebody without it wishes for', async () => {
    const all = async (transport: string) =>
      (await extrasOf({ transport: [transport], extras: ['all'] })).answers.extras;
    expect(await all('http')).toContain('deploy');
    expect(await all('stdio')).not.toContain('deploy');
    expect((await extrasOf({ extras: ['all'] })).answers.extras).not.toContain('deploy');
  });

  it('give way, with a note, to a transport that was answered', async () => {
    const ask: Ask = async ({ message, initial }) => {
      if (message.startsWith('How much')) return 'custom';
      return message.startsWith('What else') ? ['docker', 'deploy'] : initial;
    };
    const { answers, notes } = await extrasOf({ transport: ['stdio'] }, ask);
    expect(answers.extras).toEqual(['docker']);
    expect(notes).toEqual([expect.stringContaining('deploy needs http')]);
  });
});

describe('who may use a server', () => {
  const authOf = async (flags: Readonly<Record<string, unknown>>, ask?: Ask) =>
    (await resolve(given('x', flags), fakeSurroundings(), ask)).answers.auth;

  it('is nobody in particular, unless somebody says otherwise', async () => {
    expect(await authOf({ transport: ['http'] })).toBe('none');
    expect(await authOf({ transport: ['both'], auth: ['oauth'] })).toBe('oauth');
  });

  it('cannot be chosen where nothing is served over HTTP', async () => {
    const error = await failureOf(given('x', { auth: ['oauth'] }));
    expect(error).toMatchObject({ code: 'contradiction', exit: 2, hint: expect.stringContaining('--transport') });
    expect(error.message).toBe('oauth needs http, which the transport http or both provides; stdio does not.');
  });

  it.each([
    ['stdio', 0],
    ['http', 1],
  ])('is asked of people who choose everything, over %s: %d', async (transport, times) => {
    const asked: string[] = [];
    const ask: Ask = async ({ message, initial }) => {
      asked.push(message);
      return message.startsWith('How much') ? 'custom' : initial;
    };
    await authOf({ transport: [transport] }, ask);
    expect(asked.filter((message) => message === 'Who may use it over HTTP?')).toHaveLength(times);
  });
});

describe('rules', () => {
  it('leave out the check when nothing is installed', async () => {
    const { answers, notes } = await resolve(given('x', { install: [false] }), fakeSurroundings());
    expect(answers).toMatchObject({ install: false, check: false });
    expect(notes).toEqual([]);
  });
  it('let a flag overrule a file', async () => {
    const raw = { ...fromFile({ install: true, check: true }), ...given('x', { install: [false] }) };
    expect((await resolve(raw, fakeSurroundings())).answers).toMatchObject({ install: false, check: false });
    expect(await failureOf({ ...fromFile({ install: false, check: true }), ...given('x') })).toMatchObject({ exit: 2 });
  });
  it('leave out the check for a newer Node, and say so', async () => {
    const { answers, notes } = await resolve(given('x', { runtime: ['26'] }), fakeSurroundings());
    expect(answers).toMatchObject({ install: true, check: false });
    expect(notes.join()).toContain('Node 26');
  });
  it('take a client from --client-config', async () => {
    const { answers } = await resolve(given('x', { clientConfig: ['cursor=a=b.json'] }), fakeSurroundings());
    expect(answers).toMatchObject({ client: ['cursor'], clientConfig: { cursor: 'a=b.json' } });
  });
});

describe('with questions', () => {
  /** Answers by the message's beginning; else what is offered. */
  function asker(answers: Readonly<Record<string, unknown>> = {}): { ask: Ask; asked: Question[] } {
    const asked: Question[] = [];
    const ask: Ask = async (question) => {
      asked.push(question);
      const key = Object.keys(answers).find((start) => question.message.startsWith(start));
      return (key === undefined ? question.initial : answers[key]) as string;
    };
    return { ask, asked };
  }

  it('asks for what was not given, in one flow with the defaults offered', async () => {
    const { ask, asked } = asker();
    const { answers, sources } = await resolve(given(), fakeSurroundings(), ask);
    expect(asked.map(({ message }) => message)).toEqual([
      'Where should the project be created?',
      'Which language?',
      'How much to start with?',
      'Which package manager?',
      'Add the server to Claude Desktop?',
      'What should be done with it?',
    ]);
    expect(answers).toMatchObject({
      dir: 'mcp-server',
      tools: ['notes', 'weather'],
      client: ['claude-desktop'],
      install: true,
      git: true,
      check: true,
    });
    expect(sources).toMatchObject({ dir: 'answer', name: 'default', check: 'answer' });
  });

  it('asks for everything one by one when somebody wants to choose', async () => {
    const { ask, asked } = asker({ 'How much': 'custom', 'Where do': 'file', 'Which example': ['risk'] });
    const { answers } = await resolve(given('x'), fakeSurroundings(), ask);
    expect(asked.map(({ message }) => message)).toEqual([
      'Which language?',
      'How much to start with?',
      'How do clients reach the server?',
      'Where do its tools keep their data?',
      'Which example tools?',
      'Which resources?',
      'What else should be in the project?',
      'Which package manager?',
      'Add the server to Claude Desktop?',
      'What should be done with it?',
    ]);
    expect(answers).toMatchObject({ preset: 'standard', storage: 'file', tools: ['risk'] });
  });

  it('says of each preset how many files it makes', async () => {
    const { ask, asked } = asker();
    const files = { minimal: 11, standard: 28, full: 67 };
    const countFiles = async ({ preset }: { preset?: string }) => files[preset as keyof typeof files];
    await resolve(given('x'), fakeSurroundings({ countFiles }), ask);
    const question = asked.find(({ message }) => message === 'How much to start with?');
    if (question?.type !== 'choice') throw new Error('expected a choice');
    expect(question.choices.map(({ id }) => id)).toEqual(['minimal', 'standard', 'full', 'custom']);
    expect(question.choices.map(({ hint }) => /\d+ files$/.exec(hint)?.[0])).toEqual([
      '11 files',
      '28 files',
      '67 files',
      undefined,
    ]);
  });

  it('does not ask for what was given', async () => {
    const flags = { transport: ['http'], tools: ['none'], pm: ['pnpm'], client: ['none'], install: [false] };
    const { ask, asked } = asker();
    const { answers } = await resolve(given('x', flags), fakeSurroundings(), ask);
    expect(asked.map(({ message }) => message.split(' ')[0])).toEqual(['Which', 'How', 'Make']);
    expect(answers).toMatchObject({ dir: 'x', transport: 'http', tools: [], install: false, check: false });
  });

  it('judges flags before the first question', async () => {
    const { ask, asked } = asker();
    await failureOf(given(undefined, { transport: ['stido'] }), {}, ask);
    await failureOf(given(undefined, { check: [true], install: [false] }), {}, ask);
    expect(asked).toEqual([]);
  });

  it('asks for a name only when the folder gives none, with the same judgement', async () => {
    const { ask, asked } = asker({ Where: '$(x)', 'What is': 'fine' });
    const { answers } = await resolve(given(), fakeSurroundings(), ask);
    expect(answers).toMatchObject({ dir: '$(x)', name: 'fine' });
    const [place, name] = asked;
    if (place?.type !== 'text' || name?.type !== 'text') throw new Error('expected two text questions');
    expect(place.problem('a\u0000b')).toContain('cannot be printed');
    expect(place.problem('fine')).toBeUndefined();
    expect(name.problem('node_modules')).toContain('reserved');
  });

  it('says at once when the target is a file', async () => {
    const { ask, asked } = asker();
    const inspectTarget = (target: string) => {
      if (target.endsWith('/file')) throw usageError('target-is-file', 'file is a file, not a folder.');
    };
    await resolve(given(), fakeSurroundings({ inspectTarget }), ask);
    const [place] = asked;
    if (place?.type !== 'text') throw new Error('expected a text question');
    expect(place.problem('file')).toBe('file is a file, not a folder.');
  });

  it('asks yes or no for a single client', async () => {
    const { ask, asked } = asker({ Add: false });
    const { answers } = await resolve(given('x'), fakeSurroundings(), ask);
    expect(asked).toContainEqual({ type: 'confirm', message: 'Add the server to Claude Desktop?', initial: true });
    expect(answers.client).toEqual([]);
  });

  it('offers the clients that were found, all of them ticked', async () => {
    const found = ['Cursor', 'Zed'].map((title) => ({ id: title.toLowerCase(), title, hint: '', detected: true }));
    const clients = [...found, { id: 'goose', title: 'Goose', hint: '' }];
    const { ask, asked } = asker({ Add: ['zed'] });
    const { answers } = await resolve(given('x'), fakeSurroundings({ clients: async () => clients }), ask);
    const message = 'Add the server to these clients?';
    expect(asked).toContainEqual({ type: 'list', message, choices: found, initial: ['cursor', 'zed'] });
    expect(answers.client).toEqual(['zed']);
    const nowhere = asker();
    await resolve(given('x'), fakeSurroundings({ clients: async () => clients.slice(2) }), nowhere.ask);
    expect(nowhere.asked.filter((question) => question.message.startsWith('Add'))).toEqual([]);
  });

  it('says what gives way to an answer', async () => {
    const { ask } = asker({ 'What should': ['check'] });
    const { answers, notes } = await resolve(given('x'), fakeSurroundings(), ask);
    expect(answers).toMatchObject({ install: false, git: false, check: false });
    expect(notes.join()).toContain('needs the install');
  });

  it('stops when somebody backs out', async () => {
    const error = await failureOf(given(), {}, async () => {
      throw cancelled();
    });
    expect(error.exit).toBe(130);
  });
});

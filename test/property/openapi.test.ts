import { expect, it } from 'vitest';
import { casesOf } from '../../src/openapi/cases.ts';
import { partOf } from '../../src/openapi/part.ts';
import { planProject } from '../../src/plan/plan.ts';
import { ANSWERS } from '../support/fixture.ts';
import { compiled, load, parse } from '../support/openapi/api.ts';
import { behaviour } from '../support/openapi/behaviour.ts';
import {
  everyModuleIsLoaded,
  hasNoLeftovers,
  importsResolve,
  parses,
  readmeIsTrue,
  undefinedIsMeant,
} from './matrix-checks.ts';

/** Descriptions that use more or less of what the templates can do. */
const DESCRIPTIONS = {
  everything: () => parse(JSON.stringify(behaviour('http://127.0.0.1:1', 'https://127.0.0.1:2'))),
  'files and keys': () => load('pets.yaml'),
  nothing: () =>
    parse('openapi: 3.1.0\nservers: [{ url: https://a.example }]\npaths: { /a: { get: { operationId: a } } }'),
  'no server': () => parse('openapi: 3.1.0\npaths: { /a: { get: { operationId: a } } }'),
  'client credentials': () =>
    parse(
      'openapi: 3.1.0\ncomponents: { securitySchemes: { o: { type: oauth2, flows: { clientCredentials: { tokenUrl: "https://a.example/t", scopes: {} } } } } }\nsecurity: [{ o: [] }]\npaths: { /a: { get: { operationId: a } } }',
    ),
  certificate: () =>
    parse(
      'openapi: 3.1.0\ncomponents: { securitySchemes: { m: { type: mutualTLS } } }\nsecurity: [{ m: [] }]\npaths: { /a: { get: { operationId: a } } }',
    ),
};
const SURROUNDINGS = [
  { preset: 'minimal', transport: 'stdio', storage: 'none', tools: [], resources: [], extras: [] },
  {
    preset: 'full',
    transport: 'both',
    storage: 'sqlite',
    tools: ['notes', 'weather'],
    resources: ['settings', 'logs'],
    extras: [],
  },
];
const LANGUAGES = [
  { language: 'typescript', runtime: '20', pm: 'npm' },
  { language: 'python', runtime: '3.12', pm: 'uv' },
];

const rows = Object.entries(DESCRIPTIONS).flatMap(([name, make]) =>
  LANGUAGES.flatMap((language) =>
    ['tools', 'search'].flatMap((mode) =>
      SURROUNDINGS.map(
        (around) =>
          [
            `${name}, ${mode}, ${around.preset}, ${language.language}`,
            make,
            { ...around, ...language, openapiMode: mode },
          ] as const,
      ),
    ),
  ),
);

it.each(rows)('a project of %s is whole', async (_, make, given) => {
  const description = await make();
  const result = await compiled(description);
  const answers = { ...ANSWERS, ...given, fromOpenapi: 'api.yaml' };
  const { files } = await planProject(answers, partOf(result, casesOf(result, description)));
  const checks =
    given.language === 'typescript' ? [parses, importsResolve, everyModuleIsLoaded, undefinedIsMeant] : [parses];
  const own = files.filter(({ path }) => !/operations\.json$/.test(path));
  const problems = [...checks, readmeIsTrue].flatMap((check) => check(files, answers));
  expect([...problems, ...hasNoLeftovers(own, answers)]).toEqual([]);
});

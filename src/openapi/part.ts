import { failure } from '../base/errors.ts';
import { isObject, valueAt } from '../base/json.ts';
import type { ApiPart, ApiVariable } from '../base/plan.ts';
import type { Compiled } from './compile.ts';
import type { Api, Scheme } from './model.ts';
import { lineHash } from './own.ts';

/** The hashes that a record has of a description. */
type Hashes = { readonly hash: string } & Readonly<Record<'operations' | 'lines', Readonly<Record<string, string>>>>;

/**
 * What a project gets of a compiled description.
 *
 * @param api another one than the compiled, where its owner has changed it
 */
export function partOf(
  { api: generated, hash, hashes }: Pick<Compiled, 'api' | 'hash' | 'hashes'>,
  cases: string,
  api = generated,
): ApiPart {
  const lines = Object.fromEntries(Object.entries(generated.operations).map(([name, one]) => [name, lineHash(one)]));
  return withData(api, dataText(api), cases, { hash, operations: hashes, lines });
}

/**
 * The same from the files of a project, which may be a stranger's: names that go into code are what this package makes.
 *
 * @throws CliError (failed) `bad-api` where the file cannot be understood
 */
export function partIn(data: string, cases: string, hashes: Hashes): ApiPart {
  const api = apiFrom(data);
  const parts = [api.operations, api.schemes, api.server];
  if (!parts.every(isObject) || variablesOf(api).some(({ name }) => !/^API_[A-Z0-9_]{1,80}$/.test(name))) {
    throw failure(
      'bad-api',
      'The file with the operations of the API holds something else than create-mcp-mason writes.',
      {
        hint: 'Restore operations.json from version control, or make it again: create-mcp-mason add openapi <file or address>.',
      },
    );
  }
  return withData(api, data, cases, hashes);
}

/** What a file of operations holds, be it as it should be or not. */
export function apiFrom(text: string): Api {
  try {
    return JSON.parse(text) as Api;
  } catch {
    return {} as Api;
  }
}

function withData(api: Api, data: string, cases: string, { hash, operations: hashes, lines }: Hashes): ApiPart {
  const operations = Object.values(api.operations);
  const schemes = Object.values(api.schemes);
  const files = operations.some(
    ({ body }) => body?.kind === 'binary' || fieldsOf(body).some((field) => valueAt(field, ['file']) === true),
  );
  return {
    data,
    cases,
    count: operations.length,
    variables: [...variablesOf(api), ...(files ? [FILES] : [])],
    uses: {
      files,
      forms: operations.some(({ body }) => body?.kind === 'form' || body?.kind === 'multipart'),
      variables: Object.keys(api.server.variables ?? {}).length > 0,
      schemes: schemes.length > 0,
      connection: schemes.some(({ kind }) => kind === 'client' || kind === 'certificate'),
      client: schemes.some(({ kind }) => kind === 'client'),
      certificate: schemes.some(({ kind }) => kind === 'certificate'),
    },
    hash,
    hashes,
    lines,
  };
}

const fieldsOf = (body: unknown): unknown[] => {
  const fields = valueAt(body, ['fields']);
  return isObject(fields) ? Object.values(fields) : [];
};

const FILES: ApiVariable = {
  name: 'API_FILES',
  description: 'A folder from which files may be sent to the API; without it only what a model has in hand.',
  example: './files',
  kind: 'path',
};

function variablesOf({ server, schemes }: Api): ApiVariable[] {
  const base: ApiVariable = {
    name: 'API_BASE_URL',
    description:
      server?.url === '' ? 'Address of the API.' : 'Address of the API, instead of the one in its description.',
    // What a stranger wrote stands in no comment of a file.
    example: 'https://api.example.com',
    kind: 'url',
    ...(server?.url === '' && { required: true }),
  };
  const ofServer = Object.values(server?.variables ?? {}).map(
    ({ env }): ApiVariable => ({
      name: env,
      description: 'A part of the address of the API.',
      example: 'value',
      kind: 'text',
    }),
  );
  return [base, ...ofServer, ...Object.values(schemes ?? {}).flatMap(ofScheme)];
}

function ofScheme(scheme: Scheme): ApiVariable[] {
  const secret = (name: string, description: string): ApiVariable => ({
    name,
    description,
    example: '',
    kind: 'secret',
  });
  const file = (name: string, description: string): ApiVariable => ({
    name,
    description,
    example: './client.pem',
    kind: 'path',
  });
  switch (scheme.kind) {
    case 'key':
      return [secret(scheme.value, 'Key of the API.')];
    case 'basic':
      return [secret(scheme.user, 'User name at the API.'), secret(scheme.password, 'Password at the API.')];
    case 'token':
      return [secret(scheme.value, 'Access token of the API.')];
    case 'client':
      return [
        secret(scheme.value, 'Access token of the API, where there is one already.'),
        secret(scheme.id, 'Client id, to get access tokens with.'),
        secret(scheme.secret, 'Client secret.'),
      ];
    case 'certificate':
      return [
        file(scheme.certificate, 'Certificate of this client, as PEM.'),
        file(scheme.key, 'Private key of the certificate, as PEM.'),
        file(
          scheme.authority,
          'Authority that has signed the certificate of the API, where it is a private one, as PEM.',
        ),
      ];
  }
}

/**
 * The data of a project as a file: a line an operation, so that one can be taken out, and a difference read. Half
 * characters, which a description may hold in escapes, would break clients.
 *
 * @internal exported for tests
 */
export function dataText({ title, version, server, schemes, operations }: Api): string {
  const lines = (object: object): string =>
    Object.entries(object)
      .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
      .join(',\n');
  const text = `{\n${lines({ title, version, server })},\n"schemes": {\n${lines(schemes)}\n},\n"operations": {\n${lines(operations)}\n}\n}\n`;
  return text.replace(/(?<!\\)((?:\\\\)*)\\ud[89a-f][\da-f]{2}/gi, '$1\\ufffd');
}

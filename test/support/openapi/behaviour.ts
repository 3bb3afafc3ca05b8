/** A description with every style of a parameter, every kind of body and every kind of credentials, for one mock of an API. */

type Json = Readonly<Record<string, unknown>>;

const ANY = { description: 'Anything' };
const answers = { responses: { '200': { description: 'What was asked', content: { 'application/json': {} } } } };
const parameter = (place: string, style: string, explode: boolean, more: Json = {}): Json => ({
  name: 'color',
  in: place,
  style,
  explode,
  schema: ANY,
  ...(place === 'path' && { required: true }),
  ...more,
});

/** All rows of https://spec.openapis.org/oas/v3.2.0.html#style-values that are defined. */
const STYLES: readonly (readonly [place: string, style: string, explode: boolean])[] = [
  ...['simple', 'label', 'matrix'].flatMap((style) =>
    [true, false].map((explode) => ['path', style, explode] as const),
  ),
  ['query', 'form', true],
  ['query', 'form', false],
  ['query', 'spaceDelimited', false],
  ['query', 'pipeDelimited', false],
  ['query', 'deepObject', true],
  ['header', 'simple', true],
  ['header', 'simple', false],
  ['cookie', 'form', true],
  ['cookie', 'form', false],
  ['cookie', 'cookie', true],
];

export const styleName = (place: string, style: string, explode: boolean): string =>
  `${place} ${style} ${explode ? 'exploded' : 'joined'}`
    .toLowerCase()
    .replaceAll(' ', '_')
    .replace('spacedelimited', 'space_delimited')
    .replace('pipedelimited', 'pipe_delimited')
    .replace('deepobject', 'deep_object');

const styleOperations = Object.fromEntries(
  STYLES.map(([place, style, explode]) => {
    const operationId = styleName(place, style, explode);
    const path = place === 'path' ? `/${operationId}/{color}` : `/${operationId}`;
    return [path, { get: { operationId, parameters: [parameter(place, style, explode)], ...answers } }];
  }),
);

const bodyOf = (operationId: string, type: string, media: Json = {}): Json => ({
  [`/body/${operationId}`]: {
    post: { operationId, requestBody: { content: { [type]: media } }, ...answers },
  },
});

const FORM = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    tags: { type: 'array', items: { type: 'string' } },
    point: { type: 'object' },
    deep: { type: 'object' },
  },
};
const FILE = { type: 'string', format: 'binary' };

const bodies = {
  ...bodyOf('body_json', 'application/json', { schema: { type: 'object' } }),
  ...bodyOf('body_vendor', 'application/vnd.pets+json', { schema: { type: 'array', items: { type: 'integer' } } }),
  ...bodyOf('body_form', 'application/x-www-form-urlencoded', {
    schema: FORM,
    encoding: { deep: { style: 'deepObject', explode: true } },
  }),
  ...bodyOf('body_multipart', 'multipart/form-data', {
    schema: { ...FORM, properties: { ...FORM.properties, photo: FILE, more: { type: 'array', items: FILE } } },
    encoding: { photo: { contentType: 'image/png' } },
  }),
  ...bodyOf('body_text', 'text/plain', { schema: { type: 'string' } }),
  ...bodyOf('body_xml', 'application/xml', { schema: { type: 'object' } }),
  ...bodyOf('body_binary', 'application/octet-stream', { schema: FILE }),
};

/** One operation each, all at `/secured/<scheme>`. */
const secured = (names: readonly string[]) =>
  Object.fromEntries(
    names.map((name) => [
      `/secured/${name}`,
      { get: { operationId: `secured_${name}`, security: [{ [name]: [] }], ...answers } },
    ]),
  );

/** What goes wrong is in the path. */
const bad = (names: readonly string[], method: string) =>
  Object.fromEntries(names.map((name) => [`/bad/${name}`, { [method]: { operationId: name, ...answers } }]));

export const BAD_READS = [
  ...['status_400', 'status_401', 'status_403', 'status_404', 'status_409', 'status_422', 'status_418', 'status_500'],
  ...['limited_once', 'limited', 'unavailable_once', 'unavailable', 'silent', 'endless', 'broken_json', 'other_type'],
  ...['odd_charset', 'latin', 'elsewhere', 'moved', 'loop', 'reset', 'reset_in_body', 'empty', 'no_content', 'bomb'],
  ...['image', 'file', 'half_character', 'not_a_number', 'outside_schema', 'page', 'secret', 'garbage', 'odd_location'],
] as const;
export const BAD_WRITES = [
  'write_unavailable',
  'write_reset',
  'write_limited_once',
  'write_see_other',
  'write_moved',
] as const;

/**
 * The description, for a mock at these addresses.
 *
 * @param url of the mock, and of the one that asks for a certificate
 */
export const behaviour = (url: string, tlsUrl: string): Json => ({
  openapi: '3.2.0',
  info: { title: 'Behaviour', version: '1' },
  servers: [{ url: `${url}/{version}`, variables: { version: { default: 'v1', enum: ['v1', 'v2'] } } }],
  paths: {
    ...styleOperations,
    '/reserved': {
      get: {
        operationId: 'reserved',
        parameters: [parameter('query', 'form', true, { allowReserved: true })],
        ...answers,
      },
    },
    '/content': {
      get: {
        operationId: 'content',
        parameters: [{ name: 'filter', in: 'query', content: { 'application/json': { schema: { type: 'object' } } } }],
        ...answers,
      },
    },
    '/whole': {
      get: {
        operationId: 'whole_query',
        parameters: [
          {
            name: 'all',
            in: 'querystring',
            content: { 'application/x-www-form-urlencoded': { schema: { type: 'object' } } },
          },
        ],
        ...answers,
      },
    },
    '/typed/{id}': {
      get: {
        operationId: 'typed',
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
          { name: 'flag', in: 'query', schema: { type: 'boolean', nullable: true } },
          { name: 'list', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
          { name: 'kind', in: 'query', schema: { enum: ['a', 'b'] } },
        ],
        ...answers,
      },
    },
    '/named/{name}': {
      get: {
        operationId: 'named',
        parameters: [{ name: 'name', in: 'path', required: true, schema: { type: 'string' } }],
        ...answers,
      },
    },
    ...bodies,
    ...secured(['header_key', 'query_key', 'cookie_key', 'basic', 'bearer', 'digest', 'client']),
    '/secured/certificate': {
      get: {
        operationId: 'secured_certificate',
        servers: [{ url: tlsUrl }],
        security: [{ certificate: [] }],
        ...answers,
      },
    },
    '/secured/either': {
      get: { operationId: 'secured_either', security: [{ unset: [] }, { header_key: [], basic: [] }], ...answers },
    },
    '/secured/unset': { get: { operationId: 'secured_unset', security: [{ unset: [] }], ...answers } },
    '/secured/optional': { get: { operationId: 'secured_optional', security: [{ unset: [] }, {}], ...answers } },
    ...bad(BAD_READS, 'get'),
    ...bad(BAD_WRITES, 'post'),
  },
  components: {
    securitySchemes: {
      header_key: { type: 'apiKey', in: 'header', name: 'X-Key' },
      query_key: { type: 'apiKey', in: 'query', name: 'key' },
      cookie_key: { type: 'apiKey', in: 'cookie', name: 'session' },
      basic: { type: 'http', scheme: 'basic' },
      bearer: { type: 'http', scheme: 'bearer' },
      digest: { type: 'http', scheme: 'GNAP' },
      client: {
        type: 'oauth2',
        flows: { clientCredentials: { tokenUrl: `${url}/token`, scopes: { 'pets:read': 'Read' } } },
      },
      certificate: { type: 'mutualTLS' },
      unset: { type: 'apiKey', in: 'header', name: 'X-Unset' },
    },
  },
});

/** Credentials for it. */
export const CREDENTIALS = {
  API_HEADER_KEY: 'header-secret',
  API_QUERY_KEY: 'query secret&',
  API_COOKIE_KEY: 'cookie-secret',
  API_BASIC_USERNAME: 'ada',
  API_BASIC_PASSWORD: 'pass:wörd',
  API_BEARER_TOKEN: 'bearer-secret',
  API_DIGEST: 'gnap-secret',
  API_CLIENT_CLIENT_ID: 'the id',
  API_CLIENT_CLIENT_SECRET: 'client-secret',
} as const;

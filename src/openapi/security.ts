import { isObject } from '../base/json.ts';
import type { Description, Node } from './description.ts';
import type { LeftOut, Scheme } from './model.ts';
import { Names, variableName } from './names.ts';

export interface Security {
  readonly schemes: Readonly<Record<string, Scheme>>;
  /** What schemes send by themselves, as `header x-api-key`, so that no parameter asks a model for it. */
  readonly sent: ReadonlySet<string>;
}

/** What every project has for its API. */
const OWN_VARIABLES = ['API_BASE_URL', 'API_TIMEOUT_MS', 'API_FILES', 'API_MAX_BYTES'];

/**
 * The security schemes of a description. Credentials come from variables that all begin with `API_`, so that none can name
 * another secret of the machine.
 */
export function securityOf(description: Description, report: (out: LeftOut) => void): Security {
  const names = new Names(OWN_VARIABLES);
  const schemes: Record<string, Scheme> = {};
  const { components } = description.root;
  const given = isObject(components) && isObject(components.securitySchemes) ? components.securitySchemes : {};
  for (const [name, value] of Object.entries(given)) {
    const node = description.resolve(value) ?? {};
    const scheme = schemeOf(name, node, (...words) => names.take(variableName(...words)));
    if (scheme === undefined)
      report({ where: `security scheme ${name}`, why: `its type ${String(node.type)} is not known` });
    else schemes[name] = scheme;
  }
  const sent = Object.values(schemes).flatMap((scheme) =>
    scheme.kind === 'key' ? [`${scheme.in} ${scheme.in === 'header' ? scheme.name.toLowerCase() : scheme.name}`] : [],
  );
  return { schemes, sent: new Set(sent) };
}

type Add = (...words: readonly string[]) => string;

function schemeOf(name: string, node: Node, add: Add): Scheme | undefined {
  const { type, scheme, in: place, flows } = node;
  const bearer = (): Scheme => ({ kind: 'token', prefix: 'Bearer', value: add(name, 'token') });
  switch (type) {
    case 'apiKey':
      if (typeof node.name !== 'string' || !['header', 'query', 'cookie'].includes(String(place))) return undefined;
      return { kind: 'key', in: String(place), name: node.name, value: add(name) };
    case 'basic':
      return basic(name, add);
    case 'http': {
      const kind = String(scheme).toLowerCase();
      if (kind === 'basic') return basic(name, add);
      if (kind === 'bearer') return bearer();
      return /^[a-z][\w-]*$/i.test(kind) ? { kind: 'token', prefix: String(scheme), value: add(name) } : undefined;
    }
    case 'oauth2':
      return client(name, flows, add) ?? bearer();
    case 'openIdConnect':
      return bearer();
    case 'mutualTLS':
      return {
        kind: 'certificate',
        certificate: add(name, 'cert', 'file'),
        key: add(name, 'key', 'file'),
        authority: add(name, 'ca', 'file'),
      };
    default:
      return undefined;
  }
}

const basic = (name: string, add: Add): Scheme => ({
  kind: 'basic',
  user: add(name, 'username'),
  password: add(name, 'password'),
});

/** Only this flow needs no person at a browser; a token of any other can be given as such. */
function client(name: string, flows: unknown, add: Add): Scheme | undefined {
  const flow = isObject(flows) ? flows.clientCredentials : undefined;
  if (!isObject(flow) || typeof flow.tokenUrl !== 'string') return undefined;
  return {
    kind: 'client',
    value: add(name, 'token'),
    id: add(name, 'client', 'id'),
    secret: add(name, 'client', 'secret'),
    tokenUrl: flow.tokenUrl,
    scopes: isObject(flow.scopes) ? Object.keys(flow.scopes) : [],
  };
}

/**
 * The alternatives that a `security` lists.
 *
 * @returns undefined where none is needed
 */
export function alternativesOf(given: unknown, { schemes }: Security): string[][] | undefined {
  if (!Array.isArray(given) || given.length === 0) return undefined;
  const alternatives = given.filter(isObject).map((one) => Object.keys(one));
  // One that names a scheme nobody knows cannot be chosen.
  const known = alternatives.filter((names) => names.every((name) => Object.hasOwn(schemes, name)));
  return known.length === 0 ? undefined : known;
}

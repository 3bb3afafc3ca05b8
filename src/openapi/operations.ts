import { isObject } from '../base/json.ts';
import { bodyOf } from './body.ts';
import type { Description, Node } from './description.ts';
import type { InputSchema, LeftOut, Operation, Place } from './model.ts';
import { Names } from './names.ts';
import { argumentsOf } from './parameters.ts';
import { shortened } from './schema-facts.ts';
import { alternativesOf, type Security } from './security.ts';
import { absolute } from './servers.ts';

/** Methods that a path item may have: https://spec.openapis.org/oas/v3.2.0.html#path-item-object */
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'query'];
const LONGEST_DESCRIPTION = 600;
const LONGEST_TITLE = 80;

/** An operation as the description has it. */
export interface Found {
  readonly id: string | undefined;
  /** In capitals. */
  readonly method: string;
  readonly path: string;
  readonly tags: readonly string[];
  readonly node: Node;
  /** The path item, whose parameters and servers hold for all of its operations. */
  readonly item: Node;
}

/** All operations, in the order of the description. */
export function operationsIn(description: Description, report: (out: LeftOut) => void): Found[] {
  const { paths, webhooks } = description.root;
  if (isObject(webhooks) && Object.keys(webhooks).length > 0) {
    report({ where: 'webhooks', why: `${Object.keys(webhooks).join(', ')}: the API calls them, nobody calls the API` });
  }
  return Object.entries(isObject(paths) ? paths : {}).flatMap(([path, value]) => {
    if (path.startsWith('x-')) return [];
    const item = description.resolve(value);
    if (item === undefined) {
      report({ where: path, why: 'its reference leads nowhere' });
      return [];
    }
    if (isObject(item.trace)) report({ where: `TRACE ${path}`, why: 'it only echoes, and may show credentials' });
    const more = isObject(item.additionalOperations) ? item.additionalOperations : {};
    const named = METHODS.map((method) => [method.toUpperCase(), item[method]] as const);
    return [...named, ...Object.entries(more)].flatMap(([method, operation]): Found[] => {
      const node = description.resolve(operation);
      if (node === undefined) return [];
      const tags = Array.isArray(node.tags) ? node.tags.filter((tag): tag is string => typeof tag === 'string') : [];
      const id = typeof node.operationId === 'string' ? node.operationId : undefined;
      return [{ id, method, path, tags, node, item }];
    });
  });
}

export interface Surroundings {
  readonly description: Description;
  readonly security: Security;
  /** The address of the description itself. */
  readonly origin: string | undefined;
  readonly report: (out: LeftOut) => void;
}

/** @returns undefined where it cannot be called; `report` has been told why */
export function compileOperation(found: Found, surroundings: Surroundings): Operation | undefined {
  const { description, security } = surroundings;
  const { method, path, node, item, tags } = found;
  const where = `${method} ${path}`;
  const report = (out: LeftOut): void => surroundings.report({ where: `${where}: ${out.where}`, why: out.why });
  if (!/^[A-Z][A-Z0-9-]*$/i.test(method) || !path.startsWith('/')) {
    surroundings.report({ where, why: 'it is no method and path' });
    return undefined;
  }
  const names = new Names();
  const lists = [item.parameters, node.parameters].flatMap((list) => (Array.isArray(list) ? list : []));
  const taken = argumentsOf(lists, description, { names, secrets: security.sent, report });
  if (taken === undefined) {
    surroundings.report({ where, why: 'a parameter that it needs leads nowhere' });
    return undefined;
  }
  // Descriptions forget parameters of a path, which then are texts.
  const forgotten = [...path.matchAll(/\{([^{}]+)\}/g)]
    .map(([, name = '']) => name)
    .filter((name) => !taken.some(({ place }) => place.in === 'path' && place.name === name));
  const more = argumentsOf(
    forgotten.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    description,
    { names, secrets: new Set(), report },
  );
  const given = [...taken, ...(more ?? [])].filter(
    ({ place }) => place.in !== 'path' || path.includes(`{${place.name}}`),
  );
  const body = bodyOf(node.requestBody, description, { names, report });
  const required = [
    ...given.filter(({ isRequired }) => isRequired).map(({ name }) => name),
    ...(body?.isRequired === true ? [body.body.argument] : []),
  ];
  const input: InputSchema = {
    type: 'object',
    properties: Object.fromEntries([
      ...given.map(({ name, schema }) => [name, schema] as const),
      ...(body === undefined ? [] : [[body.body.argument, body.schema] as const]),
    ]),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
  const alternatives = alternativesOf(node.security ?? description.root.security, security);
  const server = serverOf(found, surroundings.origin);
  const accept = acceptOf(node, description);
  return {
    ...textsOf(found),
    method,
    path,
    ...(tags.length > 0 && { tags }),
    ...(server !== undefined && { server }),
    input,
    ...(given.length > 0 && {
      send: Object.fromEntries(given.map(({ name, place }) => [name, place] as [string, Place])),
    }),
    ...(body !== undefined && { body: body.body }),
    ...(accept !== undefined && { accept }),
    ...(alternatives !== undefined && { security: alternatives }),
    ...hintsOf(found),
    ...(node.deprecated === true && { deprecated: true }),
  };
}

function textsOf({ node, method, path }: Found): { title: string; description: string } {
  const [summary, text] = [node.summary, node.description].map((one) => (typeof one === 'string' ? one.trim() : ''));
  const about = [summary, text === summary ? '' : text].filter((one) => one !== '').join('\n');
  const deprecated = node.deprecated === true ? 'Deprecated. ' : '';
  const title = shortened((summary || `${method} ${path}`).replace(/\s+/g, ' ').replace(/\.$/, ''), LONGEST_TITLE);
  return { title, description: deprecated + (shortened(about, LONGEST_DESCRIPTION) || `${method} ${path}`) };
}

/** What clients are told by the method: https://www.rfc-editor.org/rfc/rfc9110#section-9.2, or by `x-mcp-…` of a description. */
function hintsOf({ method, node }: Found): Pick<Operation, 'readOnly' | 'destructive' | 'idempotent'> {
  const says = (name: string, otherwise: boolean): boolean => {
    const value = node[`x-mcp-${name}`];
    return typeof value === 'boolean' ? value : otherwise;
  };
  const isSafe = ['GET', 'HEAD', 'OPTIONS', 'QUERY'].includes(method);
  const readOnly = says('read-only', isSafe);
  return {
    ...(readOnly && { readOnly: true }),
    ...(!readOnly && says('destructive', ['DELETE', 'PUT', 'PATCH'].includes(method)) && { destructive: true }),
    ...(says('idempotent', isSafe || ['PUT', 'DELETE'].includes(method)) && { idempotent: true }),
  };
}

/** An address of the operation or its path that is another one than the API's. */
function serverOf({ node, item }: Found, origin: string | undefined): string | undefined {
  const [first] = [node.servers, item.servers].flatMap((list) => (Array.isArray(list) ? list.filter(isObject) : []));
  if (first === undefined || typeof first.url !== 'string') return undefined;
  const variables = isObject(first.variables) ? first.variables : {};
  const url = first.url.replace(/\{([^{}]+)\}/g, (whole, name: string) => {
    const variable = variables[name];
    return isObject(variable) && variable.default !== undefined ? String(variable.default) : whole;
  });
  const found = absolute(url, origin);
  return found === '' || found.includes('{') ? undefined : found;
}

/** The media types of what it answers when all is well; absent: JSON. */
function acceptOf(node: Node, description: Description): string | undefined {
  const responses = isObject(node.responses) ? Object.entries(node.responses) : [];
  const good = responses.filter(([status]) => /^(2|default$)/i.test(status));
  const types = good.flatMap(([, value]) => {
    const content = description.resolve(value)?.content;
    return isObject(content) ? Object.keys(content) : [];
  });
  const unique = [...new Set(types.filter((type) => /^[\w.+*/-]+(;[\w =.+-]*)?$/.test(type)))].slice(0, 5);
  const isJson = unique.length === 0 || unique.every((type) => type === 'application/json');
  if (isJson) return undefined;
  return [...unique.filter((type) => /json/.test(type)), ...unique.filter((type) => !/json/.test(type))].join(', ');
}

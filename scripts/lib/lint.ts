import { BLOCKS, HELPERS } from '../../src/plan/helpers.ts';
import type { Shape } from './shapes.ts';

/** Nodes of the tree that Handlebars parses a template into: the fields that the lint reads. */
export interface Node {
  readonly type: string;
  readonly loc: { readonly start: { readonly line: number } };
}
interface Program extends Node {
  readonly body: readonly Node[];
  readonly blockParams?: readonly string[];
}
interface Path extends Node {
  readonly data: boolean;
  readonly depth: number;
  readonly parts: readonly string[];
  readonly original: string;
}
interface Call extends Node {
  readonly path: Path;
  readonly params: readonly Node[];
  readonly hash?: { readonly pairs: readonly unknown[] };
}
interface Block extends Call {
  readonly program?: Program;
  readonly inverse?: Program;
}

/** Unknown after a fault, so that one mistake is reported once. */
type Meaning = Shape | 'unknown';

/** What a name means at one place: the contexts from the outermost inward, and the block parameters in reach. */
interface Scope {
  readonly contexts: readonly Meaning[];
  readonly params: Readonly<Record<string, Meaning>>;
}

/**
 * Walks every path of a template along the shape of its context.
 *
 * Handlebars in strict mode finds what is missing only when that line is rendered, and nothing inside `{{#if}}`.
 *
 * @returns one line a fault: `<source>:<line>: <what is wrong>`
 */
export function lint(program: Node, root: Shape, source: string): string[] {
  const linter = new Linter(root, source);
  linter.program(program as Program, { contexts: [root], params: {} });
  return linter.problems;
}

const DATA: Readonly<Record<string, Shape>> = { index: 'text', key: 'text', first: 'flag', last: 'flag' };
const ARITY: Readonly<Record<string, number>> = {
  json: 1,
  join: 2,
  lower: 1,
  eq: 2,
  each: 1,
  if: 1,
  unless: 1,
  with: 1,
};
const RESULTS: Readonly<Record<keyof typeof HELPERS, Shape>> = {
  json: 'text',
  join: 'text',
  lower: 'text',
  eq: 'flag',
};

class Linter {
  readonly problems: string[] = [];

  constructor(
    readonly root: Shape,
    readonly source: string,
  ) {}

  program(program: Program, scope: Scope): void {
    for (const node of program.body) this.#statement(node, scope);
  }

  #statement(node: Node, scope: Scope): void {
    if (node.type === 'ContentStatement' || node.type === 'CommentStatement') return;
    if (node.type === 'MustacheStatement') this.#mustache(node as Call, scope);
    else if (node.type === 'BlockStatement') this.#block(node as Block, scope);
    else this.#fault(node, `${node.type} is not part of our template language`);
  }

  #mustache(node: Call, scope: Scope): void {
    const shape = this.#expression(node.params.length > 0 ? { ...node, type: 'SubExpression' } : node.path, scope);
    if (shape !== 'unknown' && shape !== 'text' && shape !== 'flag') {
      this.#fault(node, `{{${node.path.original}}} is not a text; print it with json or join`);
    }
  }

  #block(node: Block, scope: Scope): void {
    const name = node.path.original;
    if (!(BLOCKS as readonly string[]).includes(name)) {
      this.#fault(node, `{{#${name}}} is no block; there are: ${BLOCKS.join(', ')}`);
      return;
    }
    const [param = 'unknown'] = this.#params(node, scope);
    if (node.program !== undefined) this.program(node.program, this.#inside(node, name, param, scope));
    if (node.inverse !== undefined) this.program(node.inverse, scope);
  }

  /** The scope of a block's body: `each` and `with` change the context, `if` and `unless` do not. */
  #inside(node: Block, name: string, param: Meaning, scope: Scope): Scope {
    if (name === 'if' || name === 'unless') return scope;
    const inner = name === 'with' ? param : elementOf(param);
    if (inner === undefined) this.#fault(node, '{{#each}} needs a list');
    const context = inner ?? 'unknown';
    const [item, index] = node.program?.blockParams ?? [];
    const params: Record<string, Meaning> = { ...scope.params };
    if (item !== undefined) params[item] = context;
    if (index !== undefined) params[index] = 'text';
    return { contexts: [...scope.contexts, context], params };
  }

  #expression(node: Node, scope: Scope): Meaning {
    if (node.type === 'PathExpression') return this.#path(node as Path, scope);
    if (node.type === 'SubExpression') {
      const call = node as Call;
      const name = call.path.original;
      if (!Object.hasOwn(HELPERS, name)) {
        this.#fault(node, `"${name}" is no helper; there are: ${Object.keys(HELPERS).join(', ')}`);
        return 'unknown';
      }
      this.#params(call, scope);
      return RESULTS[name as keyof typeof HELPERS];
    }
    return node.type === 'BooleanLiteral' ? 'flag' : 'text';
  }

  #params(node: Call, scope: Scope): Meaning[] {
    const name = node.path.original;
    if (node.params.length !== ARITY[name]) this.#fault(node, `"${name}" takes ${ARITY[name]} value(s)`);
    if ((node.hash?.pairs.length ?? 0) > 0) this.#fault(node, `"${name}" takes no named values`);
    const shapes = node.params.map((param) => this.#expression(param, scope));
    const [first = 'unknown'] = shapes;
    if (name === 'join' && elementOf(first) === undefined) this.#fault(node, 'join needs a list');
    return shapes;
  }

  #path(node: Path, scope: Scope): Meaning {
    const [first = '', ...rest] = node.parts;
    if (node.data) {
      if (first === 'root') return this.#walk(node, this.root, rest);
      if (DATA[first] === undefined) this.#fault(node, `there is no @${first}`);
      return DATA[first] ?? 'unknown';
    }
    const param = node.depth === 0 && !/^(this|\.)/.test(node.original) ? scope.params[first] : undefined;
    if (param !== undefined) return this.#walk(node, param, rest);
    const context = scope.contexts.at(-1 - node.depth);
    if (context === undefined) {
      this.#fault(node, `"${node.original}" leads out of the template`);
      return 'unknown';
    }
    return this.#walk(node, context, node.parts);
  }

  #walk(node: Path, start: Meaning, parts: readonly string[]): Meaning {
    let shape = start;
    for (const part of parts) {
      const next = stepOf(shape, part);
      if (next === undefined) {
        this.#fault(node, `"${node.original}": there is no "${part}"${hintOf(shape)}`);
        return 'unknown';
      }
      shape = next;
    }
    return shape;
  }

  #fault(node: Node, message: string): void {
    this.problems.push(`${this.source}:${node.loc.start.line}: ${message}`);
  }
}

function elementOf(shape: Meaning): Meaning | undefined {
  if (shape === 'unknown') return shape;
  if (typeof shape === 'string') return undefined;
  if ('list' in shape) return shape.list;
  return 'record' in shape ? shape.record : undefined;
}

function stepOf(shape: Meaning, part: string): Meaning | undefined {
  if (shape === 'data' || shape === 'unknown') return shape;
  if (typeof shape === 'string') return undefined;
  if ('list' in shape) return part === 'length' ? 'text' : undefined;
  if ('record' in shape) return shape.record;
  return Object.hasOwn(shape.fields, part) ? shape.fields[part] : undefined;
}

function hintOf(shape: Meaning): string {
  if (typeof shape === 'string' || !('fields' in shape)) return '';
  return `; there are: ${Object.keys(shape.fields).join(', ') || 'none'}`;
}

/**
 * A template as data: what the build makes of Handlebars' syntax tree. As data it packs to a tenth of the code that
 * Handlebars compiles, and only what a project needs is ever read.
 */
export type Program = readonly Node[];

/** A text as it is, a value that is printed, or a block. */
type Node = string | Value | Block;

/** A path, the result of a helper, or a literal. */
export type Value = Path | Call | Literal;

/** `{{storage.title}}` is `{ get: ['storage', 'title'] }`. */
export interface Path {
  readonly get: readonly string[];
  /** `../`, so many times. */
  readonly up?: number;
  /** `@root.…`, `@last`. */
  readonly data?: true;
  /** Begins with a block parameter: of which block outward, and which of its parameters. */
  readonly param?: readonly [block: number, index: number];
}

/** A helper and what it is called with. */
interface Call {
  readonly call: string;
  readonly of: readonly Value[];
}

interface Literal {
  readonly is: string | number | boolean;
}

export interface Block {
  readonly block: string;
  readonly of: Value;
  readonly body: Program;
  readonly else?: Program;
  /** How many block parameters it declares. */
  readonly params?: number;
}

/** The part of Handlebars' runtime that compiled templates call. */
interface Runtime {
  strict(parent: unknown, name: string): unknown;
  lookupProperty(parent: unknown, name: string): unknown;
  program(index: number, data: Data, params: number, blockParams: BlockParams, depths: readonly unknown[]): unknown;
  noop(): string;
}
type Helpers = Readonly<Record<string, (this: unknown, ...values: unknown[]) => unknown>>;
type Data = Readonly<Record<string, unknown>>;
type BlockParams = readonly (readonly unknown[])[];

/** What Handlebars calls a part of a template with. */
type Arguments = [
  runtime: Runtime,
  context: unknown,
  helpers: Helpers,
  partials: unknown,
  data: Data,
  blockParams: BlockParams,
  depths: readonly unknown[],
];

/**
 * A template as Handlebars' runtime takes it: in the place of compiled code, functions that walk the data. They ask the
 * runtime for every property, helper and block, as compiled code in strict mode does.
 *
 * @param compiler the revision that the runtime expects
 */
export function specificationOf(program: Program, compiler: number): TemplateSpecification {
  const parts: ((...scope: Arguments) => string)[] = [];
  const numbers = new Map<Program, number>();
  const partOf =
    (nodes: Program) =>
    (...scope: Arguments): string => {
      let text = '';
      for (const node of nodes) {
        if (typeof node === 'string') text += node;
        else text += 'block' in node ? resultOf(node, scope) : evaluate(node, scope, true);
      }
      return text;
    };
  const numberOf = (nodes: Program): number => {
    const number = numbers.get(nodes) ?? parts.push(partOf(nodes)) - 1;
    numbers.set(nodes, number);
    return number;
  };
  const resultOf = (node: Block, scope: Arguments): unknown => {
    const [runtime, context, helpers, , data, blockParams, depths] = scope;
    const bodyOf = (nodes: Program | undefined, params = 0): unknown =>
      nodes === undefined ? runtime.noop : runtime.program(numberOf(nodes), data, params, blockParams, depths);
    const options = { hash: {}, data, fn: bodyOf(node.body, node.params), inverse: bodyOf(node.else) };
    return helpers[node.block]?.call(context, evaluate(node.of, scope), options);
  };
  // The runtime finds the parts of blocks by their numbers.
  return Object.assign(parts, {
    main: partOf(program),
    compiler: [compiler],
    useData: true,
    useDepths: true,
    useBlockParams: true,
  });
}

/** @param isPrinted whether a missing value is an error, as it is where it would be printed, or just not there */
function evaluate(value: Value, scope: Arguments, isPrinted = false): unknown {
  if ('is' in value) return value.is;
  const [runtime, context, helpers, , data, blockParams, depths] = scope;
  if ('call' in value) {
    const values = value.of.map((each) => evaluate(each, scope));
    return helpers[value.call]?.call(context, ...values, { hash: {}, data });
  }
  const { get, param } = value;
  let found: unknown = param !== undefined ? blockParams[param[0]]?.[param[1]] : value.data ? data : context;
  if (value.up !== undefined) found = depths[value.up];
  get.forEach((name, index) => {
    found = isPrinted && index === get.length - 1 ? runtime.strict(found, name) : runtime.lookupProperty(found, name);
  });
  return found;
}

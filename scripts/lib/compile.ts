import Handlebars from 'handlebars';
import type { Block, Path, Program, Value } from '../../src/plan/program.ts';
import { lint, type Node } from './lint.ts';
import type { Shape } from './shapes.ts';

/**
 * Checks a template against the shape of its context and turns it into data.
 *
 * @param source names it in `problems`
 */
export function compile(text: string, shape: Shape, source: string, problems: string[]): Program {
  try {
    const program = Handlebars.parse(text);
    const faults = lint(program as Node, shape, source);
    problems.push(...faults);
    // What the lint refuses may have no form as data.
    return faults.length > 0 ? [] : asProgram(program, []);
  } catch (error) {
    problems.push(`${source}: ${error instanceof Error ? error.message : error}`);
    return [];
  }
}

/** @param params the block parameters in reach: a list for each block, from the innermost outward */
function asProgram({ body }: hbs.AST.Program, params: readonly (readonly string[])[]): Program {
  return body.flatMap((node): Program => {
    switch (node.type) {
      case 'ContentStatement':
        return [(node as hbs.AST.ContentStatement).value];
      case 'MustacheStatement':
        return [asPrinted(node as hbs.AST.MustacheStatement, params)];
      case 'BlockStatement':
        return [asBlock(node as hbs.AST.BlockStatement, params)];
      case 'CommentStatement':
        return [];
      default:
        throw new Error(`line ${node.loc.start.line}: ${node.type} has no form as data`);
    }
  });
}

const asPrinted = (node: hbs.AST.MustacheStatement, params: readonly (readonly string[])[]): Value =>
  asValue(node.params.length > 0 ? { ...node, type: 'SubExpression' } : node.path, params);

function asBlock(node: hbs.AST.BlockStatement, params: readonly (readonly string[])[]): Block {
  const [value] = node.params;
  if (value === undefined) throw new Error(`line ${node.loc.start.line}: a block needs a value`);
  const declared = node.program.blockParams ?? [];
  // Handlebars counts every block, whether it declares a parameter or not.
  return {
    block: (node.path as hbs.AST.PathExpression).original,
    of: asValue(value, params),
    body: asProgram(node.program, [declared, ...params]),
    // The type does not say that a block may have none.
    ...((node.inverse as typeof node.inverse | undefined) && { else: asProgram(node.inverse, [[], ...params]) }),
    ...(declared.length > 0 && { params: declared.length }),
  };
}

function asValue(node: hbs.AST.Node, params: readonly (readonly string[])[]): Value {
  switch (node.type) {
    case 'PathExpression':
      return asPath(node as hbs.AST.PathExpression, params);
    case 'SubExpression': {
      const call = node as hbs.AST.SubExpression;
      const name = (call.path as hbs.AST.PathExpression).original;
      return { call: name, of: call.params.map((each) => asValue(each, params)) };
    }
    case 'StringLiteral':
    case 'NumberLiteral':
    case 'BooleanLiteral':
      return { is: (node as hbs.AST.StringLiteral | hbs.AST.NumberLiteral | hbs.AST.BooleanLiteral).value };
    default:
      throw new Error(`line ${node.loc.start.line}: ${node.type} has no form as data`);
  }
}

function asPath(
  { data, depth, original, parts }: hbs.AST.PathExpression,
  params: readonly (readonly string[])[],
): Path {
  const [first = '', ...rest] = parts;
  if (data) return { get: parts, data };
  const block = depth === 0 && !/^(this|\.)/.test(original) ? params.findIndex((names) => names.includes(first)) : -1;
  if (block !== -1) return { get: rest, param: [block, params[block]?.indexOf(first) ?? 0] };
  return { get: parts, ...(depth > 0 && { up: depth }) };
}

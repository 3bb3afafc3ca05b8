import { z } from 'zod';
import { type Kind, vars } from '../../src/catalog/manifest.ts';
import { stubContext, type TemplateContext, templateContext } from '../../src/plan/context.ts';
import type { SourceLanguage, SourceOption } from './read-templates.ts';

/**
 * What a path in a template can lead to. The precompiler walks every path of every template along these shapes, so that
 * a misspelt name fails the build with its file and line instead of leaving a gap in a project.
 */
export type Shape =
  | 'text'
  | 'flag'
  /** Data that only `json` can print. */
  | 'data'
  | { readonly list: Shape }
  /** Any key leads on. */
  | { readonly record: Shape }
  | { readonly fields: Readonly<Record<string, Shape>> };

/** The contexts that the texts of one option are rendered with. */
export interface OptionShapes {
  readonly files: Shape;
  /** Slots cannot see slots: there is no order in which that would work. */
  readonly slots: Shape;
  /** Scripts cannot see slots or scripts. */
  readonly scripts: Shape;
}

/** Where options stand in the context, and of which kind they are there. */
const PLACES: Readonly<Partial<Record<keyof TemplateContext, Kind | 'any'>>> = {
  preset: 'preset',
  runtime: 'runtime',
  pm: 'pm',
  transports: 'transport',
  transportImports: 'transport',
  storage: 'storage',
  tools: 'tool',
  resources: 'resource',
  extras: 'extra',
  options: 'any',
};

type Fields = Readonly<Record<string, Shape>>;

/** Derives from the manifests what templates can say; vars that have two shapes in one place are problems. */
export function shapesOf({ options }: SourceLanguage, problems: string[]): (option: SourceOption) => OptionShapes {
  const slots = options.flatMap((option) => option.slots.map(({ path }) => path));
  const tags = options.flatMap(({ option }) => [
    ...(option.kind === 'part' ? [option.id] : []),
    ...listOf(option.vars?.provides),
  ]);
  const shared: Record<string, Shape> = {
    ...fieldsOf(templateContext),
    slots: { fields: named(slots, { list: 'text' }) },
    provides: { fields: named(tags, 'flag') },
  };
  for (const [place, kind] of Object.entries(PLACES)) {
    const those = options.filter(({ option }) => kind === 'any' || option.kind === kind);
    shared[place] = shapeOf(templateContext.shape[place as keyof TemplateContext], varsOf(those, problems));
  }
  const stub: Shape = { fields: fieldsOf(stubContext) };
  return (option) => {
    if (option.option.kind === 'stub') return { files: stub, slots: stub, scripts: stub };
    const fields = { ...shared, option: shapeOf(templateContext.shape.option, varsOf([option], [])) };
    return { files: { fields }, slots: without(fields, ['slots']), scripts: without(fields, ['slots', 'scripts']) };
  };
}

/** @param ownVars what stands at `vars` */
function shapeOf(schema: unknown, ownVars: Shape = 'data'): Shape {
  if (schema === vars) return ownVars;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional) return shapeOf(schema.unwrap(), ownVars);
  if (schema instanceof z.ZodObject) return { fields: fieldsOf(schema, ownVars) };
  if (schema instanceof z.ZodArray) return { list: shapeOf(schema.element, ownVars) };
  if (schema instanceof z.ZodRecord) return { record: shapeOf(schema.valueType, ownVars) };
  if (schema instanceof z.ZodBoolean) return 'flag';
  return schema instanceof z.ZodUnknown ? 'data' : 'text';
}

const fieldsOf = (schema: z.ZodObject, ownVars?: Shape): Fields =>
  Object.fromEntries(Object.entries(schema.shape).map(([name, field]) => [name, shapeOf(field, ownVars)]));

const named = (names: readonly string[], shape: Shape): Fields =>
  Object.fromEntries([...names].sort().map((name) => [name, shape]));

const without = (fields: Fields, names: readonly string[]): Shape => ({
  fields: Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name))),
});

/** One field for each var that any of the options has. */
function varsOf(options: readonly SourceOption[], problems: string[]): Shape {
  const fields: Record<string, Shape> = {};
  for (const { option, source } of options) {
    const all = [option.vars, ...(option.variants ?? []).map((variant) => variant.vars)];
    for (const [name, value] of all.flatMap((vars) => Object.entries(vars ?? {}))) {
      const shape = shapeOfVar(value);
      const known = fields[name];
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(shape)) {
        const problem = `${source}: "vars.${name}" is of another kind than that of other options`;
        if (!problems.includes(problem)) problems.push(problem);
      }
      fields[name] = shape;
    }
  }
  return { fields };
}

function shapeOfVar(value: unknown): Shape {
  if (typeof value === 'boolean') return 'flag';
  return Array.isArray(value) ? { list: 'text' } : 'text';
}

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value : []);

import type { Kind } from '../../src/catalog/manifest.ts';
import { contextShape, type Place, type Shape } from '../../src/plan/context-shape.ts';
import type { SourceLanguage, SourceOption } from './read-templates.ts';

/** The contexts that the texts of one option are rendered with. */
export interface OptionShapes {
  readonly files: Shape;
  /** Slots cannot see slots: there is no order in which that would work. */
  readonly slots: Shape;
  /** Scripts cannot see slots or scripts. */
  readonly scripts: Shape;
}

const PLACES: Readonly<Record<Exclude<Place, 'any' | 'own'>, Kind>> = {
  runtime: 'runtime',
  pm: 'pm',
  transport: 'transport',
  storage: 'storage',
  tool: 'tool',
  extra: 'extra',
};

/** Derives from the manifests what templates can say; vars that have two shapes in one place are problems. */
export function shapesOf(language: SourceLanguage, problems: string[]): (option: SourceOption) => OptionShapes {
  const { options } = language;
  const slots = [...new Set(options.flatMap((option) => option.slots.map(({ path }) => path)))].sort();
  const tags = [...new Set(options.flatMap(({ option }) => listOf(option.vars?.provides)))].sort();
  const places = Object.entries(PLACES).map(([place, kind]) => {
    const those = options.filter(({ option }) => option.kind === kind);
    return [place, varsOf(those, problems)] as const;
  });
  const shared = { ...Object.fromEntries(places), any: varsOf(options, problems) } as Omit<Record<Place, Shape>, 'own'>;
  return (option) => {
    const vars = { ...shared, own: varsOf([option], []) };
    const files = contextShape({ vars, slots, tags });
    return { files, slots: without(files, ['slots']), scripts: without(files, ['slots', 'scripts']) };
  };
}

function varsOf(options: readonly SourceOption[], problems: string[]): Shape {
  const fields: Record<string, Shape> = {};
  for (const { option, source } of options) {
    const all = [option.vars, ...(option.variants ?? []).map((variant) => variant.vars)];
    for (const [name, value] of all.flatMap((vars) => Object.entries(vars ?? {}))) {
      const shape = shapeOf(value);
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

function shapeOf(value: unknown): Shape {
  if (typeof value === 'boolean') return 'flag';
  return Array.isArray(value) ? { list: 'text' } : 'text';
}

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value : []);

function without(shape: Shape, keys: readonly string[]): Shape {
  if (typeof shape === 'string' || !('fields' in shape)) return shape;
  return { fields: Object.fromEntries(Object.entries(shape.fields).filter(([key]) => !keys.includes(key))) };
}

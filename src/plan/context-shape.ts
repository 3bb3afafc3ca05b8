import type { TemplateContext } from './context.ts';

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

/** Where options stand in the context; their `vars` differ by place. */
export type Place = 'runtime' | 'pm' | 'transport' | 'storage' | 'tool' | 'extra' | 'any' | 'own';

export interface ContextParts {
  /** The shape of `vars` by place: one field for each var that an option which can stand there has. */
  readonly vars: Readonly<Record<Place, Shape>>;
  /** The names of all slots that some option fills. */
  readonly slots: readonly string[];
  /** All tags that some option provides. */
  readonly tags: readonly string[];
}

/** The shape of `TemplateContext`; the type makes sure that no key is forgotten. */
export function contextShape({ vars, slots, tags }: ContextParts): Shape {
  const fields: Record<keyof TemplateContext, Shape> = {
    name: 'text',
    serverName: 'text',
    description: 'text',
    masonVersion: 'text',
    language: 'text',
    dnsName: 'text',
    packageName: 'text',
    distributionName: 'text',
    runtime: option(vars.runtime),
    pm: option(vars.pm, { commands: { record: 'text' }, lockFile: 'text' }),
    transports: { list: option(vars.transport) },
    transportImports: { list: option(vars.transport) },
    multipleTransports: 'flag',
    defaultTransport: 'text',
    storage: option(vars.storage),
    tools: { list: option(vars.tool) },
    extras: { list: option(vars.extra) },
    options: { list: option(vars.any) },
    option: option(vars.own),
    env: { list: ENV },
    installButtons: { list: { fields: { title: 'text', image: 'text', url: 'text' } } },
    toolRegistrations: { list: REGISTRATION },
    toolImports: { list: IMPORT },
    resourceRegistrations: { list: REGISTRATION },
    resourceImports: { list: IMPORT },
    promptRegistrations: { list: REGISTRATION },
    promptImports: { list: IMPORT },
    scripts: { record: 'text' },
    dependencies: { record: 'text' },
    devDependencies: { record: 'text' },
    slots: { fields: Object.fromEntries(slots.map((slot): [string, Shape] => [slot, { list: 'text' }])) },
    provides: { fields: Object.fromEntries(tags.map((tag): [string, Shape] => [tag, 'flag'])) },
  };
  return { fields };
}

const ENV: Shape = {
  fields: { name: 'text', description: 'text', schema: 'text', example: 'text', secret: 'flag', required: 'flag' },
};
const REGISTRATION: Shape = { fields: { module: 'text', name: 'text' } };
const IMPORT: Shape = { fields: { module: 'text', names: { list: 'text' } } };
const TEXTS: Shape = { list: 'text' };

const option = (vars: Shape, more: Readonly<Record<string, Shape>> = {}): Shape => ({
  fields: {
    language: 'text',
    kind: 'text',
    id: 'text',
    title: 'text',
    hint: 'text',
    vars,
    env: { list: ENV },
    dependencies: TEXTS,
    devDependencies: TEXTS,
    scripts: { record: 'text' },
    nextSteps: TEXTS,
    probe: { fields: { tool: 'text', arguments: 'data' } },
    registers: {
      fields: { tools: { list: REGISTRATION }, resources: { list: REGISTRATION }, prompts: { list: REGISTRATION } },
    },
    ...more,
  },
});

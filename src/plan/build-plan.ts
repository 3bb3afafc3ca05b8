import type { ProjectAnswers } from '../base/answers.ts';
import type { ApiPart, Plan, PlannedFile } from '../base/plan.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { languageOf } from '../languages/index.ts';
import { type Choice, choose, textVar } from './choose.ts';
import { type ClientFile, clientFiles } from './client-files.ts';
import type { ChosenOption, TemplateContext } from './context.ts';
import { type BaseContext, createContext, entryEnvOf, requiredOf } from './create-context.ts';
import { FileSet } from './file-set.ts';
import { recordOf } from './record.ts';
import { render, type SlotContext } from './render.ts';
import type { PackedFile, PackedOption, Templates } from './unpack.ts';

export { loadTemplates } from './render.ts';

/** What a plan is made from besides the answers. */
export interface Sources {
  readonly catalog: Catalog;
  /** Those of the answers' language. */
  readonly templates: Templates;
  /** The version of create-mcp-mason. */
  readonly version: string;
}

/** The pure heart of `planProject`, with everything it reads passed in. */
export function buildPlan(answers: ProjectAnswers, sources: Sources, api?: ApiPart): Plan {
  const choice = choose(answers, sources.catalog, api);
  const project = new Project(answers, choice, sources, api);
  const files = project.files();
  const recorded = {
    ...answers,
    tools: idsOf(choice, 'tool', answers.tools),
    resources: idsOf(choice, 'resource', answers.resources),
    extras: idsOf(choice, 'extra', answers.extras),
  };
  return {
    files: [...files, recordOf(recorded, files, sources.version, api)].sort(byPath),
    entryEnv: entryEnvOf(project.context.env),
    required: requiredOf(project.context.env).map(({ name, example }) => ({ name, example })),
    start: project.start,
    probe: choice.all.find(({ probe }) => probe !== undefined)?.probe,
    nextSteps: project.nextSteps(),
  };
}

/** Renders the chosen options' folders. */
class Project {
  readonly context: BaseContext;
  readonly #choice: Choice;
  readonly #sources: Sources;
  readonly #api: ApiPart | undefined;
  readonly #slots: TemplateContext['slots'];

  constructor(answers: ProjectAnswers, choice: Choice, sources: Sources, api: ApiPart | undefined) {
    this.#choice = choice;
    this.#sources = sources;
    this.#api = api;
    const unrendered = createContext(answers, choice, sources, api);
    const scripts = choice.all.flatMap((option) =>
      Object.entries(option.scripts).map(([name, line]) => [name, this.#line(option, line, unrendered)] as const),
    );
    this.context = { ...unrendered, scripts: Object.fromEntries(scripts) };
    this.#slots = this.#renderSlots();
  }

  files(): PlannedFile[] {
    const { manifest } = languageOf(this.context.language);
    const files = new FileSet(this.context.packageName);
    const engines = textVar(this.context.runtime, 'engines');
    files.addObject(manifest.path, manifest.of({ ...this.context, engines }, this.start.entry));
    for (const { file, text, where } of this.#renderAll('files')) files.addText(file, text, where);
    for (const { file, text, where } of this.#renderAll('merge')) files.mergeObject(file, text, where);
    for (const { path, value } of this.#clientFiles()) files.addObject(path, value);
    if (this.#api !== undefined) this.#addApi(files, this.#api);
    return files.list();
  }

  /** `vars.data` and `vars.cases` of an option say where the language keeps them. */
  #addApi(files: FileSet, { data, cases }: ApiPart): void {
    for (const option of this.#choice.all) {
      for (const [name, text] of [
        ['data', data],
        ['cases', cases],
      ] as const) {
        const path = option.vars[name];
        if (option.id === 'api' && typeof path === 'string')
          files.addText(path, text, `${placeOf(option)}/option.json`);
      }
    }
  }

  get start(): Plan['start'] {
    const entry = languageOf(this.context.language).entry(this.context.serverName);
    return { entry, transports: this.#choice.transports.map(({ id }) => id) };
  }

  /** `vars.clientConfigs` of an option names the clients whose files it puts into the project. */
  #clientFiles(): ClientFile[] {
    const { name, language } = this.context;
    const entryEnv = entryEnvOf(this.context.env);
    const ids = this.#choice.all.flatMap(({ vars }) => (Array.isArray(vars.clientConfigs) ? vars.clientConfigs : []));
    return clientFiles(ids, { dir: '', name, language, entryEnv, ...this.start });
  }

  nextSteps(): string[] {
    const context = { ...this.context, slots: this.#slots };
    return this.#choice.all.flatMap((option) => option.nextSteps.map((line) => this.#line(option, line, context)));
  }

  *#renderAll(part: 'files' | 'merge') {
    for (const option of this.#choice.all) {
      const context: TemplateContext = { ...this.context, slots: this.#slots, option };
      for (const [file, content] of this.#packed(option)[part] ?? []) {
        const where = `${placeOf(option)}/${part}/${file}`;
        yield { file, text: render(content, context, where), where };
      }
    }
  }

  /** Every slot that any option of the language fills is there, so that base templates can ask for all of them. */
  #renderSlots(): Record<string, string[]> {
    const slots = Object.fromEntries(this.#sources.templates.slots.map((name): [string, string[]] => [name, []]));
    for (const option of this.#choice.all) {
      for (const [name, content] of this.#packed(option).slots ?? []) {
        const text = this.#slotText(option, [name, content]);
        if (text !== '') slots[name]?.push(text);
      }
    }
    return slots;
  }

  /** Without its last newline, so that the template which places it decides what follows. */
  #slotText(option: ChosenOption, [name, content]: PackedFile): string {
    return render(content, { ...this.context, option }, `${placeOf(option)}/slots/${name}`).replace(/\n+$/, '');
  }

  #line(option: ChosenOption, line: string, context: Omit<SlotContext, 'option'>): string {
    const template = this.#packed(option).lines?.[line] ?? line;
    return render(template, { ...context, option }, `${placeOf(option)}/option.json`);
  }

  #packed({ kind, id }: ChosenOption): PackedOption {
    return this.#sources.templates.option(`${kind}/${id}`);
  }
}

const placeOf = ({ language, kind, id }: ChosenOption): string =>
  kind === 'base' ? `${language}/base` : `${language}/${kind}/${id}`;

/** Order and duplicates in the answers must change no byte, so the record keeps the catalogue's order. */
const idsOf = ({ all }: Choice, kind: ChosenOption['kind'], named: readonly string[]): string[] =>
  all.filter((option) => option.kind === kind && named.includes(option.id)).map(({ id }) => id);

const byPath = (a: { readonly path: string }, b: { readonly path: string }): number => (a.path < b.path ? -1 : 1);

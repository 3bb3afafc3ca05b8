import { type ProjectAnswers, serverNameOf } from '../base/answers.ts';
import type { PlannedFile } from '../base/plan.ts';
import { moduleNameOf } from '../languages/python-names.ts';
import { type OwnNames, pascalOf } from '../languages/registrar.ts';
import type { StubContext } from './context.ts';
import { loadTemplates, render } from './render.ts';

/** What a stub is made from. */
export interface Stub {
  readonly names: OwnNames;
  readonly words: readonly string[];
  readonly title: string;
  readonly description: string;
  /** Of a resource. */
  readonly uri: string;
  readonly hasClients: boolean;
  readonly hasHelpers: boolean;
}

/** The name of the project's server as a Python module. */
export const moduleOf = ({ name }: Pick<ProjectAnswers, 'name'>): string => moduleNameOf(serverNameOf(name));

/** Longer ones are put on a line of their own by formatters. */
const LONGEST_LITERAL = 96;

/**
 * The files of a tool, resource or prompt of somebody's own, and what its folder needs; pure.
 *
 * @param answers those of the project
 */
export async function planStub(answers: ProjectAnswers, stub: Stub): Promise<readonly PlannedFile[]> {
  const { names, words, uri } = stub;
  const templates = loadTemplates(answers.language);
  const packageName = moduleOf(answers);
  const description = literalOf(answers.language, stub.description);
  const context: StubContext = {
    stub: {
      name: names.name,
      word: words.join('_'),
      pascal: pascalOf(words),
      file: names.file,
      identifier: names.identifier,
      title: literalOf(answers.language, stub.title),
      description: stub.description,
      descriptionLiteral: description,
      isLong: description.length > LONGEST_LITERAL,
      uri,
      variable: uri.match(/\{(\w+)\}/)?.[1] ?? '',
      example: uri.replace(/\{\w+\}/, '1'),
      packageName,
      hasClients: stub.hasClients,
      hasHelpers: stub.hasHelpers,
    },
  };
  const place = `stub/${names.kind}`;
  return (templates.option(place).files ?? []).map(([path, content]) => ({
    path: path.replaceAll('__package__', packageName).replaceAll('__stub__', names.file),
    text: render(content, context, `${answers.language}/${place}/files/${path}`),
  }));
}

/** With the quotes that formatters leave: those that need no escape. Texts hold neither `"` nor a backslash. */
const literalOf = (language: string, text: string): string =>
  language === 'python' || text.includes("'") ? `"${text}"` : `'${text}'`;

import { describe, expect, it } from 'vitest';
import type { Ask, Question } from '../../../src/answers/questions.ts';
import { fromOpenapi } from '../../../src/commands/create-openapi.ts';
import { Site } from './site.ts';

describe('a person at a terminal', () => {
  it('is asked for tags, each with what it costs', async () => {
    const site = new Site();
    const questions: Question[] = [];
    const ask: Ask = async (question) => {
      questions.push(question);
      return ['photos'];
    };
    const { answers, report } = await fromOpenapi({ fromOpenapi: 'pets.yaml' }, site.dir, site.context(), { ask });
    expect(questions).toMatchObject([
      {
        type: 'list',
        message: expect.stringMatching(/All of them cost about [\d,]+ tokens/),
        choices: [{ id: 'pets', hint: expect.stringMatching(/^4 operations, \d+ tokens$/) }, { id: 'photos' }],
        initial: ['pets', 'photos'],
      },
    ]);
    expect(answers.operations).toBe('tag:photos');
    expect(report.operations).toBe(1);
  });

  it('sees what the chosen tags come to: operations of two tags once, and none of no tag', async () => {
    const tagged = (id: string, ...tags: readonly string[]) => ({
      get: { operationId: id, ...(tags.length > 0 && { tags }) },
    });
    const paths = { '/a': tagged('a', 'one', 'two'), '/b': tagged('b', 'two'), '/c': tagged('c') };
    const site = new Site(JSON.stringify({ openapi: '3.1.0', paths }));
    const choose = async (openapiMode: string, ...tags: readonly string[]) => {
      let [sum, problem]: (string | undefined)[] = [];
      const ask: Ask = async (question) => {
        if (question.type !== 'list') throw new Error(question.type);
        [sum, problem] = [question.sum?.(tags), question.problem?.(tags)];
        return tags;
      };
      const { report } = await fromOpenapi({ fromOpenapi: 'pets.yaml', openapiMode }, site.dir, site.context(), {
        ask,
      });
      return { sum, problem, tokens: report.tokensOfTools, operations: report.operations };
    };
    for (const [tags, operations] of [
      [['one', 'two', ''], 3],
      [['one', 'two'], 2],
      [['one'], 1],
      [[''], 1],
    ] as const) {
      const { sum, problem, ...report } = await choose('auto', ...tags);
      expect([problem, report.operations]).toEqual([undefined, operations]);
      expect(sum).toBe(`Chosen: ${operations} operation${operations > 1 ? 's' : ''}, ${report.tokens} tokens as tools`);
    }
    expect((await choose('search', 'one')).sum).toMatch(
      /^Chosen: 1 operation, \d+ tokens as tools; searched, they cost about 700$/,
    );
    const none = await choose('auto');
    expect(none).toMatchObject({ sum: 'Chosen: 0 operations, 0 tokens as tools', problem: 'Choose at least one.' });
  });
});

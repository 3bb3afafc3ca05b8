import type { Choice, Surroundings } from '../answers/option-types.ts';
import type { ProjectAnswers } from '../base/answers.ts';
import { CLIENTS, detectClients, isWritable } from '../clients/registry.ts';
import { findLanguage } from '../languages/index.ts';
import { detectPackageManager } from '../languages/package-managers.ts';
import { planProject } from '../plan/plan.ts';
import { gitFacts } from '../project/git-facts.ts';
import { inspectTarget } from '../project/target.ts';

/** What the options table asks about this machine, looked up when it asks. */
export function surroundingsOf({ env, version, yes }: Pick<Surroundings, 'env' | 'version' | 'yes'>): Surroundings {
  const facts = new Map<string, ReturnType<Surroundings['gitFacts']>>();
  return {
    env,
    version,
    yes,
    packageManager: (target, ids) => detectPackageManager(env, target, ids),
    runtime: (language) => findLanguage(language)?.runtimeHere(env),
    inspectTarget,
    gitFacts: (target) => {
      const known = facts.get(target) ?? gitFacts(target, env);
      facts.set(target, known);
      return known;
    },
    // One more is claude_desktop_config.json, which is this machine's own.
    countFiles: async (answers) => (isComplete(answers) ? (await planProject(answers)).files.length + 1 : undefined),
    clients: async (): Promise<readonly Choice[]> => {
      const here = detectClients(env);
      return CLIENTS.filter(isWritable).map((client) => {
        const detected = here.includes(client);
        return { id: client.id, title: client.title, hint: detected ? 'found on this machine' : '', detected };
      });
    },
  };
}

const isComplete = (answers: Partial<ProjectAnswers>): answers is ProjectAnswers =>
  [answers.name, answers.language, answers.transport, answers.storage, answers.runtime, answers.pm].every(Boolean);

import { languages, optionsOf } from '../catalog/catalog.ts';
import type { Kind, PresetAnswers } from '../catalog/manifest.ts';
import { fits, NEEDY } from './needs.ts';
import type { Choice, Situation } from './option-types.ts';

/** What the rows of the options table can choose from, and what they choose when nobody does: the preset's answers. */

/** All that works with what is chosen already. */
export const allThatFit =
  (key: 'tools' | 'resources' | 'extras') =>
  (choices: readonly Choice[], { answers }: Situation): readonly Choice[] =>
    choices.filter((choice) => fits(key, choice, answers));

const optionsIn =
  (kind: Kind, standIn: boolean) =>
  ({ language }: { readonly language: string | undefined }): readonly Choice[] => {
    const every = (language === undefined ? languages() : [language])
      .flatMap((one) => optionsOf(one, kind))
      .filter((option) => (option.standIn === true) === standIn);
    return every.filter((option, index) => every.findIndex((other) => other.id === option.id) === index);
  };

/** The choices of one kind; of every language while the language is open. */
export const catalog = (kind: Kind) => optionsIn(kind, false);

/** What is there as long as nothing of its kind is chosen. Who has made it their own names it, and keeps it beside others. */
export const standIns = (kind: Kind) => optionsIn(kind, true);

/** The preferred choice where the language has it, else its first. */
export const prefer =
  (wanted: string) =>
  (_: unknown, ids: readonly string[]): string =>
    ids.includes(wanted) ? wanted : (ids[0] ?? wanted);

/** What the preset answers; without one in sight, what the first of the catalogue's presets that is preferred does. */
function presetAnswers({ answers, language = languages()[0] }: Pick<Situation, 'answers' | 'language'>): PresetAnswers {
  const presets = optionsOf(language ?? '', 'preset');
  const preset = presets.find(({ id }) => id === (answers.preset ?? DEFAULT_PRESET)) ?? presets[0];
  if (preset?.answers === undefined) throw new Error('The catalogue has no preset.');
  return preset.answers;
}

export const DEFAULT_PRESET = 'standard';

/** Who wants the tools of an API gets no examples beside them that nobody has asked for. */
const isOfApi = ({ answers }: Pick<Situation, 'answers'>): boolean => answers.fromOpenapi !== undefined;

/** The preset's choice where the language has it, else its first. */
export const presetChoice =
  (key: 'transport' | 'storage') =>
  (situation: Situation, ids: readonly string[]): string =>
    prefer(key === 'storage' && isOfApi(situation) ? 'none' : presetAnswers(situation)[key])(situation, ids);

/** Those of the preset's choices that the language has and that work with what is chosen. */
export const presetList =
  (key: 'tools' | 'resources' | 'extras') =>
  (situation: Situation): readonly string[] => {
    if (isOfApi(situation) && key !== 'extras') return [];
    const wanted = presetAnswers(situation)[key];
    const choices = catalog(NEEDY[key])(situation);
    // What is there for those who depend on it is nobody's default.
    if (wanted === 'all') {
      return allThatFit(key)(choices, situation)
        .filter(({ deprecated }) => deprecated !== true)
        .map(({ id }) => id);
    }
    return wanted === 'none' ? [] : choices.map(({ id }) => id).filter((id) => wanted.includes(id));
  };

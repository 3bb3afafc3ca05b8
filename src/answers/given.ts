import type { Answers } from '../base/answers.ts';
import type {
  Auth,
  ClientId,
  Extra,
  Language,
  PackageManager,
  Preset,
  Resource,
  Runtime,
  Storage,
  Tool,
  Transport,
} from '../generated/ids.ts';

/** Several of them, or a word for all or none. */
type Several<Id extends string> = readonly Id[] | 'all' | 'none';

/** Answers as a program gives them: the keys of `--answers`, each with the values that this version has. */
export interface GivenAnswers
  extends Partial<Pick<Answers, 'name' | 'description' | 'dir' | 'install' | 'git' | 'check' | 'onConflict'>> {
  readonly language?: Language;
  readonly preset?: Preset;
  readonly transport?: Transport;
  readonly auth?: Auth;
  readonly storage?: Storage;
  readonly tools?: Several<Tool>;
  readonly resources?: Several<Resource>;
  readonly extras?: Several<Extra>;
  readonly runtime?: Runtime;
  readonly pm?: PackageManager;
  /** Clients whose real config gets the entry; `detected` are those of this machine. */
  readonly client?: readonly ClientId[] | 'detected' | 'none';
  readonly clientConfig?: Readonly<Partial<Record<ClientId, string>>>;
}

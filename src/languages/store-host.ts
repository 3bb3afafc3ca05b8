import type { Launch, Machine } from './launch.ts';

/**
 * How a project's store is reached from outside: a process in the project that opens its app and serves `app.store`, as
 * src/storage/bridge.ts describes.
 */
export interface StoreHost {
  /** The file that opens the app, relative to the project; `*` stands for its package. */
  readonly app: string;
  /** @param token what each line that the process prints for us begins with */
  launch(dir: string, machine: Machine, token: string): Launch;
  /** The project's manifest without what only its developers need: for a project that is there for its store alone. */
  manifestOf(text: string): string;
}

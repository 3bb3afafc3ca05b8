import type { RawClient, Start, Tool } from './client.ts';
import type { Description } from './descriptions.ts';

/** Who makes a server of a description. */
export interface Peer {
  readonly title: string;
  /** Whether it is meant for descriptions with more operations than a model can be shown. */
  readonly isForMany?: boolean;
  /**
   * @param parent a folder of its own
   * @param upstream the address that is called instead of the described one
   */
  generate(description: Description, parent: string, upstream: string): Promise<Project>;
}

/** What was made of a description. */
export interface Project {
  /** Seconds; nothing where nothing is generated. */
  readonly cpu?: number;
  /** How many operations can be reached, where they are not the tools and somebody says so. */
  readonly operations?: number;
  /** Operations that are called by way of a tool. */
  readonly behind?: {
    /** Some that may be called. */
    listed(client: RawClient): Promise<readonly Tool[]>;
    /** @returns tool and arguments */
    call(name: string, args: object): [string, object];
  };
  readonly start: Start;
  /** Types and bundle; nothing where there is nothing to build. */
  build?(): Promise<{ readonly cpu: number; readonly wall: number }>;
}

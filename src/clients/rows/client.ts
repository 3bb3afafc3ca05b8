import { existsSync, readdirSync } from 'node:fs';
import type { HttpEntry, NamedEntry, ServerEntry, StdioEntry, Value } from '../../base/entry.ts';
import type { Env } from '../../base/env.ts';
import type { Part } from '../../configs/edit.ts';
import type { FormatId, Spot } from '../../configs/formats/index.ts';

export const SCOPES = ['user', 'local', 'project'] as const;
/** `user`: the person's file. `project`: a file that a team shares. `local`: the person's own, for one project. */
export type Scope = (typeof SCOPES)[number];

/** The little of the file system that paths depend on, so that other systems' paths can be tested. */
export interface Files {
  exists(path: string): boolean;
  /** Names in a folder; none when it cannot be read. */
  list(folder: string): readonly string[];
}

/** What decides on a machine where programs keep their files. */
export type Home = Pick<Env, 'platform' | 'home' | 'vars'>;

/** Where a client's files are looked for. */
export interface Place {
  readonly env: Home;
  readonly files: Files;
  /** Absolute; for the scopes `project` and `local`. */
  readonly projectDir: string;
}

/** What an entry's shape may depend on. */
export interface Site {
  readonly name: string;
  readonly env: Pick<Env, 'platform'>;
  /** A value as this client's config holds it: secrets in its own syntax, or as a placeholder. */
  readonly text: (value: Value) => string;
}

/** The config file that is edited. */
export interface ConfigFile {
  readonly scope: Scope;
  readonly projectDir: string;
  /** What is in it now, as values; undefined for an empty one. */
  readonly content: unknown;
}

/** Something besides the entry that it needs in the file: a question for a secret, for example. */
export type Companion = Part;

/** From an entry as it stands in a file, and its companions. */
export type Link = (name: string, entry: unknown, companions: readonly Companion[]) => string;

/**
 * One row of the registry: everything that differs between clients, as data and pure functions.
 *
 * A new client is a new row, not an `if`.
 */
export interface Client {
  readonly id: string;
  readonly title: string;
  readonly format: FormatId;
  /** Where the table of servers is in the file: `['mcpServers']`. */
  readonly keyPath: readonly string[] | ((file: ConfigFile) => readonly string[]);
  /** Set: the table is a list, and its items are told apart by this member. */
  readonly by?: string;
  /** Config files by scope, in order of preference: those that exist, or else the one to create. None: print only. */
  readonly paths: { readonly [scope in Scope]?: (place: Place) => readonly string[] };
  /** Paths that show that the client is on this machine; when absent, the folders of its user files do. */
  readonly traces?: (place: Place) => readonly string[];
  /** `null` in the place of the table is none to it, and its own command line writes over it. */
  readonly orNull?: true;
  /** What it does with a file that begins with a byte order mark, if it cannot read it: `it ends with an error`. */
  readonly noMark?: string;
  /** The same client where it still reads an older kind of file. */
  readonly inPlace?: (place: Place) => Client | undefined;
  /** A file that does not exist yet begins with this. */
  readonly blank?: string;
  /** The entry of a local server in the client's own shape. */
  readonly stdio: (entry: StdioEntry, site: Site) => unknown;
  /** On Windows it puts cmd.exe before `npx` and its like by itself. */
  readonly startsBatchFiles?: true;
  /** The entry of a remote server in the client's own shape, or a bridge to it. */
  readonly http: (entry: HttpEntry, site: Site) => unknown;
  /** How a config refers to an environment variable; absent when the client knows no such thing. */
  readonly secret?: (variable: string, server: string) => string;
  /** Where texts hold more than such references: the mark before a character that is to mean itself, and those that need it. */
  readonly escape?: readonly [mark: string, characters: string];
  /** How a shared config refers to the project's folder; absent when paths have to be absolute. */
  readonly projectRoot?: string;
  readonly companions?: {
    readonly of: (named: NamedEntry) => readonly Companion[];
    /** Those that an entry which stands in a file refers to. */
    readonly named: (entry: unknown) => readonly Spot[];
    /** Whether one that stands in a file is as `of` makes it; else it is somebody's own, and stays when the entry goes. */
    readonly isOurs: (value: unknown, server: string) => boolean;
  };
  /** A link that makes the application install the entry. */
  readonly link?: Link;
  /** The same as a web address, which READMEs can show, and the picture of a button. */
  readonly button?: { readonly image: string; readonly link: Link };
  /** Its application has windows: in WSL it is the one of Windows, with files of its own there. */
  readonly hasWindows?: true;
  /** What to do after the file was changed. */
  readonly after: readonly string[];
  /** What to do besides where an entry is new. */
  readonly forNew?: readonly string[];
  /** What a person should know about this entry in this client. */
  readonly notes?: (entry: ServerEntry) => readonly string[];
  /** Where these facts come from. */
  readonly evidence: string;
}

export const REAL_FILES: Files = {
  exists: existsSync,
  list(folder) {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  },
};

import { isObject } from '../base/json.ts';
import type { Offer } from '../probe/offer.ts';
import type { Finding } from '../probe/steps.ts';

/** An object of a file that somebody else may have written: nothing is known of its members. */
export type Members = Readonly<Record<string, unknown>>;

/** A file that would be published. */
export interface Packed {
  /** With `/`, from the root of the package. */
  readonly path: string;
  readonly bytes: number;
  /** Undefined for what is no text, or too long to be looked at. */
  readonly text: string | undefined;
}

/** What is known of a project that is to be published. Judges look at nothing else. */
export interface Subject {
  /** `package.json` */
  readonly npm: Members | undefined;
  /** The table `project` of `pyproject.toml`. */
  readonly python: Members | undefined;
  /** `server.json` of the MCP registry. */
  readonly server: Members | undefined;
  /** `manifest.json` of an MCPB. */
  readonly manifest: Members | undefined;
  readonly readme: string;
  /** The files of the package; undefined where nobody could tell. */
  readonly packed: readonly Packed[] | undefined;
  /** The files of the MCPB; undefined where there is none. */
  readonly bundle: readonly Packed[] | undefined;
  /** Width and height of the PNG that the manifest names; `none` when there is no such picture. */
  readonly icon: readonly [width: number, height: number] | 'none' | undefined;
  /** Undefined where the server could not be asked. */
  readonly offer: Offer | undefined;
  /** Under which clients list the server. */
  readonly name: string;
}

/**
 * Something that stands in the way (`fault`), or that directories ask for and only an owner can give (`advice`): an icon, a
 * privacy policy.
 */
export interface PublishFinding extends Finding {
  readonly level: 'fault' | 'advice';
}

export const fault = (code: string, where: string, what: string, fix: string): PublishFinding => ({
  level: 'fault',
  code,
  where,
  what,
  fix,
});

export const advice = (code: string, where: string, what: string, fix: string): PublishFinding => ({
  ...fault(code, where, what, fix),
  level: 'advice',
});

export const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

/** A text, or nothing. */
export const textAt = (members: Members | undefined, key: string): string =>
  typeof members?.[key] === 'string' ? members[key] : '';

/** The members of an object in an object; none where there is no object. */
export const objectAt = (members: Members | undefined, key: string): Members => {
  const value = members?.[key];
  return isObject(value) ? value : {};
};

/** The objects in a list; none where there is no list. */
export const objectsAt = (members: Members | undefined, key: string): readonly Members[] => {
  const value = members?.[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
};

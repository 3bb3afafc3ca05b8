import table from './operations.json' with { type: 'json' };

/** Where an argument goes, and how it is written. */
export interface Place {
  in: string;
  name: string;
  style: string;
  explode: boolean;
  reserved?: boolean;
  json?: boolean;
}

/** A field of a form. */
export type Field = Partial<Place> & { type?: string; file?: boolean };

/** Where a credential comes from (names of settings), and how it is sent. */
type Setting = 'value' | 'user' | 'password' | 'id' | 'secret' | 'certificate' | 'key' | 'authority';
export type Scheme = Partial<Record<Setting | 'in' | 'name' | 'prefix' | 'tokenUrl', string>> & {
  kind: string;
  scopes?: string[];
};

/** The schema of arguments. */
export interface Input {
  type: 'object';
  properties: Record<string, Record<string, unknown>>;
  required?: string[];
}

export interface Operation {
  title: string;
  description: string;
  method: string;
  path: string;
  tags?: string[];
  server?: string;
  input: Input;
  send?: Record<string, Place>;
  body?: { argument: string; kind: string; type: string; fields?: Record<string, Field> };
  accept?: string;
  security?: string[][];
  readOnly?: boolean;
  destructive?: boolean;
  idempotent?: boolean;
}

interface Api {
  title: string;
  server: { url: string; variables?: Record<string, { env: string; default: string; enum?: string[] }> };
  schemes: Record<string, Scheme>;
  operations: Record<string, Operation>;
}

/** The API as its description has it. Take an operation out of the file to write its tool yourself. */
export const api = table as unknown as Api;

/** Operations by the names of their tools. */
export const operations = new Map(Object.entries(api.operations));

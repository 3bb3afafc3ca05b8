import type { Json } from '../base/json.ts';

/** What a generated project knows of an API: the data that `operations.json` holds. */
export interface Api {
  readonly title: string;
  readonly version: string;
  readonly server: Server;
  /** Where credentials come from, by the name of the security scheme. */
  readonly schemes: Readonly<Record<string, Scheme>>;
  /** By the name of the tool. */
  readonly operations: Readonly<Record<string, Operation>>;
}

/** The address that requests go to, with `{variables}`; empty where the description has none. */
export interface Server {
  readonly url: string;
  readonly variables?: Readonly<Record<string, ServerVariable>>;
}

export interface ServerVariable {
  /** The environment variable that sets it. */
  readonly env: string;
  readonly default: string;
  readonly enum?: readonly string[];
}

/** How a credential is sent, and the environment variables that hold it. */
export type Scheme =
  | { readonly kind: 'key'; readonly in: string; readonly name: string; readonly value: string }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  /** `prefix` is the scheme of the header Authorization: `Bearer`. */
  | { readonly kind: 'token'; readonly prefix: string; readonly value: string }
  | {
      readonly kind: 'client';
      /** A token somebody got in another way. */
      readonly value: string;
      readonly id: string;
      readonly secret: string;
      readonly tokenUrl: string;
      readonly scopes: readonly string[];
    }
  | { readonly kind: 'certificate'; readonly certificate: string; readonly key: string; readonly authority: string };

/** One operation, trimmed of what neither a model nor the call needs. */
export interface Operation {
  readonly title: string;
  readonly description: string;
  readonly method: string;
  /** With `{arguments}` by their name in the description. */
  readonly path: string;
  readonly tags?: readonly string[];
  /** Another address than the API's own. */
  readonly server?: string;
  /** A JSON schema without `$ref`. */
  readonly input: InputSchema;
  /** Where each argument goes, by its name in `input`. */
  readonly send?: Readonly<Record<string, Place>>;
  readonly body?: Body;
  /** What the API is asked to answer with. */
  readonly accept?: string;
  /** Alternatives, each a list of schemes that are needed together; absent: none is needed. */
  readonly security?: readonly (readonly string[])[];
  readonly readOnly?: true;
  readonly destructive?: true;
  /** Doing it twice is the same as doing it once. */
  readonly idempotent?: true;
  readonly deprecated?: true;
}

export interface InputSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties: false;
}

/** A JSON schema as models of every vendor take it. */
export type Schema = Readonly<Record<string, Json>>;

/** Where an argument goes and how it is written: https://spec.openapis.org/oas/v3.2.0.html#style-values */
export interface Place {
  readonly in: 'path' | 'query' | 'header' | 'cookie' | 'querystring';
  /** Its name in the request. */
  readonly name: string;
  readonly style: string;
  readonly explode: boolean;
  /** Reserved characters are sent as they are. */
  readonly reserved?: true;
  /** It is sent as JSON, whatever the style. */
  readonly json?: true;
}

export interface Body {
  /** The argument that holds it. */
  readonly argument: string;
  readonly kind: 'json' | 'form' | 'multipart' | 'text' | 'binary';
  /** Its media type. */
  readonly type: string;
  /** Of a form: how single fields are written, where it is not as usual. */
  readonly fields?: Readonly<Record<string, Field>>;
}

export interface Field {
  readonly type?: string;
  readonly style?: string;
  readonly explode?: boolean;
  readonly reserved?: true;
  /** Its value is a file, or a list of files. */
  readonly file?: true;
}

/** An operation or argument that no tool is made of, and why. */
export interface LeftOut {
  /** `GET /pets`, `GET /pets: argument x`. */
  readonly where: string;
  readonly why: string;
}

import { NO_AUTH, type ProjectAnswers } from '../base/answers.ts';
import { hashOf } from '../base/hash.ts';
import { formatJson } from '../base/json.ts';
import type { ApiPart, PlannedFile } from '../base/plan.ts';

/** The file that records how a project was made, at its root. */
export const RECORD_FILE = '.mcp-mason.json';

/** What `.mcp-mason.json` holds. */
export interface ProjectRecord {
  /** The version of create-mcp-mason that made the project. */
  readonly version: string;
  readonly answers: ProjectAnswers;
  /** `fnv1a64-<hex>` of each generated file as it was generated, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Of the description that tools were made of: by its hash, and that of each operation, a change is found out. */
  readonly openapi?: RecordedApi;
}

/** What is recorded of a description; all are hashes, the lists by the names of tools. */
export interface RecordedApi {
  readonly hash: string;
  /** As they stand in the description. */
  readonly operations: Readonly<Record<string, string>>;
  /** As they stood in the project when they were generated. */
  readonly lines: Readonly<Record<string, string>>;
}

/** Records how `files` were made; the record itself is not among them. */
export function recordOf(
  answers: ProjectAnswers,
  files: readonly PlannedFile[],
  version: string,
  api?: ApiPart,
): PlannedFile {
  const { name, description, license, author, repository, language, preset, transport, auth, storage } = answers;
  const { tools, resources, extras, runtime, pm, fromOpenapi, openapiMode, operations } = answers;
  const owner = {
    ...(license !== undefined && { license }),
    ...(author && { author }),
    ...(repository && { repository }),
  };
  const server = {
    language,
    preset,
    transport,
    ...(auth !== undefined && auth !== NO_AUTH && { auth }),
    storage,
    tools,
    resources,
    extras,
    runtime,
    pm,
  };
  const ofApi = {
    ...(fromOpenapi !== undefined && { fromOpenapi }),
    ...(openapiMode !== undefined && { openapiMode }),
    ...(operations !== undefined && { operations }),
  };
  const record = {
    version,
    answers: { name, description, ...owner, ...server, ...ofApi },
    files: Object.fromEntries(files.map(({ path, text }) => [path, hashOf(text)])),
    ...(api !== undefined && { openapi: { hash: api.hash, operations: api.hashes, lines: api.lines } }),
  };
  return { path: RECORD_FILE, text: formatJson(record) };
}

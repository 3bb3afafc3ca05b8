import type { Client, FormatId } from '../client.ts';
import type { Format } from './format.ts';
import { json, jsonc } from './json.ts';

const FORMATS: Readonly<Record<FormatId, Format>> = { json, jsonc };

/** How a client's file is read and edited. Apart from the registry, which `--help` loads and which must stay light. */
export const formatOf = (client: Client): Format => FORMATS[client.format];

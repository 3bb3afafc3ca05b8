import { Ajv2020 } from 'ajv/dist/2020.js';
import schema from '../../schemas/report.json' with { type: 'json' };

/** The kinds of reports that the schema knows. */
export type Kind =
  | 'error'
  | 'create'
  | 'check'
  | 'call'
  | 'migrate'
  | 'publish'
  | 'completion'
  | 'update'
  | 'add'
  | 'addition'
  | 'print'
  | 'edit'
  | 'preview'
  | 'list';

const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
ajv.addSchema(schema, 'report');

/** What is wrong with a value that `--json` has printed, one line a problem; empty when it keeps the contract. */
export function reportProblems(value: unknown, kind?: Kind): string[] {
  const validate = ajv.getSchema(kind === undefined ? 'report' : `report#/$defs/${kind}`);
  if (validate === undefined) throw new Error(`The schema has no ${kind}.`);
  if (validate(value) === true) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath || '/', message, JSON.stringify(params)].join(' '),
  );
}

/** Reads what `--json` has printed: one line with one object that keeps the contract. */
export function readReport(stdout: string, kind?: Kind): Readonly<Record<string, unknown>> {
  if (stdout.indexOf('\n') !== stdout.length - 1) throw new Error(`Not one line: ${stdout}`);
  const value = JSON.parse(stdout);
  const problems = reportProblems(value, kind);
  if (problems.length > 0) throw new Error(`The report breaks schemas/report.json:\n${problems.join('\n')}\n${stdout}`);
  return value;
}

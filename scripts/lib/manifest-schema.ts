import { anyText, anything, type Check, flag, list, matching, number, object, oneOf, record, text } from './schema.ts';

const id = matching(/^[a-z0-9][a-z0-9.-]*$/, 'lower-case letters, digits, dots and hyphens');
const variable = matching(/^[A-Z][A-Z0-9_]*$/, 'the name of an environment variable');
const identifier = matching(/^[A-Za-z_$][\w$]*$/, 'an identifier');
/** Of npm, possibly scoped, or of a Python index, possibly with extras. */
const packageName = matching(/^(@[a-z0-9._-]+\/)?[a-z0-9._-]+(\[[a-z0-9,._-]+\])?$/i, 'a package name');
const varName = matching(/^[a-z][A-Za-z0-9]*$/, 'a camelCase name');

const packages = list(packageName);
const scripts = record(text, text);
const env = list(
  object({ name: variable, description: text, schema: text, example: anyText }, { secret: flag, required: flag }),
);
const vars = record(varName, oneOf('a text, true, false or a list of texts', anyText, flag, list(anyText)));
const registrations = list(object({ module: text, name: identifier }));
const varying = { dependencies: packages, devDependencies: packages, scripts, env, vars };

/** `option.json`: the shape of `Manifest` in src/catalog/manifest.ts, which says what each key means. */
export const manifestSchema: Check = object(
  { id, title: text, hint: text, order: number },
  {
    includes: list(id),
    deprecated: flag,
    needsTransport: list(id),
    ...varying,
    registers: object({}, { tools: registrations, resources: registrations, prompts: registrations }),
    probe: object({ tool: text, arguments: record(text, anything) }),
    nextSteps: list(text),
    variants: list(object({ runtimes: list(id) }, varying)),
  },
);

/** Of npm (`^1.2`), or of Python (`>=1.2,<2`). */
const range = matching(/^[\^~>=<]?[\d.]+[\w.+-]*( .+)?$|^(>=|==|~=)[\d.]+(,<[\d.]+)?$/, 'a version range');

/** `versions.json`: a range by package name, or one by runtime where they must differ. */
export const versionsSchema: Check = record(
  packageName,
  oneOf('a version range, or one by runtime', range, record(id, range)),
);

/** Says what is wrong with a value, one line a fault, each starting with where it is. */
export type Check = (value: unknown, where: string) => string[];

export const text: Check = (value, where) =>
  typeof value === 'string' && value !== '' ? [] : [`${where}: must be a text that is not empty`];

export const number: Check = (value, where) => (typeof value === 'number' ? [] : [`${where}: must be a number`]);

export const flag: Check = (value, where) => (typeof value === 'boolean' ? [] : [`${where}: must be true or false`]);

export const anyText: Check = (value, where) => (typeof value === 'string' ? [] : [`${where}: must be a text`]);

export const anything: Check = () => [];

export const matching =
  (pattern: RegExp, what: string): Check =>
  (value, where) =>
    typeof value === 'string' && pattern.test(value) ? [] : [`${where}: must be ${what}`];

export const list =
  (item: Check): Check =>
  (value, where) =>
    Array.isArray(value)
      ? value.flatMap((entry: unknown, at) => item(entry, `${where}[${at}]`))
      : [`${where}: must be a list`];

export const oneOf =
  (what: string, ...checks: readonly Check[]): Check =>
  (value, where) =>
    checks.some((check) => check(value, where).length === 0) ? [] : [`${where}: must be ${what}`];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const record =
  (key: Check, item: Check): Check =>
  (value, where) =>
    isObject(value)
      ? Object.entries(value).flatMap(([name, entry]) => [
          ...key(name, `${where}: the key "${name}"`),
          ...item(entry, `${where}.${name}`),
        ])
      : [`${where}: must be an object`];

/** An object with these keys and no others. */
export const object =
  (required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check =>
  (value, where) => {
    if (!isObject(value)) return [`${where}: must be an object`];
    const known = { ...required, ...optional };
    const missing = Object.keys(required).filter((name) => value[name] === undefined);
    return [
      ...missing.map((name) => `${where}: "${name}" is missing`),
      ...Object.entries(value).flatMap(([name, entry]) => {
        const check = Object.hasOwn(known, name) ? known[name] : undefined;
        return check === undefined ? [`${where}: unknown key "${name}"`] : check(entry, `${where}: "${name}"`);
      }),
    ];
  };

import { brotliDecompressSync } from 'node:zlib';
import type { Option } from './manifest.ts';

/** What a project is made of. It is half of the catalogue, and most runs only offer options. */
export const DETAILS = [
  'dependencies',
  'devDependencies',
  'env',
  'nextSteps',
  'probe',
  'registers',
  'scripts',
  'variants',
] as const;

type Details = Pick<Option, (typeof DETAILS)[number]>;
export type Offer = Omit<Option, keyof Details>;

/**
 * Joins options and their details, which are read when somebody asks for one.
 *
 * @param read gives the details of all options, in their order: JSON as Brotli
 */
export function withDetails(offers: readonly Offer[], read: () => Uint8Array): readonly Option[] {
  let details: readonly Details[] | undefined;
  const detail = (index: number): Details => {
    details ??= JSON.parse(brotliDecompressSync(read()).toString()) as readonly Details[];
    return details[index] ?? {};
  };
  return offers.map((offer, index) => {
    const whole = Object.create(DETAILED, { detail: { value: () => detail(index) } });
    return Object.assign(whole, offer) as Option;
  });
}

/** Asks for details when one is read. Once for all options, since a run makes all of them. */
const DETAILED = Object.defineProperties(
  {},
  Object.fromEntries(
    DETAILS.map((key) => [
      key,
      {
        get(this: { readonly detail: () => Details }) {
          return this.detail()[key];
        },
      },
    ]),
  ),
);

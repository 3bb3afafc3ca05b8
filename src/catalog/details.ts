import { brotliDecompressSync } from 'node:zlib';
import type { Option, Versions } from './manifest.ts';

/** What a project is made of. It is half of the catalogue, and most runs only offer options. */
export const DETAILS = [
  'dependencies',
  'devDependencies',
  'env',
  'nextSteps',
  'order',
  'probe',
  'registers',
  'scripts',
  'variants',
] as const;

/** Of parts these are details, too: nobody is offered one. */
export const OF_PARTS = ['title', 'hint'] as const;

type Details = Partial<Pick<Option, (typeof DETAILS)[number] | (typeof OF_PARTS)[number]>>;
export type Offer = Omit<Option, keyof Details> & Pick<Details, (typeof OF_PARTS)[number]>;

/** What is not offered: the details of all options, in their order, and the version ranges of each language. */
export interface Pack {
  readonly details: readonly Details[];
  readonly versions: Versions;
}

/** @param read gives the pack: JSON as Brotli, which is unpacked once, when somebody asks for something of it */
export function packedIn(read: () => Uint8Array): () => Pack {
  let pack: Pack | undefined;
  return () => {
    pack ??= JSON.parse(brotliDecompressSync(read()).toString()) as Pack;
    return pack;
  };
}

/** Joins options and their details. */
export function withDetails(offers: readonly Offer[], pack: () => Pack): readonly Option[] {
  return offers.map((offer, index) => {
    const detail = { value: () => pack().details[index] ?? {} };
    return Object.create(DETAILED, { ...Object.getOwnPropertyDescriptors(offer), detail }) as Option;
  });
}

/** Asks for details when one is read. Once for all options, since a run makes all of them. */
const DETAILED = Object.defineProperties(
  {},
  Object.fromEntries(
    [...DETAILS, ...OF_PARTS].map((key) => [
      key,
      {
        get(this: { readonly detail: () => Details }) {
          return this.detail()[key];
        },
      },
    ]),
  ),
);

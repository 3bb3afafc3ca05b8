import { expect } from 'vitest';

/** What the behaviour suite of servers made from a description expects, in either language. */

const ARRAY = ['blue', 'black', 'brown'];
const OBJECT = { R: 100, G: 200, B: 150 };
const VALUES = { string: 'blue', array: ARRAY, object: OBJECT } as const;

/** https://spec.openapis.org/oas/v3.2.0.html#style-examples: for a text, a list and an object. */
const EXAMPLES: readonly (readonly [
  place: 'path' | 'query' | 'header' | 'cookie',
  style: string,
  explode: boolean,
  string,
  string,
  string,
])[] = [
  ['path', 'matrix', false, ';color=blue', ';color=blue,black,brown', ';color=R,100,G,200,B,150'],
  ['path', 'matrix', true, ';color=blue', ';color=blue;color=black;color=brown', ';R=100;G=200;B=150'],
  ['path', 'label', false, '.blue', '.blue,black,brown', '.R,100,G,200,B,150'],
  ['path', 'label', true, '.blue', '.blue.black.brown', '.R=100.G=200.B=150'],
  ['path', 'simple', false, 'blue', 'blue,black,brown', 'R,100,G,200,B,150'],
  ['path', 'simple', true, 'blue', 'blue,black,brown', 'R=100,G=200,B=150'],
  ['query', 'form', false, 'color=blue', 'color=blue,black,brown', 'color=R,100,G,200,B,150'],
  ['query', 'form', true, 'color=blue', 'color=blue&color=black&color=brown', 'R=100&G=200&B=150'],
  ['query', 'spaceDelimited', false, 'color=blue', 'color=blue%20black%20brown', 'color=R%20100%20G%20200%20B%20150'],
  ['query', 'pipeDelimited', false, 'color=blue', 'color=blue%7Cblack%7Cbrown', 'color=R%7C100%7CG%7C200%7CB%7C150'],
  [
    'query',
    'deepObject',
    true,
    'color=blue',
    'color%5B0%5D=blue&color%5B1%5D=black&color%5B2%5D=brown',
    'color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150',
  ],
  ['header', 'simple', false, 'blue', 'blue,black,brown', 'R,100,G,200,B,150'],
  ['header', 'simple', true, 'blue', 'blue,black,brown', 'R=100,G=200,B=150'],
  ['cookie', 'form', false, 'color=blue', 'color=blue,black,brown', 'color=R,100,G,200,B,150'],
  ['cookie', 'form', true, 'color=blue', 'color=blue&color=black&color=brown', 'R=100&G=200&B=150'],
  ['cookie', 'cookie', true, 'color=blue', 'color=blue; color=black; color=brown', 'R=100; G=200; B=150'],
];

type StyleRow = readonly [
  place: 'path' | 'query' | 'header' | 'cookie',
  style: string,
  explode: boolean,
  what: string,
  value: unknown,
  expected: string,
];

export const STYLE_ROWS: readonly StyleRow[] = [
  ...EXAMPLES.flatMap(([place, style, explode, ...written]) =>
    Object.entries(VALUES).map(
      ([what, value], at): StyleRow => [place, style, explode, what, value, written[at] ?? ''],
    ),
  ),
  ['path', 'matrix', false, 'nothing', '', ';color'],
  ['query', 'form', true, 'nothing', '', 'color='],
  ['query', 'form', true, 'an empty list', [], ''],
  [
    'query',
    'form',
    true,
    'what must be escaped',
    ['a,b', "it's (ü)*!", '&=+#'],
    'color=a%2Cb&color=it%27s%20%28%C3%BC%29%2A%21&color=%26%3D%2B%23',
  ],
  ['query', 'form', false, 'commas in values', ['a,b', 'c'], 'color=a%2Cb,c'],
  ['query', 'form', true, 'a number, true and false', [1.5, true, false], 'color=1.5&color=true&color=false'],
  [
    'query',
    'deepObject',
    true,
    'depth',
    { a: { b: [1, 2] }, c: 'x y' },
    'color%5Ba%5D%5Bb%5D%5B0%5D=1&color%5Ba%5D%5Bb%5D%5B1%5D=2&color%5Bc%5D=x%20y',
  ],
  ['header', 'simple', false, 'what an address would escape', 'a b&c/d', 'a b&c/d'],
];

interface Outcome {
  readonly text: RegExp;
  readonly isError?: boolean;
  /** Requests that the API gets. */
  readonly tries?: number;
  readonly structured?: unknown;
  readonly type?: string;
}

const failing = (text: RegExp, tries = 1): Outcome => ({ text, isError: true, tries });

/** What becomes of each way in which an API goes wrong, by the name of its operation. */
export const OUTCOMES: readonly (readonly [string, Outcome])[] = [
  ['status_400', failing(/400 Bad Request: \{"error":"name is missing"\}.*Correct the arguments/)],
  ['status_401', failing(/401.*who are you.*credentials/)],
  ['status_403', failing(/403.*not you.*do not repeat it/)],
  ['status_404', failing(/404.*no pet 7.*Check the ids/)],
  ['status_409', failing(/409.*version 3 is newer.*read that again/)],
  ['status_418', failing(/418.*a teapot/)],
  ['status_422', failing(/422.*must be positive.*Correct the arguments/)],
  ['status_500', failing(/500.*oops.*try again in a minute/)],
  ['limited_once', { text: /"tries":2/, tries: 2, structured: { tries: 2 } }],
  ['limited', failing(/429.*slow down.*wait 7[78] seconds/)],
  ['unavailable_once', { text: /"tries":3/, tries: 3, structured: { tries: 3 } }],
  ['unavailable', failing(/503.*maintenance.*try again in a minute/, 3)],
  ['silent', failing(/takes more than 5000 ms.*Try again/)],
  ['endless', { text: /^(all work and no play )+[\s\S]*longer than API_MAX_BYTES/ }],
  ['broken_json', { text: /^\{"a": 1$/ }],
  ['other_type', { text: /^<p>Welcome<\/p>$/ }],
  ['odd_charset', { text: /^grün$/ }],
  ['latin', { text: /^grün$/ }],
  ['elsewhere', failing(/redirects to 127\.0\.0\.1.*not its own host/)],
  ['odd_location', failing(/redirects to .*not its own host/)],
  ['moved', { text: /"\/v1\/typed\/7"/, tries: 2, structured: expect.objectContaining({ url: '/v1/typed/7' }) }],
  ['loop', failing(/redirects too often/, 6)],
  ['reset', failing(/cannot be reached.*Try again/, 3)],
  ['reset_in_body', failing(/cannot be reached.*Try again/, 3)],
  ['empty', { text: /^200 OK$/ }],
  ['no_content', { text: /^204 No Content$/ }],
  ['bomb', { text: /^x+\n.*longer than API_MAX_BYTES/ }],
  ['image', { text: /^$/, type: 'image' }],
  ['file', { text: /^$/, type: 'resource' }],
  ['half_character', { text: /^\{"text":"a.b"\}$/, structured: { text: expect.stringMatching(/^a[\ufffd?]b$/) } }],
  ['not_a_number', { text: /^\{"value": NaN\}$/ }],
  ['outside_schema', { text: /^\["quite",\{"another":"shape"\}\]$/ }],
  ['page', failing(/502 Bad Gateway: Bad gateway\. The API has failed/, 3)],
  ['secret', failing(/400.*You sent .*\*\*\*/)],
  ['garbage', failing(/cannot be reached/, 3)],
  ['write_unavailable', failing(/503/)],
  ['write_reset', failing(/cannot be reached.*may have been done/)],
  ['write_limited_once', { text: /"tries":2/, tries: 2, structured: { tries: 2 } }],
  ['write_see_other', { text: /"method":"GET"/, tries: 2, structured: expect.objectContaining({ method: 'GET' }) }],
  ['write_moved', { text: /"method":"POST"/, tries: 2, structured: expect.objectContaining({ method: 'POST' }) }],
];

import { fault, type Packed, type PublishFinding, type Subject } from './subject.ts';

/** Files that are a person's or a machine's own. */
const PRIVATE =
  /(?:^|\/)(?:\.env(?:\.(?!example$|sample$|template$)[^/]*)?|claude_desktop_config\.json[^/]*|\.npmrc|\.pypirc|\.netrc|id_(?:rsa|ecdsa|ed25519)|[^/]+\.(?:pem|p12|pfx|key))$/i;
/** The beginnings that services give to theirs, and keys as they are written into files. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/, 'a private key'],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{40,})/, 'a token of GitHub'],
  [/\bnpm_[A-Za-z0-9]{36}\b/, 'a token of npm'],
  [/\bpypi-[A-Za-z0-9_-]{50,}/, 'a token of PyPI'],
  [/\bsk-(?:ant-|proj-)[\w-]{30,}/, 'a key of a model’s provider'],
  [/\bxox[abeprs]-[\w-]{20,}/, 'a token of Slack'],
  [/\bAKIA(?!IOSFODNN7EXAMPLE)[0-9A-Z]{16}\b/, 'a key of AWS'],
  [/\bglpat-[\w-]{20,}/, 'a token of GitLab'],
];

/** What must not leave the machine, in what would be published. It is named, and never shown. */
export function secretFindings({ packed = [], bundle = [] }: Subject): PublishFinding[] {
  const files = new Map<string, Packed>([...packed, ...bundle].map((file) => [file.path, file]));
  return [...files.values()].flatMap(({ path, text = '' }): PublishFinding[] => {
    if (PRIVATE.test(path)) {
      const fix = 'Leave it out: name in "files" (or .mcpbignore) only what belongs into the package.';
      return [fault('secret-file', path, 'is a file of your own, and would be published.', fix)];
    }
    const found = SECRETS.find(([pattern]) => pattern.test(text))?.[1];
    if (found === undefined) return [];
    const fix = 'Take it out, read it from the environment, and call it back: it may be in the history, too.';
    return [fault('secret', path, `holds ${found}, and would be published.`, fix)];
  });
}

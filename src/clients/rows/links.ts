import type { Link } from './client.ts';

/** Links by which applications install a server. */

const base64 = (entry: unknown): string => encodeURIComponent(Buffer.from(JSON.stringify(entry)).toString('base64'));
const percent = (value: unknown): string => encodeURIComponent(JSON.stringify(value));

/** `…?name=N&config=C` */
const asQuery =
  (address: string, encode: (entry: unknown) => string): Link =>
  (name, entry) =>
    `${address}?name=${encodeURIComponent(name)}&config=${encode(entry)}`;

/** cursor.com/docs/mcp/install-links */
export const cursorLink = asQuery('cursor://anysphere.cursor-deeplink/mcp/install', base64);
export const cursorButton = {
  image: 'https://cursor.com/deeplink/mcp-install-dark.svg',
  link: asQuery('https://cursor.com/en/install-mcp', base64),
};

/** lmstudio.ai/docs/app/mcp/deeplink */
export const lmStudioLink = asQuery('lmstudio://add_mcp', base64);
export const lmStudioButton = {
  image: 'https://files.lmstudio.ai/deeplink/mcp-install-light.svg',
  link: asQuery('https://lmstudio.ai/install-mcp', base64),
};

/** kiro.dev/docs/mcp/share */
export const kiroLink = asQuery('https://kiro.dev/launch/mcp/add', percent);
export const kiroButton = { image: 'https://kiro.dev/images/add-to-kiro.svg', link: kiroLink };

/** code.visualstudio.com/docs/agents/reference/mcp-configuration; other schemes for its siblings. */
export const vscodeLink =
  (scheme: string): Link =>
  (name, entry, companions) => {
    const inputs = companions.map(({ value }) => value);
    return `${scheme}mcp/install?${percent({ name, ...(entry as object), ...(inputs.length > 0 && { inputs }) })}`;
  };

/** The redirect that the READMEs of Microsoft's own servers use. */
export const vscodeButton = (label: string, colour: string, more: string): { image: string; link: Link } => ({
  image: `https://img.shields.io/badge/${label}-Install-${colour}?logo=visualstudiocode&logoColor=white`,
  link: (name, entry, companions) => {
    const inputs = companions.map(({ value }) => value);
    const link = asQuery('https://vscode.dev/redirect/mcp/install', percent)(name, entry, companions);
    return `${link}${inputs.length > 0 ? `&inputs=${percent(inputs)}` : ''}${more}`;
  },
});

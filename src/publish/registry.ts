import { isVersion } from '../base/semver.ts';
import { counted } from '../base/text.ts';
import {
  fault,
  isText,
  type Members,
  objectAt,
  objectsAt,
  type PublishFinding,
  type Subject,
  textAt,
} from './subject.ts';

const FILE = 'server.json';
const SCHEMA = 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json';
const NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?\/[a-zA-Z0-9](?:[a-zA-Z0-9._-]*[a-zA-Z0-9])?$/;
const LONGEST_NAME = 200;
const LONGEST_DESCRIPTION = 100;
const REMOTES = ['streamable-http', 'sse'];

/** What the MCP registry refuses. */
export function registryFindings(subject: Subject): PublishFinding[] {
  const { server } = subject;
  if (server === undefined) return [];
  return [
    ...schemaFindings(server),
    ...nameFindings(server, subject),
    ...packageFindings(server, subject),
    ...objectsAt(server, 'remotes').flatMap(remoteFindings),
  ];
}

function schemaFindings(server: Members): PublishFinding[] {
  const found: PublishFinding[] = [];
  if (server.$schema !== SCHEMA)
    found.push(fault('registry-schema', FILE, 'is not of the current schema.', `Set "$schema" to ${SCHEMA}.`));
  const description = textAt(server, 'description');
  if (description === '' || description.length > LONGEST_DESCRIPTION) {
    const what = `has a description of ${counted(description.length, 'character')}; the registry takes 1 to ${LONGEST_DESCRIPTION}.`;
    found.push(fault('registry-description', FILE, what, 'Say in one short sentence what the server is for.'));
  }
  const version = textAt(server, 'version');
  if (!isVersion(version))
    found.push(fault('registry-version', FILE, 'has no exact version.', 'Give the version of the package: "1.2.3"'));
  if (objectsAt(server, 'packages').length + objectsAt(server, 'remotes').length === 0)
    found.push(fault('registry-packages', FILE, 'names neither a package nor an address.', 'Add "packages".'));
  return found;
}

function nameFindings(server: Members, { npm, python, readme }: Subject): PublishFinding[] {
  const name = textAt(server, 'name');
  if (!NAME.test(name) || name.length > LONGEST_NAME) {
    const fix = 'Call it by an address of yours, turned round, and the server: io.github.ada/weather';
    return [
      fault('registry-name', FILE, `has the name ${JSON.stringify(name)}, which the registry does not take.`, fix),
    ];
  }
  const [, owner = ''] = /^io\.github\.([^/]+)\//.exec(name) ?? [];
  if (owner === 'OWNER') {
    const where = npm === undefined ? 'README.md (mcp-name)' : 'package.json (mcpName)';
    const fix = `Put the name of your account on GitHub in its place, there and in ${where}.`;
    return [fault('registry-owner', FILE, 'still has OWNER in its name.', fix)];
  }
  return [...ownerFindings(owner, name, server), ...proofFindings(name, { npm, python, readme })];
}

/** The namespace is proved by a login to GitHub, and compared letter by letter. */
function ownerFindings(owner: string, name: string, server: Members): PublishFinding[] {
  const address = textAt(objectAt(server, 'repository'), 'url');
  const [, kept = ''] = /^https:\/\/github\.com\/([^/]+)\//.exec(address) ?? [];
  if (owner === '' || kept === '' || owner === kept || owner.toLowerCase() !== kept.toLowerCase()) return [];
  const fix = `Write it as GitHub does, here and where the package says it: ${name.replace(owner, kept)}`;
  return [fault('registry-name-case', FILE, `is of ${owner}, and the repository of ${kept}.`, fix)];
}

/** The package must say itself which server it is. */
function proofFindings(name: string, { npm, python, readme }: Pick<Subject, 'npm' | 'python' | 'readme'>) {
  const found: PublishFinding[] = [];
  const said = textAt(npm, 'mcpName');
  if (npm !== undefined && said !== name) {
    const isCase = said.toLowerCase() === name.toLowerCase();
    const what = said === '' ? 'has no "mcpName".' : `has the mcpName ${said}${isCase ? ', in other letters' : ''}.`;
    found.push(fault(isCase ? 'mcp-name-case' : 'mcp-name', 'package.json', what, `Set "mcpName" to ${name}.`));
  }
  if (python !== undefined) {
    const [, marked = ''] = /mcp-name:\s*([^\s<>]+)/.exec(readme) ?? [];
    const isCase = marked !== name && marked.toLowerCase() === name.toLowerCase();
    const what = marked === '' ? 'does not say which server of the registry it is.' : `says mcp-name: ${marked}.`;
    const fix = `Add this line: <!-- mcp-name: ${name} -->`;
    if (marked !== name) found.push(fault(isCase ? 'mcp-name-case' : 'mcp-name', 'README.md', what, fix));
  }
  return found;
}

function packageFindings(server: Members, { npm, python }: Subject): PublishFinding[] {
  return objectsAt(server, 'packages').flatMap((one): PublishFinding[] => {
    const type = textAt(one, 'registryType');
    const own = type === 'npm' ? textAt(npm, 'name') : type === 'pypi' ? textAt(python, 'name') : '';
    const identifier = textAt(one, 'identifier');
    const found: PublishFinding[] = [];
    if (own !== '' && identifier !== own) {
      const what = `names the package ${identifier || '""'}, and it is ${own}.`;
      found.push(fault('registry-package', FILE, what, `Set its "identifier" to ${own}.`));
    }
    if (type === 'mcpb' && !isText(one.fileSha256))
      found.push(fault('registry-hash', FILE, 'names an MCPB without its hash.', 'Add its SHA-256 as "fileSha256".'));
    const secrets = objectsAt(one, 'environmentVariables').filter(
      ({ name, isSecret }) => isText(name) && isSensitive(name) && isSecret !== true,
    );
    for (const { name } of secrets)
      found.push(fault('registry-secret', FILE, `does not call ${name} a secret.`, 'Say "isSecret": true.'));
    return found;
  });
}

/** Directories want a login that users can take back, not a key that is passed on. */
function remoteFindings(remote: Members): PublishFinding[] {
  if (!REMOTES.includes(textAt(remote, 'type'))) return [];
  const header = objectsAt(remote, 'headers').find(({ name }) => isText(name) && /^authorization$/i.test(name));
  if (header === undefined) return [];
  const fix = 'Offer OAuth (the specification, "Authorization"), and take the header out.';
  return [fault('remote-auth', FILE, 'wants a fixed token in a header.', fix)];
}

/** Names under which values are kept that nobody else should see. */
export const isSensitive = (name: string): boolean =>
  /token|secret|passw|api_?-?key|access_?-?key|private_?-?key|credential|connection_?string|dsn|(?:database|redis|mongo\w*|amqp)_ur[il]/i.test(
    name,
  );

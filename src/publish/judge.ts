import { definitionFindings } from './definitions.ts';
import { mcpbFindings } from './mcpb.ts';
import { npmFindings } from './npm.ts';
import { pypiFindings } from './pypi.ts';
import { registryFindings } from './registry.ts';
import { secretFindings } from './secrets.ts';
import { fault, objectsAt, type PublishFinding, type Subject, textAt } from './subject.ts';

/** All that registries and directories would refuse of a project; what is only advised comes last. */
export function publishFindings(subject: Subject): PublishFinding[] {
  const found = [
    ...definitionFindings(subject),
    ...npmFindings(subject),
    ...pypiFindings(subject),
    ...registryFindings(subject),
    ...mcpbFindings(subject),
    ...stepFindings(subject),
    ...secretFindings(subject),
  ];
  return [...found.filter(({ level }) => level === 'fault'), ...found.filter(({ level }) => level === 'advice')];
}

/** One version everywhere: the package's. */
function stepFindings({ npm, python, server, manifest }: Subject): PublishFinding[] {
  const version = textAt(npm ?? python, 'version');
  if (version === '') return [];
  const own = npm === undefined ? 'pyproject.toml' : 'package.json';
  const others: (readonly [string, string])[] = [
    ...(server === undefined ? [] : [['server.json', textAt(server, 'version')] as const]),
    ...objectsAt(server, 'packages')
      .filter(({ registryType }) => registryType === 'npm' || registryType === 'pypi')
      .map((one) => ['server.json (packages)', textAt(one, 'version')] as const),
    ...(manifest === undefined ? [] : [['manifest.json', textAt(manifest, 'version')] as const]),
  ];
  return others
    .filter(([, other]) => other !== version)
    .map(([where, other]) =>
      fault(
        'version-step',
        where,
        `is of version ${other || '–'}, and ${own} of ${version}.`,
        'Bring it in step: create-mcp-mason publish --fix',
      ),
    );
}

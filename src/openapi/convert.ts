import { type CliError, messageOf, usageError } from '../base/errors.ts';
import { printable, show } from '../base/text.ts';
import { Description, type Node, versionOf } from './description.ts';

/**
 * A description in terms of OpenAPI 3; one of Swagger 2.0 is converted.
 *
 * @param where for messages
 * @throws CliError (usage) `openapi-version`, `openapi-broken`
 */
export async function asVersion3(description: Description, where: string): Promise<Description> {
  const version = versionOf(description.root) ?? '3.1.0';
  if (/^3(\.|$)/.test(version)) return description;
  if (!/^2(\.|$)/.test(version)) throw unknownVersion(where, version);
  const { upgradeFromTwoToThree } = await import('@scalar/openapi-upgrader/2.0-to-3.0');
  try {
    // It changes what it is given.
    const copy = structuredClone({ ...description.root, swagger: '2.0' }) as Node;
    return new Description(upgradeFromTwoToThree(copy) as Node, description.files);
  } catch (error) {
    throw usageError('openapi-broken', `${show(where)} cannot be converted: ${printable(messageOf(error))}`, {
      hint: 'It does not keep to Swagger 2.0. Mend it, or give a description in OpenAPI 3.',
      cause: error,
    });
  }
}

const unknownVersion = (where: string, version: string): CliError =>
  usageError('openapi-version', `${show(where)} is of version ${show(version)}, which is not known.`, {
    hint: 'OpenAPI 3.0, 3.1 and 3.2 are, and Swagger 2.0.',
  });

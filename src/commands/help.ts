import { helpText } from '../answers/help.ts';
import { CLIENTS, isWritable } from '../clients/registry.ts';

/** The text of `--help` without a command. */
export const createHelp = (version: string): string =>
  helpText({ version, clients: CLIENTS.filter(isWritable).map(({ id, title }) => ({ id, title, hint: '' })) });

import { helpText } from '../answers/help.ts';
import { CLIENTS } from '../clients/registry.ts';

/** The text of `--help` without a command. */
export const createHelp = (version: string): string =>
  helpText({ version, clients: CLIENTS.map(({ id, title }) => ({ id, title, hint: '' })) });

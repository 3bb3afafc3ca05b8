import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { descriptionAt } from '../../support/openapi/api.ts';
import { Workshop } from '../create-support.ts';

export const PETS = readFileSync(descriptionAt('pets.yaml'), 'utf8');
export const QUIET = ['--yes', '--no-install', '--no-git', '--no-check'];
export const LANGUAGES = [
  { language: 'typescript', data: 'src/api/operations.json', server: 'src/server.ts' },
  { language: 'python', data: 'src/p/api/operations.json', server: 'src/p/server.py' },
];

/** Where a project is made from `pets.yaml` beside it. */
export class Site extends Workshop {
  readonly dir = join(this.cwd, 'p');
  constructor(text = PETS) {
    super();
    this.file('pets.yaml', text);
  }

  /** One with a tool to start from, and no API yet. */
  static async small(language: string): Promise<Site> {
    const site = new Site();
    await site.json('p', ...QUIET, '--language', language, '--preset', 'minimal');
    return site;
  }

  create(...flags: readonly string[]) {
    return this.json('p', ...QUIET, '--from-openapi', 'pets.yaml', ...flags);
  }

  add(...flags: readonly string[]) {
    return this.json('add', 'openapi', ...flags, '--dir', this.dir);
  }

  read(path: string): string {
    return readFileSync(join(this.dir, path), 'utf8');
  }

  write(path: string, change: (text: string) => string): void {
    writeFileSync(join(this.dir, path), change(this.read(path)));
  }
}

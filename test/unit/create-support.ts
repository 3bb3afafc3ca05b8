import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { Answers, ProjectAnswers } from '../../src/base/answers.ts';
import { main } from '../../src/cli.ts';
import { VERSION } from '../../src/generated/catalog.ts';
import { recordOf } from '../../src/plan/record.ts';
import { type FakeContext, fakeContext, fakeEnv } from '../support/env.ts';
import { ANSWERS } from '../support/fixture.ts';
import { readReport } from '../support/report.ts';
import { tempDir } from '../support/temp.ts';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder to work in, another as home, and commands of our own before those of the machine. */
export class Workshop {
  readonly cwd = tempDir();
  readonly home = tempDir();
  readonly #bin = tempDir();
  readonly controller = new AbortController();
  /** Variables of the environment besides those that every run has. */
  vars: Readonly<Record<string, string>> = {};

  /** @param path the search path besides our own commands */
  constructor(readonly path = process.env.PATH ?? '') {}

  /** Puts a shell script on the search path. */
  command(name: string, script: string): this {
    const path = join(this.#bin, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return this;
  }

  /** An npm that installs nothing and builds a server that says nothing. */
  fakeNpm(): this {
    return this.command(
      'npm',
      `echo "$@" >> npm.log
       case "$1" in
         install) mkdir -p node_modules && echo '{}' > package-lock.json ;;
         run) mkdir -p dist && echo 'process.exit(3)' > dist/main.mjs ;;
       esac`,
    );
  }

  file(path: string, text = ''): string {
    const full = join(this.cwd, path);
    mkdirSync(join(full, '..'), { recursive: true });
    writeFileSync(full, text);
    return full;
  }

  /** The record of a project of this version of which all files were deleted but that. */
  record(answers: Partial<ProjectAnswers> = {}): string {
    const record = recordOf({ ...ANSWERS, ...answers }, [{ path: 'gone.ts', text: '' }], VERSION);
    return dirname(this.file(`project/${record.path}`, record.text));
  }

  context(): FakeContext {
    const vars = {
      PATH: `${this.#bin}${delimiter}${this.path}`,
      HOME: this.home,
      GIT_CONFIG_GLOBAL: join(this.home, '.gitconfig'),
      GIT_CONFIG_NOSYSTEM: '1',
      ...this.vars,
    };
    const env = fakeEnv({
      cwd: this.cwd,
      home: this.home,
      nodePath: process.execPath,
      nodeVersion: process.versions.node,
      vars,
    });
    return fakeContext({ env, signal: this.controller.signal, version: '1.2.3' });
  }

  async run(...argv: readonly string[]): Promise<Outcome> {
    const context = this.context();
    const code = await main(argv, context);
    return { code, stdout: context.stdout.text, stderr: context.stderr.text };
  }

  async json(...argv: readonly string[]): Promise<{ code: number; value: JsonReport }> {
    const { code, stdout } = await this.run(...argv, '--json');
    return { code, value: readReport(stdout) as unknown as JsonReport };
  }
}

/** What `--json` prints. */
export interface JsonReport {
  readonly ok: boolean;
  readonly code?: string;
  readonly message?: string;
  readonly hint?: string | null;
  readonly missing?: readonly string[];
  readonly exit?: number;
  readonly version: string;
  readonly project: { readonly name: string; readonly dir: string };
  readonly answers: Answers;
  readonly files: readonly { readonly path: string; readonly action: string; readonly bytes: number }[];
  readonly steps: readonly { readonly name: string; readonly ok: boolean; readonly ms: number }[];
  readonly check: unknown;
  readonly clients: readonly { readonly client: string; readonly path: string; readonly action: string }[];
  readonly commands?: readonly string[];
  readonly notes?: readonly string[];
  readonly next: readonly string[];
  readonly replay: string;
}

import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { Child, childEnv } from '../support/child.ts';
import { pythonTools } from '../support/python.ts';
import { flagsOf, placeIn } from '../support/store-bridge.ts';
import { dump, expectSame, fill } from '../support/store-entries.ts';
import { useCopy } from '../support/use-made.ts';

const ROWS = [
  { language: 'typescript', mine: 'src/server.ts', comment: '// mine' },
  { language: 'python', mine: 'src/moving/server.py', comment: '# mine' },
] as const;

describe.each(ROWS)('migrate in $language', ({ language, mine, comment }) => {
  const project = useCopy({ name: 'moving', language, flags: flagsOf({ storage: 'sqlite' }) });

  const migrate = async (...flags: readonly string[]) => {
    const path = language === 'python' ? [(await pythonTools()).bin] : [];
    const own = { npm_config_prefer_offline: 'true', XDG_STATE_HOME: join(project.dir, 'state') };
    const args = [inject('bin'), 'migrate', project.dir, '--to', 'file', '--json', ...flags];
    const { code, stdout, stderr } = await new Child(process.execPath, args, { cwd: '/', env: childEnv(own, path) })
      .finished;
    return { code, stderr, report: JSON.parse(stdout) };
  };
  const record = () => JSON.parse(readFileSync(join(project.dir, '.mcp-mason.json'), 'utf8'));

  it('moves the data, then the project with what its owner has edited, and proves the server', async () => {
    // It starts the project that this one is a copy of.
    rmSync(join(project.dir, 'claude_desktop_config.json'), { force: true });
    const place = placeIn(project.dir, language, {});
    await fill(place, 20);
    const originals = await dump(place);
    appendFileSync(join(project.dir, mine), `${comment}\n`);
    writeFileSync(join(project.dir, 'NOTES.md'), 'mine\n');

    const rehearsed = await migrate('--dry-run');
    expect(rehearsed, rehearsed.stderr).toMatchObject({ code: 0, report: { switched: false, entries: { copied: 0 } } });
    expect(record().answers.storage).toBe('sqlite');

    const moved = await migrate();
    expect(moved, moved.stderr).toMatchObject({
      code: 0,
      report: {
        ok: true,
        switched: true,
        conflicts: 0,
        entries: { total: originals.length, copied: originals.length },
      },
    });
    expect(record().answers.storage).toBe('file');
    expect(readFileSync(join(project.dir, mine), 'utf8')).toContain(comment);
    expect(readFileSync(join(project.dir, 'NOTES.md'), 'utf8')).toBe('mine\n');
    expectSame(await dump(place), originals);

    const again = await migrate();
    expect(again).toMatchObject({ code: 2, report: { code: 'same-backend' } });
  });
});

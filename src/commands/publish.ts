import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../base/context.ts';
import { targetOf } from '../base/paths.ts';
import { checkServer } from '../probe/check.ts';
import type { Offer } from '../probe/offer.ts';
import { shownWithout } from '../probe/shown.ts';
import type { CheckReport } from '../probe/steps.ts';
import { hiddenOf } from '../probe/target.ts';
import { publishFindings } from '../publish/judge.ts';
import {
  advice,
  fault,
  isText,
  objectAt,
  type Packed,
  type PublishFinding,
  type Subject,
  textAt,
} from '../publish/subject.ts';
import { plainProgress } from '../report/progress.ts';
import { publishReport } from '../report/publish.ts';
import type { Report } from '../report/report.ts';
import { readDotEnv } from './dotenv.ts';
import { startAlone } from './publish-alone.ts';
import { filesOf } from './publish-files.ts';
import { recoverProject } from './recover-project.ts';
import { chooseTarget } from './targets.ts';

export interface PublishArgs {
  readonly dir?: string | undefined;
  /** Advice counts as a fault. */
  readonly strict?: boolean;
  /** Bring versions and the list of tools in step. */
  readonly fix?: boolean;
  readonly json?: boolean;
}

/** Clients give up on a server that is not there by then. */
const SLOW_MS = 10_000;

/**
 * Says what registries and directories would refuse of a project, and with which commands it is published. It publishes
 * nothing. The server is started as `check` does, and once more from a copy of what would be published.
 *
 * @throws {CliError} exit 2 where there is no project; 1 when it is not built, or a manifest cannot be read; 130
 */
export async function runPublish(args: PublishArgs, context: Context): Promise<Report> {
  const { env, signal, version } = context;
  const dir = targetOf(args.dir ?? '.', env);
  await recoverProject(dir, context);
  const { title, name = title, targets } = await chooseTarget({ dir: args.dir }, [], env, 'publish');
  const [target] = targets;
  if (target === undefined) throw new Error(`${dir} has no server.`);
  const progress = args.json ? undefined : plainProgress(context);

  const asking = progress?.start('Asking the server what it offers');
  let offer: Offer | undefined;
  const judge = (seen: Offer) => {
    offer = seen;
    return { name: 'offer', ok: true, detail: '', findings: [] };
  };
  const check = await checkServer(target, { env, signal, version, judges: [judge] });
  if (check.ok) asking?.done('The server answers');
  else asking?.failed('The server does not answer as a client expects');

  const looking = progress?.start('Looking at what would be published');
  let files = await filesOf(dir, context);
  let fixed: readonly string[] = [];
  if (args.fix) {
    const { fixProject } = await import('./publish-fix.ts');
    fixed = fixProject(dir, files, offer);
    files = await filesOf(dir, context);
  }
  const subject: Subject = { ...files, offer, name };
  const alone =
    check.ok && target.transport === 'stdio'
      ? await startAlone(dir, subject, { ...asked(subject, env.vars), ...readDotEnv(dir), ...target.env }, context)
      : { findings: [], ...(target.transport !== 'stdio' && { note: 'Over HTTP it was not started from a copy.' }) };
  looking?.done('Looked at what would be published');

  const shown = shownWithout(hiddenOf(target));
  const findings = [...serverFindings(check), ...publishFindings(subject), ...alone.findings];
  return publishReport(
    {
      version,
      project: { name: title, dir },
      strict: args.strict === true,
      findings: inOrder(findings).map((one) => ({
        ...one,
        where: shown(one.where),
        what: shown(one.what),
        fix: shown(one.fix),
      })),
      sizes: { package: sizeOf(subject.packed), bundle: sizeOf(subject.bundle) },
      fixed,
      notes: [
        ...(alone.note === undefined ? [] : [alone.note]),
        ...(subject.packed === undefined ? ['What npm would pack is not known: npm is not here, or failed.'] : []),
      ],
      next: commandsOf(dir, subject),
    },
    context,
  );
}

/** Of a person's environment, what the bundle would ask them for. */
function asked({ manifest }: Subject, vars: Context['env']['vars']): Record<string, string> {
  const names = Object.keys(objectAt(manifest, 'user_config'));
  return Object.fromEntries(names.flatMap((name) => (isText(vars[name]) ? [[name, vars[name]]] : [])));
}

function serverFindings({ steps }: CheckReport): PublishFinding[] {
  const fix = 'See create-mcp-mason check.';
  // The first start of all may be that of a cold disk.
  const starts = steps.filter(({ name }) => name.startsWith('handshake')).map(({ ms }) => ms);
  const quickest = Math.min(...starts);
  return [
    ...steps
      .filter(({ ok }) => !ok)
      .map(({ name, detail }) => fault(`server-${name}`, 'the server', `fails at ${name}: ${detail}`, fix)),
    ...(!(quickest > SLOW_MS) || starts.length === 0
      ? []
      : [
          advice(
            'server-slow',
            'the server',
            `takes ${Math.round(quickest / 1000)} s to start.`,
            'Load later what it does not need at once.',
          ),
        ]),
  ];
}

const inOrder = (findings: readonly PublishFinding[]): PublishFinding[] => [
  ...findings.filter(({ level }) => level === 'fault'),
  ...findings.filter(({ level }) => level === 'advice'),
];

const sizeOf = (files: readonly Packed[] | undefined) =>
  files === undefined ? null : { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };

/** What publishes it, for a person to run. */
function commandsOf(dir: string, { npm, python, server, manifest }: Subject): string[] {
  const version = textAt(npm ?? python, 'version');
  if (existsSync(join(dir, '.github', 'workflows', 'publish.yml')))
    return [`git tag v${version}`, `git push origin v${version}   # .github/workflows/publish.yml does the rest`];
  const bundle = objectAt(npm, 'scripts')['bundle:mcpb'];
  return [
    ...(npm === undefined ? [] : ['npm publish --access public']),
    ...(python === undefined ? [] : ['uv build', 'uv publish']),
    ...(server === undefined ? [] : ['mcp-publisher login github', 'mcp-publisher publish']),
    ...(manifest === undefined
      ? []
      : [isText(bundle) ? 'npm run bundle:mcpb' : `npx @anthropic-ai/mcpb pack . ${textAt(manifest, 'name')}.mcpb`]),
  ];
}

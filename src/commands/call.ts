import type { Context } from '../base/context.ts';
import { type CliError, usageError } from '../base/errors.ts';
import { targetOf } from '../base/paths.ts';
import { listOf, nearest, show } from '../base/text.ts';
import type { Era } from '../probe/eras.ts';
import { readLists } from '../probe/lists.ts';
import type { Result } from '../probe/rpc.ts';
import { type Session, withSession } from '../probe/session.ts';
import { type CallOutcome, callReport } from '../report/call.ts';
import { lines, type Report } from '../report/report.ts';
import { argumentsFrom, withArguments } from './call-arguments.ts';
import { answersFrom, openAsk, Questions } from './call-questions.ts';
import { recoverProject } from './recover-project.ts';
import { chooseTarget, type TargetFlags } from './targets.ts';

export interface CallFlags extends TargetFlags {
  /** The address of a resource to read. */
  readonly read?: string;
  /** The name of a prompt to get. */
  readonly prompt?: string;
  /** `key=value`, beside JSON. */
  readonly arg?: readonly string[];
  /** `key=value` for what the server asks. */
  readonly answer?: readonly string[];
  readonly era?: string;
  /** Seconds. */
  readonly timeout?: string;
  readonly json?: boolean;
}

export interface CallArgs {
  /** The tool and its arguments; with `--prompt`, the arguments alone. */
  readonly words: readonly (string | undefined)[];
  /** The command line of any server, after `--`. */
  readonly command: readonly string[];
  readonly flags: CallFlags;
}

/** What is wanted of the server. */
type Wish =
  | { readonly action: 'list' }
  | { readonly action: 'call' | 'prompt'; readonly target: string; readonly given: Result }
  | { readonly action: 'read'; readonly target: string };

/**
 * Calls a tool, reads a resource, gets a prompt, or lists what a server offers.
 *
 * @throws {CliError} exit 2 for wrong flags, arguments that are no JSON, an unknown tool or prompt; 1 when the server fails; 130
 */
export async function runCall({ words, command, flags }: CallArgs, context: Context): Promise<Report> {
  const { env, signal, version } = context;
  const json = flags.json === true;
  const limits = { request: secondsOf(flags), exit: EXIT_MS };
  const era = eraOf(flags);
  const wish = await wishOf(words, flags, context);
  const tell = (text: string): unknown => json || context.stderr.write(`${text}\n`);
  const questions = new Questions(answersFrom(flags.answer), openAsk(context, json), tell);
  if (command.length === 0) await recoverProject(targetOf(flags.dir ?? '.', env), context);
  const server = await chooseTarget(flags, command, env, 'call');
  const [target] = server.targets;
  if (target === undefined) throw new Error(`${server.title} has no transport.`);
  const options = { env, signal, version, era, host: questions, limits };
  const outcome = await withSession(target, options, async (session): Promise<CallOutcome> => {
    const result = await carryOut(wish, flags, session);
    const { greeting, shown } = session;
    const transport = target.transport === 'stdio' ? 'stdio' : 'http';
    const subject = wish.action === 'list' ? null : wish.target;
    return {
      version,
      title: server.title,
      greeting,
      transport,
      action: wish.action,
      target: subject,
      result,
      questions: questions.asked,
      shown,
    };
  });
  const report = callReport(outcome, context);
  const unused = questions.unused.map((key) => `Nobody asked for --answer ${show(key)}.`);
  return { ...report, text: [...report.text, lines('stderr', ...unused)] };
}

/** A server that is slow to go should not keep anybody who has the answer. */
const EXIT_MS = 2000;
const DEFAULT_SECONDS = 300;
const MOST_SECONDS = 86_400;

function secondsOf({ timeout }: CallFlags): number {
  const seconds = timeout === undefined ? DEFAULT_SECONDS : Number(timeout);
  if (seconds > 0 && seconds <= MOST_SECONDS) return seconds * 1000;
  throw usageError(
    'invalid-timeout',
    `--timeout ${show(timeout ?? '')} is no number of seconds from 1 to ${MOST_SECONDS}.`,
  );
}

function eraOf({ era }: CallFlags): Era | undefined {
  if (era === undefined || era === '2025' || era === '2026') return era;
  throw usageError('invalid-era', `There is no era ${show(era)}.`, { hint: 'It is 2026 or 2025.' });
}

async function wishOf([first, second]: CallArgs['words'], flags: CallFlags, context: Context): Promise<Wish> {
  const { read, prompt, arg = [] } = flags;
  const clash = [
    [read !== undefined && prompt !== undefined, '--read and --prompt'],
    [read !== undefined && (first !== undefined || arg.length > 0), '--read and a tool or arguments'],
    [prompt !== undefined && second !== undefined, '--prompt and a tool'],
    [first === undefined && prompt === undefined && arg.length > 0, '--arg and no tool'],
  ].find(([wrong]) => wrong)?.[1];
  if (clash !== undefined) throw usageError('contradictory-flags', `These do not go together: ${clash}.`);
  if (read !== undefined) return { action: 'read', target: read };
  if (prompt !== undefined) return { action: 'prompt', target: prompt, given: await argumentsFrom(first, context) };
  if (first === undefined) return { action: 'list' };
  return { action: 'call', target: first, given: await argumentsFrom(second, context) };
}

/** Marks the notifications of progress that belong to a call. */
const PROGRESS = { _meta: { progressToken: 'call' } };

async function carryOut(wish: Wish, { arg }: CallFlags, session: Session): Promise<Result> {
  if (wish.action === 'read') return session.ask('resources/read', { uri: wish.target });
  const lists = await readLists(session);
  if (wish.action === 'list') {
    const failed = Object.values(lists).find(({ error }) => error !== undefined);
    if (failed?.error !== undefined) throw failed.error;
    const { tools, resources, templates, prompts } = lists;
    return { tools: tools.items, resources: resources.items, templates: templates.items, prompts: prompts.items };
  }
  const { target: name, given } = wish;
  const list = wish.action === 'call' ? lists.tools : lists.prompts;
  if (list.error !== undefined) throw list.error;
  const found = list.items.find((item) => item.name === name);
  if (found === undefined)
    throw unknown(
      wish.action,
      name,
      list.items.map((item) => String(item.name)),
    );
  if (wish.action === 'prompt')
    return session.ask('prompts/get', { name, arguments: withArguments(given, arg), ...PROGRESS });
  const args = withArguments(given, arg, found.inputSchema ?? {});
  return session.ask('tools/call', { name, arguments: args, ...PROGRESS });
}

const MOST_NAMES = 20;

function unknown(action: 'call' | 'prompt', name: string, names: readonly string[]): CliError {
  const kind = action === 'call' ? 'tool' : 'prompt';
  const similar = nearest(name, names);
  const known = names.slice(0, MOST_NAMES).map((one) => show(one));
  const all =
    known.length === 0
      ? `The server has no ${kind}s.`
      : `It has ${listOf(known, 'and')}${names.length > MOST_NAMES ? ' and more' : ''}.`;
  const address = name.includes('://') ? `To read a resource: create-mcp-mason call --read ${show(name)}` : undefined;
  return usageError(`unknown-${kind}`, `The server has no ${kind} ${show(name)}.`, {
    hint: address ?? (similar === undefined ? all : `Did you mean ${show(similar)}?`),
  });
}

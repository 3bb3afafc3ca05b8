import { type Driver, StdioDriver } from './driver.ts';
import { HttpDriver, RemoteDriver } from './driver-http.ts';
import type { Endpoint } from './http.ts';
import { type Command, hiddenIn } from './process.ts';
import { secretsIn, secretsInWords } from './shown.ts';
import type { Wire } from './stdio.ts';

/** A server that is started here, or one that runs somewhere and has an address. */
export type Target = StartedTarget | RemoteTarget;

interface StartedTarget extends Command {
  readonly transport: 'stdio' | 'http';
  /** Over HTTP. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface RemoteTarget extends Endpoint {
  readonly transport: 'remote';
}

/** What it is spoken to over. */
export const transportOf = ({ transport }: Target): 'stdio' | 'http' => (transport === 'stdio' ? 'stdio' : 'http');

/** Texts that must not be shown. */
export function hiddenOf(target: Target): readonly string[] {
  // `Bearer …`: the word in front is no secret.
  const headers = secretsIn(target.headers ?? {}).map((value) => value.replace(/^\w+ /, ''));
  return [...headers, ...(target.transport === 'remote' ? secretsInWords([target.url]) : hiddenIn(target))];
}

export function driverFor(target: Target, wire: Wire): Driver {
  if (target.transport === 'remote') return new RemoteDriver(target, wire);
  return target.transport === 'stdio' ? new StdioDriver(target, wire) : new HttpDriver(target, wire);
}

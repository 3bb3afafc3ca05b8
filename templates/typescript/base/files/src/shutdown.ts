import type { App } from './app.js';

/** A transport that is being served. */
export interface Listener {
  /** Settles when the other side has gone; never for a transport that waits for further clients. */
  readonly ended: Promise<void>;
  /** Stops taking work and lets running calls finish for a moment. */
  close(): Promise<void>;
}

/** Closes the transport, then the store, once: on a signal, or when the client has hung up. */
export function shutDownOn(signals: readonly NodeJS.Signals[], app: App, listener: Listener): void {
  let stopping = false;
  const stop = async (why: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    app.log.info('stopping', { why });
    setTimeout(() => process.exit(1), app.config.SHUTDOWN_TIMEOUT_MS).unref();
    try {
      await listener.close();
      await app.close();
      process.exitCode = 0;
    } catch (error) {
      app.log.error('shutdown failed', { error });
      process.exitCode = 1;
    }
    process.exit();
  };
  for (const signal of signals) process.once(signal, () => void stop(signal));
  void listener.ended.then(() => stop('the client closed the connection'));
}

import { ShakedownError } from '../../model/error.ts';
import type { FromChild, ToChild } from './messages.ts';
import { endChild, type OwnChild, spawnOwn } from './spawn.ts';

const restartDelayMs = 300;
const endGraceMs = 3000;
/** Longer than an instance takes to be taken out of the balancer and to finish. */
const leaveGraceMs = 10_000;

export interface ManagedChild {
  readonly name: string;
  pid(): number;
  /** Where it listens, once started. */
  port(): number;
  adminPort(): number;
  send(message: ToChild): void;
  /** Kills it; its replacement has this added to its environment, and the one after that has not. */
  relaunch(environment: Record<string, string>): void;
  /** Ends it for good. */
  end(): Promise<void>;
  /** Lets it finish what it was asked, and ends it for good. */
  leave(): Promise<void>;
}

/**
 * Spawns a process now, so that it loads while other things start, and hands it its configuration when `configure` is called.
 * Once started it is replaced, on the same port, whenever it dies.
 */
export function manageChild<Config extends { port: number }>(
  name: string,
  program: readonly string[],
  onReplaced: () => void,
) {
  let current = spawnOwn(program);
  let config: Config | undefined;
  let listening: FromChild & { type: 'listening' } = { type: 'listening', port: 0 };
  let ending = false;
  let timer: NodeJS.Timeout | undefined;
  let environment: Record<string, string> = {};

  const begin = async (): Promise<void> => {
    listening = await started(name, current, { ...config, port: listening.port || (config?.port ?? 0) });
    const watched = current;
    watched.exited.then(() => {
      if (!ending && watched === current) timer = setTimeout(replace, restartDelayMs);
    });
  };
  const replace = () => {
    current = spawnOwn(program, { environment });
    environment = {};
    begin().then(onReplaced, () => {
      if (!ending) timer = setTimeout(replace, restartDelayMs);
    });
  };

  const child: ManagedChild & { configure(config: Config): Promise<void> } = {
    name,
    pid: () => current.pid,
    port: () => listening.port,
    adminPort: () => listening.adminPort ?? 0,
    send(message) {
      sendTo(current, message);
    },
    relaunch(given) {
      environment = given;
      current.process.kill('SIGKILL');
    },
    async configure(given) {
      config = given;
      await begin();
    },
    async leave() {
      ending = true;
      clearTimeout(timer);
      current.process.kill('SIGTERM');
      await endChild(current, leaveGraceMs);
    },
    async end() {
      ending = true;
      clearTimeout(timer);
      sendTo(current, { type: 'stop' });
      await endChild(current, endGraceMs);
    },
  };
  return child;
}

function sendTo(child: OwnChild, message: ToChild): void {
  if (child.process.connected) child.process.send(message, () => {});
}

/** Sends the configuration and waits for `listening`. */
function started(name: string, child: OwnChild, config: unknown): Promise<FromChild & { type: 'listening' }> {
  return new Promise((resolve, reject) => {
    const failed = (code: string, why: string) =>
      reject(new ShakedownError(code, why, { hint: 'Run `shakedown doctor` to see what is missing.', exitCode: 70 }));
    child.process.once('message', (message: FromChild) => {
      if (message.type === 'listening') resolve(message);
      else failed(message.code, message.message);
    });
    child.exited.then(() => failed('SAMPLE_FAILED', `${name} of the sample system ended at start. ${child.errors()}`));
    sendTo(child, { type: 'start', config });
  });
}

import { z } from 'zod';
import { databaseFault } from '../database/momentary.ts';
import { mustRun } from '../machine/command.ts';
import { pidOf } from '../machine/pressure.ts';

const schema = z.strictObject({
  /**
   * `command`: what the configuration names. `fast` and `crash`: SIGINT (connections are cut, data is written back) and SIGKILL (as when the
   * power goes) to the server process, for databases that something starts again.
   */
  means: z.enum(['command', 'fast', 'crash']).default('command'),
});

const commandTimeoutMs = 120_000;

/** Proof: a connection from before is cut, and the server that answers was started since. */
export const databaseRestart = databaseFault({
  name: 'database-restart',
  title: 'Database restarted',
  schema,
  words: ({ means }, component) =>
    ({
      command: `restarted by \`${component.restart?.join(' ') ?? ''}\``,
      fast: 'shut down fast (SIGINT), to be started by its supervisor',
      crash: 'killed (SIGKILL), to be started by its supervisor',
    })[means],
  lacks(args, component) {
    const means = args?.means ?? 'command';
    if (means === 'command') {
      if (component.restart !== null) return null;
      const others =
        component.pid === null ? '' : ', or give "means": "fast" or "crash" where something starts it again';
      return `the configuration names no restart command for ${component.name}: name one${others}`;
    }
    return component.pid === null ? `the process of ${component.name} is not known: use "means": "command"` : null;
  },
  async strike({ means }, component) {
    if (means === 'command') await mustRun(component.restart ?? [], commandTimeoutMs);
    else {
      const { name, pid = null } = component;
      const server = { name, pid: () => pid?.() ?? -1 };
      process.kill(pidOf(server), means === 'fast' ? 'SIGINT' : 'SIGKILL');
    }
  },
});

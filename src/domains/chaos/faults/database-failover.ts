import { z } from 'zod';
import { databaseFault } from '../database/momentary.ts';
import { mustRun } from '../machine/command.ts';

const schema = z.strictObject({});

const commandTimeoutMs = 120_000;

/** To another server, by the command that the configuration names. Proof: a connection from before is cut, and another server answers. */
export const databaseFailover = databaseFault({
  name: 'database-failover',
  title: 'Database failed over',
  schema,
  words: (_args, component) => `failed over by \`${component.failover?.join(' ') ?? ''}\``,
  lacks(_args, component) {
    return component.failover === null
      ? `the configuration names no failover command for ${component.name}: name one`
      : null;
  },
  async strike(_args, component) {
    await mustRun(component.failover ?? [], commandTimeoutMs);
  },
});

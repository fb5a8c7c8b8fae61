// A process of its own: ends the clusters of a rehearsal whose harness is gone without a word, and removes their data.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { childrenOf, commandOf } from '../../../../environment/processes.ts';
import { whenLeftAlone } from '../../guard/outliving.ts';

const folder = process.env.SHAKEDOWN_RECOVERY_FOLDER ?? '';
const againAfterMs = 250;

/** Servers that run on data in the folder, and PgBouncer with its configuration there. The number of one that ended may belong to another process by now. */
function servers(): number[] {
  return readdirSync(folder).flatMap((name) => {
    const data = join(folder, name);
    return ['postmaster.pid', 'pgbouncer.pid'].flatMap((file) => {
      try {
        const [pid, noted] = readFileSync(join(data, file), 'utf8').split('\n');
        const isHere = file === 'pgbouncer.pid' || noted === data;
        return isHere && commandOf(Number(pid))?.includes(data) ? [Number(pid)] : [];
      } catch {
        return [];
      }
    });
  });
}

// What was just killed may still write for a moment.
whenLeftAlone(() => {
  for (const pid of servers()) for (const each of [pid, ...childrenOf(pid)]) process.kill(each, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}, againAfterMs);

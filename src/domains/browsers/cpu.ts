import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

/**
 * CPU time of all processes of a session (setsid), those that ended in between included but for their last moments. Browsers start and end
 * processes all the time, so each is followed by itself.
 */
export class SessionCpu {
  readonly #session: number;
  #last = new Map<string, number>();
  #seconds = 0;

  constructor(session: number) {
    this.#session = session;
  }

  /** CPU seconds up to now; null where /proc does not say. */
  read(): number | null {
    const now = new Map<string, number>();
    let names: string[];
    try {
      names = readdirSync('/proc');
    } catch {
      return null;
    }
    for (const name of names) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        // The name, in brackets, may hold anything; the figures begin after the last bracket.
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (Number(fields[3]) !== this.#session) continue;
        // A process is its id and the moment at which it began.
        now.set(`${name} ${fields[19]}`, (Number(fields[11]) + Number(fields[12])) / ticksPerSecond);
      } catch {
        // It is gone.
      }
    }
    for (const [id, seconds] of now) this.#seconds += Math.max(0, seconds - (this.#last.get(id) ?? 0));
    this.#last = now;
    return this.#seconds;
  }
}

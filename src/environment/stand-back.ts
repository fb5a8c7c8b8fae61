import { spawnSync } from 'node:child_process';
import { isLoopback } from './loopback.ts';

/** Only what nothing else wants of the processor. Any user may give that; what a thread asks for later changes nothing. */
const idle = ['chrt', '--idle', '0'] as const;
/** As root Chromium gives threads of its windows a higher priority than all others have. */
const notRaised = ['setpriv', '--bounding-set=-sys_nice', '--inh-caps=-sys_nice'] as const;

const known = new Map<readonly string[], boolean>();

/**
 * What goes before the command and the arguments of browsers beside a load, so that they take no processor time from the load generator and, where it
 * is on this machine, from the target, whose answers would be measured late. Empty where the machine has no programs for it (those of util-linux).
 * @param origin of the target
 */
export function standingBack(origin: string): readonly string[] {
  if (process.platform !== 'linux') return [];
  const isTargetHere = isLoopback(new URL(origin).hostname);
  const wanted = isTargetHere ? [idle, notRaised] : [notRaised];
  return wanted.find((way) => (way === idle || process.getuid?.() === 0) && works(way)) ?? [];
}

function works(way: readonly string[]): boolean {
  const [program = '', ...args] = way;
  let is = known.get(way);
  is ??= spawnSync(program, [...args, 'true'], { stdio: 'ignore', timeout: 5000 }).status === 0;
  known.set(way, is);
  return is;
}

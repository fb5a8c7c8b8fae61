import { setTimeout as sleep } from 'node:timers/promises';
import { findToxiproxy, type ToxiproxyProgram } from '../../../environment/programs.ts';
import type { Teardown } from '../../../evidence/teardown.ts';
import { exitCodes, ShakedownError } from '../../../model/error.ts';
import type { Program } from '../../../model/results.ts';
import type { ResolvedChaos } from '../configuration.ts';
import { type OwnToxiproxy, startToxiproxy } from '../toxiproxy/server.ts';

/** Programs that lost their connection mostly try again within this. */
const reconnectMs = 3000;

interface Starting {
  signal: AbortSignal;
  teardown: Teardown;
  phase(text: string): void;
  warn(text: string): void;
}

/** A Toxiproxy that was started for a run. */
export interface StartedLinks {
  /** Of its API. */
  url: string;
  programs: Program[];
}

/**
 * Starts one Toxiproxy for the links of the configuration that ask for it (`start: true`), and makes their proxies; all of it ends with the run.
 * @returns null: none asks for it
 * @throws ShakedownError TOXIPROXY_MISSING, TOXIPROXY_FAILED, TOXIPROXY_REFUSED where an address is taken
 */
export async function startLinks(
  { components }: Pick<ResolvedChaos, 'components'>,
  starting: Starting,
): Promise<StartedLinks | null> {
  const links = Object.entries(components).flatMap(([name, one]) =>
    one.kind === 'link' && one.start ? [{ name, ...one }] : [],
  );
  if (links.length === 0) return null;
  const { toxiproxy, program } = await startOwnToxiproxy(starting);
  for (const { name, proxy, listen, upstream } of links) {
    try {
      await toxiproxy.create({ name: proxy, listen, upstream });
    } catch (cause) {
      const { code, message } = cause as ShakedownError;
      throw new ShakedownError(code, `chaos.components.${name}: ${message}`, {
        hint: `Something else listens on ${listen}: give the link another "listen", and its users that address.`,
        cause,
      });
    }
  }
  return { url: toxiproxy.url, programs: [programOf(program)] };
}

/** Waits for those who were refused before a link was there. */
export async function untilReconnected(signal: AbortSignal): Promise<void> {
  await sleep(reconnectMs, undefined, { signal }).catch(() => {});
}

/** @throws ShakedownError TOXIPROXY_MISSING, TOXIPROXY_FAILED */
export async function startOwnToxiproxy({
  signal,
  teardown,
  phase,
  warn,
}: Starting): Promise<{ toxiproxy: OwnToxiproxy; program: ToxiproxyProgram }> {
  phase('looking for Toxiproxy');
  const program = await findToxiproxy({ signal, onProgress: phase, onWarning: warn });
  if (program === null) {
    throw new ShakedownError('TOXIPROXY_MISSING', 'Toxiproxy is needed for faults of connections, and there is none.', {
      hint: 'Install toxiproxy-server, or name it by SHAKEDOWN_TOXIPROXY; or do without faults of connections.',
      exitCode: exitCodes.missingProgram,
    });
  }
  const toxiproxy = await startToxiproxy(program.path, signal);
  teardown.before('end Toxiproxy', () => toxiproxy.stop());
  return { toxiproxy, program };
}

/** For the report. */
export function programOf({ version, origin }: ToxiproxyProgram): Program {
  return { name: 'toxiproxy', version, origin };
}

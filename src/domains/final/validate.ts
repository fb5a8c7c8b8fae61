import { exitCodes, ShakedownError } from '../../model/error.ts';
import type { Services } from '../command.ts';
import type { PartDomain } from '../part-declaration.ts';
import { showRun } from '../show-run.ts';
import { type FinalRun, runFinal } from './run.ts';

interface FinalFlags {
  only?: string[];
  rejudge?: string;
  json?: boolean;
}

/** `shakedown validate final`: does the parts of all domains, prints the verdict and ends with its exit code. */
export async function validateFinal(_: unknown[], flags: FinalFlags, services: Services): Promise<void> {
  if (flags.rejudge !== undefined) {
    await showRun(await services.runFolder(flags.rejudge), flags, services);
    return;
  }
  const say = (line: string) => services.terminal.err(`${line}\n`);
  const signal = services.interruption(() =>
    say('Ending in order: what was started is ended. Ctrl-C again ends at once.'),
  );
  const chosen = chosenOf(flags.only, services.partDomains);
  const loaded = await services.configuration();
  const folder = await runFinal({ loaded, chosen, services, signal, say });
  await showRun(folder, flags, services);
  if (signal.aborted) services.setExitCode(exitCodes.interrupted);
}

/** All of them, or those named: `security`, `parity.environment`. @throws ShakedownError VALIDATION_PART for a name that there is not */
export function chosenOf(only: readonly string[] | undefined, domains: readonly PartDomain[]): FinalRun['chosen'] {
  if (only === undefined) return domains.map((domain) => ({ domain, parts: domain.parts }));
  const all = domains.flatMap(({ id, parts }) => [id, ...parts.map((part) => `${id}.${part.id}`)]);
  const unknown = only.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    const domain = domains.find(({ id }) => unknown.startsWith(`${id}.`));
    const hint =
      domain === undefined
        ? `Domains are: ${domains.map(({ id }) => id).join(', ')}; a part is written as ${all.find((name) => name.includes('.')) ?? ''}.`
        : `Its parts are: ${domain.parts.map(({ id }) => `${domain.id}.${id}`).join(', ')}.`;
    throw new ShakedownError('VALIDATION_PART', `There is no part ${unknown}.`, { hint });
  }
  return domains
    .map((domain) => {
      const { id, parts } = domain;
      return { domain, parts: parts.filter((part) => only.includes(id) || only.includes(`${id}.${part.id}`)) };
    })
    .filter(({ parts }) => parts.length > 0);
}

import { join } from 'node:path';
import { z } from 'zod';
import { smokeTest } from '../../functional/public.ts';
import { type Check, check, verdictOf } from '../../part.ts';
import type { RehearsalContext } from '../rehearsal.ts';
import type { Side } from './state.ts';

/** What the smoke tests of a version came to, before it got traffic. */
export const smokeEvidence = z.object({
  kind: z.literal('smoke'),
  version: z.string(),
  suites: z.array(
    z.object({
      name: z.string(),
      verdict: z.enum(['pass', 'fail', 'inconclusive']),
      reason: z.string(),
      passed: z.int().min(0),
      tests: z.int().min(0),
    }),
  ),
});
export type SmokeEvidence = z.output<typeof smokeEvidence>;

/** Runs the smoke tests on an instance that has just come up, and records it. @returns whether it may get traffic: no test of them failed */
export async function smoked(
  context: Pick<RehearsalContext, 'config' | 'folder' | 'signal' | 'teardown' | 'phase' | 'mark'> & {
    record(evidence: SmokeEvidence): void;
  },
  { version, instances: [instance] }: Side,
): Promise<boolean> {
  const { config, folder, signal, teardown, phase, mark, record } = context;
  if (!config.rehearsal.smokeTests || instance === undefined) return true;
  phase(`smoke tests of ${version}`);
  const about = { config, baseUrl: instance.url, version, folder: join(folder, 'smoke'), signal, teardown };
  const suites = await smokeTest(about);
  record({ kind: 'smoke', version, suites });
  for (const { name, verdict, passed, tests, reason } of suites) {
    const text = verdict === 'pass' ? `${passed} of ${tests} tests passed` : reason;
    mark({ text: `${name}: ${text}`, kind: verdict === 'pass' ? 'info' : 'trouble' });
  }
  return suites.every(({ verdict }) => verdict !== 'fail');
}

/** @param found undefined: the evidence has none of it, or the configuration leaves them out */
export function smokeChecks(found: SmokeEvidence | undefined): Check[] {
  if (found === undefined || found.suites.length === 0) return [];
  const title = 'Its smoke tests pass before it gets traffic';
  const verdict = verdictOf(found.suites);
  const worst = found.suites.filter((one) => one.verdict === verdict);
  if (verdict === 'pass') {
    const tests = found.suites.reduce((sum, one) => sum + one.tests, 0);
    return [check('smoke', title, 'pass', `${tests} tests of ${found.version}, at its own address.`)];
  }
  return [check('smoke', title, verdict, worst.map(({ name, reason }) => `${name}: ${reason}`).join(' '))];
}

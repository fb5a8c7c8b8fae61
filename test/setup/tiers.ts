import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

// Which test file belongs to which tier. `npm test` runs unit and main, `npm run test:all` all of them.

/** The whole job once, on a machine that does nothing beside it. */
const main = ['test/e2e/main-job.test.ts'];

/** What takes longer than a quarter of a minute, for it drives browsers, load, faults, clusters or an installed package. Folders and files. */
const slow = [
  'test/cli/simulate.test.ts',
  'test/conformance',
  'test/deceits/experiments.test.ts',
  'test/domains/browsers/visits.test.ts',
  'test/deceits/sign-off.test.ts',
  'test/domains/chaos/experiment/toxiproxy.test.ts',
  'test/domains/chaos/faults',
  'test/domains/chaos/guard.test.ts',
  'test/domains/chaos/ledger/sample.test.ts',
  'test/domains/chaos/link-faults.test.ts',
  'test/domains/chaos/link-users.test.ts',
  'test/domains/chaos/toxic-off.test.ts',
  'test/domains/chaos/toxiproxy.test.ts',
  'test/domains/functional/real.test.ts',
  'test/domains/functional/sample.test.ts',
  'test/domains/data/anonymize.test.ts',
  'test/domains/data/refused.test.ts',
  'test/domains/data/staging.test.ts',
  'test/domains/integration/degrade.test.ts',
  'test/domains/integration/sample.test.ts',
  'test/domains/load/k6/lost.test.ts',
  'test/domains/load/k6/run.test.ts',
  'test/domains/load/kubernetes/launcher.test.ts',
  'test/domains/load/judging/worst-part.test.ts',
  'test/domains/monitoring/validation/dashboards/real.test.ts',
  'test/domains/monitoring/validation/health/amqp.test.ts',
  'test/domains/monitoring/validation/logs/loki.test.ts',
  'test/domains/monitoring/validation/logs/opensearch.test.ts',
  'test/domains/monitoring/validation/logs/victoria-logs.test.ts',
  'test/domains/monitoring/validation/traces/zipkin.test.ts',
  'test/domains/monitoring/validation/metrics/real.test.ts',
  'test/domains/monitoring/watch-run.test.ts',
  'test/domains/monitoring/validation/mutants/mutants.test.ts',
  'test/domains/monitoring/validation/own-system.test.ts',
  'test/domains/monitoring/validation/pager/real.test.ts',
  'test/domains/monitoring/validation/real-pages/real-pages.test.ts',
  'test/domains/parity/sample.test.ts',
  'test/domains/promotion/promote.test.ts',
  'test/domains/promotion/publish.test.ts',
  'test/domains/promotion/racing.test.ts',
  'test/domains/regression/sample.test.ts',
  'test/domains/rehearsal/kinds.test.ts',
  'test/domains/rehearsal/proxies.test.ts',
  'test/domains/rehearsal/recovery',
  'test/domains/security/sample.test.ts',
  'test/domains/stage/command.test.ts',
  'test/domains/stage/dashboard/dashboard.test.ts',
  'test/domains/stage/lock',
  'test/domains/security/sample-scans.test.ts',
  'test/domains/uat/axe',
  'test/domains/uat/defects.test.ts',
  'test/domains/uat/disk.test.ts',
  'test/domains/uat/filming.test.ts',
  'test/domains/uat/held-back.test.ts',
  'test/domains/uat/leaving.test.ts',
  'test/domains/uat/looks.test.ts',
  'test/domains/uat/observe.test.ts',
  'test/domains/uat/refused.test.ts',
  'test/domains/uat/rough.test.ts',
  'test/domains/uat/run.test.ts',
  'test/domains/uat/signed.test.ts',
  'test/domains/uat/skipped.test.ts',
  'test/domains/uat/strict.test.ts',
  'test/domains/uat/unchanged.test.ts',
  'test/e2e',
  'test/package',
  'test/report/accessibility.test.ts',
  'test/report/every-page.test.ts',
  'test/sample/lifecycle.test.ts',
  'test/signing/verify.test.ts',
  'test/sample/sessions.test.ts',
];

/** Of the slow ones, where times are judged: they need the cores to themselves, or the machine is what they measure. */
const alone = ['verdicts', 'baseline', 'calibrate', 'capacity', 'chaos', 'resume', 'rehearsal', 'tutorial'].map(
  (name) => `test/e2e/${name}.test.ts`,
);

/** Of the unit tests, those that need a process of their own: they put modules of their own in place of others, or measure the process they run in. */
const ownProcess = [
  'test/domains/traffic/import/bounded.test.ts',
  'test/domains/traffic/import/routes.test.ts',
  'test/toy/toy.test.ts',
];

/** They need what takes many minutes to build, so they are part of `test:all` and of no shorter run. Of several shards, the first has them. */
export const heavy = [
  'test/e2e/cluster.test.ts',
  'test/e2e/compose.test.ts',
  'test/domains/load/kubernetes/launcher.test.ts',
  'test/domains/monitoring/validation/logs/loki.test.ts',
  'test/domains/monitoring/validation/logs/opensearch.test.ts',
  'test/domains/monitoring/validation/logs/victoria-logs.test.ts',
  'test/domains/monitoring/validation/traces/zipkin.test.ts',
];

export const tiers = ['unit', 'unit, own process', 'main', 'all', 'all, alone'] as const;
export type Tier = (typeof tiers)[number];

/** Of a test file, by its path from the root. What is not named above is a unit or integration test. */
export function tierOf(path: string): Tier {
  if (main.includes(path)) return 'main';
  if (alone.includes(path)) return 'all, alone';
  if (slow.some((one) => path === one || path.startsWith(`${one}/`))) return 'all';
  return ownProcess.includes(path) ? 'unit, own process' : 'unit';
}

/** Whether each file of a tier has a process of its own. Unit tests share two, for to load the same modules anew takes longer than most of them run. */
export const isIsolated = (tier: Tier): boolean => tier !== 'unit';

/** How many files of a tier run at a time. */
export const workersOf = (tier: Tier): number => (tier === 'main' || tier === 'all, alone' ? 1 : 2);

/** All that is named above, so that a test can see whether it is there. */
export const namedPaths = [...main, ...slow, ...alone, ...ownProcess, ...heavy];

/** Every test file, by its path from the root. */
export function testFiles(): string[] {
  return readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => `test/${path.replaceAll('\\', '/')}`)
    .sort();
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { uatSizes } from '../../../src/domains/uat/sizes.ts';
import { systemClock } from '../../../src/evidence/clock.ts';
import { openJournal } from '../../../src/evidence/journal.ts';
import { writeManifest } from '../../../src/evidence/manifest.ts';
import type { UatBrowser } from '../../../src/model/browser.ts';
import type { FindingKind } from '../../../src/model/finding.ts';
import type { UatAttempt, UatEvent } from '../../../src/model/uat.ts';
import { hostInfo } from '../../../src/run/simulate/host.ts';
import { sign } from '../../signing/keys.ts';
import { attempt, eventsOf, finding } from './attempts.ts';

export const there: UatBrowser = {
  name: 'chromium',
  label: 'Chromium 156.0',
  version: '156.0',
  origin: '/usr/bin/chromium',
  notRun: null,
  waived: null,
};
export const alsoThere: UatBrowser = {
  ...there,
  name: 'firefox',
  label: 'Firefox 153.0',
  version: '153.0',
  origin: '/usr/bin/firefox',
};
export const absent: UatBrowser = {
  name: 'webkit',
  label: 'WebKit',
  version: null,
  origin: null,
  notRun: 'not there',
  waived: null,
};

/** A run's folder as `shakedown uat run` leaves it. */
export function runOf(
  base: string,
  name: string,
  events: readonly UatEvent[],
  browsers: UatBrowser[] = [there, alsoThere],
  chosen: string[] = [],
): string {
  const folder = join(base, name);
  mkdirSync(join(folder, 'evidence'), { recursive: true });
  writeFileSync(join(folder, 'evidence', `${name}.jpg`), name);
  const clock = { ...systemClock, now: () => Date.parse('2026-11-20T09:00:00.000Z') };
  const journal = openJournal(join(folder, 'journal.ndjson'), { source: `shakedown/runs/${name}`, clock });
  journal.append('shakedown.run.started', {
    runId: name,
    command: 'shakedown uat run',
    durationMs: 0,
    candidate: { name: '<b>Shop', version: 'v2.1.0', baselineVersion: null },
    environment: { name: 'sample', targetUrl: 'http://127.0.0.1:1' },
    host: hostInfo(),
    programs: [],
    config: null,
  });
  const budgets = { LCP: 2500, INP: 200, CLS: 0.1, FCP: 1800, TTFB: 800 };
  journal.append('shakedown.uat.started', { browsers, sizes: [...uatSizes], chosen, scenarioFolder: 'uat', budgets });
  journal.append('shakedown.run.ended', { endedAt: '2026-11-20T09:01:00.000Z' });
  journal.close();
  writeFileSync(join(folder, 'waivers.json'), '[]');
  writeFileSync(join(folder, 'uat.ndjson'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  writeManifest(folder);
  return folder;
}

export const measured = (
  over: Parameters<typeof attempt>[0] = {},
  lcp: (index: number) => number = () => 900,
): UatAttempt => {
  const made = attempt(over);
  const metrics = ['LCP', 'INP', 'CLS', 'FCP', 'TTFB'] as const;
  made.observation.vitals = Array.from({ length: 30 }, (_, index) =>
    metrics.map((metric) => ({ metric, value: metric === 'CLS' ? 0 : metric === 'LCP' ? lcp(index) : 50, page: '/' })),
  ).flat();
  return made;
};

/** What must be escaped. */
const hostile = '</code><script>alert(1)</script>';
const kinds: FindingKind[] = ['review', 'practice', 'keyboard', 'console', 'request', 'slow-step', 'visual'];

/** A run with everything that a report can show: every outcome and kind of finding, more of them than are shown, a browser that is not there. */
export async function fullRun(base: string): Promise<string> {
  const firefox: UatBrowser = {
    ...there,
    name: 'firefox',
    label: 'Firefox 153.7.0esr',
    origin: '/usr/bin/firefox-esr',
  };
  const trace = { kind: 'trace', path: 'evidence/S-2-chromium-phone-0-1-trace.zip' } as const;
  const many = Array.from({ length: 60 }, (_, index) =>
    finding({ element: `#field-${index}`, what: hostile, fix: 'Give it a label', help: 'https://example.test/label' }),
  );
  const failed = {
    status: 'failed',
    error: { message: `Expected: 3\nReceived: ${hostile}`, step: 'Then it is so' },
    steps: [
      { title: 'Given a basket', durationMs: 300, error: null },
      { title: hostile, durationMs: 3, error: hostile },
    ],
  } as const;
  const cells = (['chromium', 'firefox'] as const).flatMap((browser) =>
    (['phone', 'tablet', 'desktop'] as const).flatMap((size): UatAttempt[] => {
      const at = { browser, size };
      const picture = { kind: 'screenshot', path: 'evidence/full.jpg' } as const;
      return [
        measured({ ...at, findings: many, evidence: [picture] }),
        attempt({ ...at, ...failed, id: 'S-2', steps: [...failed.steps], evidence: [picture, trace] }),
        attempt({ ...at, ...failed, id: 'S-3', steps: [...failed.steps] }),
        attempt({
          ...at,
          id: 'S-3',
          retry: 1,
          findings: kinds.map((kind) => finding({ kind, rule: kind, what: 'boom' })),
        }),
      ];
    }),
  );
  const events = eventsOf(cells);
  const [begin] = events;
  if (begin?.type === 'begin') {
    const { scenario } = attempt({ id: 'S-4' });
    begin.planned.push({ scenario: { ...scenario, id: 'S-4' }, browser: 'firefox', size: 'phone' });
  }
  events.push({ type: 'trouble', message: hostile });
  const folder = runOf(base, 'full', events, [there, firefox, absent], ['tag smoke']);
  await sign(folder, { role: 'Owner', person: 'Ada', decision: 'reject', comment: hostile });
  return folder;
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { newestReadiness } from '../../../src/domains/promotion/approved-run.ts';
import { judgedAsIs } from '../../../src/run/simulate/render.ts';
import { artifact, madeRun, report } from '../readiness/made-runs.ts';

it('the newest readiness run is one of the same build in the same environment', async () => {
  const base = mkdtempSync(join(tmpdir(), 'shakedown-approved-'));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const services = { judged: judgedAsIs } as Parameters<typeof newestReadiness>[0];
  const promotion = await judgedAsIs(await madeRun(base, { command: 'shakedown promote' }));
  expect(await newestReadiness(services, base, promotion)).toBeNull();
  const decided = await report(base);
  await report(base, { environment: 'development' });
  await report(base, { artifacts: [artifact('c')] });
  expect(await newestReadiness(services, base, promotion)).toMatchObject({ run: basename(decided) });
});

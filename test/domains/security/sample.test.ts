import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { accessChecks, postureChecks } from '../../../src/domains/security/posture/checks.ts';
import { judgePosture } from '../../../src/domains/security/posture/judge.ts';
import { type Looked, lookAround } from '../../../src/domains/security/posture/look.ts';
import { readRecorded } from '../../../src/domains/security/posture/recorded.ts';
import { samplePosture } from '../../../src/domains/security/sample-posture.ts';
import { readManifest, readSessions } from '../../../src/domains/traffic/public.ts';
import type { SampleSystem } from '../../../src/model/sample-system.ts';
import { parseDefects } from '../../../src/sample/defects.ts';
import { demoEmail, demoPassword } from '../../../src/sample/seed.ts';
import { startSample } from '../../../src/sample/start.ts';
import { about } from './target.ts';

let system: SampleSystem | undefined;
afterEach(() => system?.stop());

const folder = fileURLToPath(new URL('../../../load/traffic/sample-shop', import.meta.url));
const checks = [...postureChecks, ...accessChecks];
const bar = { failAt: 'high' as const, waivers: [], waiverDays: 180, today: '2026-11-29' };

async function look(defects: string) {
  system = await startSample({ version: 'v2.1.0', defects: parseDefects(defects), instances: 1 });
  const recorded = await readRecorded(readSessions(folder, await readManifest(folder)));
  const seen: Looked[] = [];
  const requests = await lookAround({ ...about(system.baseUrl, samplePosture), recorded }, (one) => seen.push(one));
  const pieces = [
    { kind: 'begun' as const, bar, leftOut: { ...samplePosture.leaveOut }, isHttps: false },
    ...seen.map((one) => ({ kind: 'looked' as const, ...one })),
  ];
  const judged = judgePosture(
    pieces.map((data) => ({ atMs: 0, data })),
    true,
    checks,
  );
  const rules = [...new Set(seen.flatMap(({ findings }) => findings.map(({ rule }) => rule)))].sort();
  return { seen, requests, rules, verdicts: Object.fromEntries(judged.checks.map(({ id, verdict }) => [id, verdict])) };
}

describe('the sample system', () => {
  it('knows its customers as they are seeded', () => {
    expect(samplePosture.users.map(({ fields }) => fields)).toEqual(
      [1, 2].map((number) => ({ email: demoEmail(number), password: demoPassword })),
    );
  });

  it('hardened, as it is: everything is looked at, nothing of what is planted elsewhere is found, and it passes', async () => {
    const { rules, verdicts, requests } = await look('none');
    // Without Redis its sessions are in their cookies alone, and a logout cannot end them: that is so.
    expect(rules.filter((rule) => rule !== 'session-after-logout')).toEqual([]);
    expect(new Set(Object.values(verdicts))).toEqual(new Set(['pass']));
    expect(Object.keys(verdicts)).toHaveLength(checks.length - 2);
    expect(requests).toBeLessThan(250);
  });

  it('insecure: all that is planted is found, and it fails', async () => {
    const { rules, verdicts, seen } = await look('insecure');
    expect(rules).toEqual([
      'cookie-http-only',
      'cookie-same-site',
      'cors-reflected',
      'csp-missing',
      'exposed-debug',
      'exposed-secrets',
      'exposed-source',
      'foreign-object',
      'framing',
      'method-trace',
      'open-redirect',
      'open-route',
      'opener',
      'session-after-logout',
      'sniffing',
      'stack-trace',
      'version-banner',
    ]);
    expect(verdicts).toMatchObject({ cors: 'fail', exposed: 'fail', protected: 'fail', objects: 'fail' });
    expect(seen.find(({ check }) => check === 'protected')?.findings.map(({ where }) => where)).toEqual([
      '/admin/products',
    ]);
    expect(JSON.stringify(seen)).not.toMatch(/planted-and-of-no-use|ahoy-shipmate/);
  });
});

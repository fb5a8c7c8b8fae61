import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scan } from '../../../src/domains/security/scans/run.ts';
import { sampleScans } from '../../../src/domains/security/scans/sample.ts';
import type { ScanPartId } from '../../../src/domains/security/scans/settings.ts';
import { findScanner } from '../../../src/environment/scanners/scanners.ts';
import type { SampleSystem } from '../../../src/model/sample-system.ts';
import { parseDefects } from '../../../src/sample/defects.ts';
import { startSample } from '../../../src/sample/start.ts';

const undo: (() => void)[] = [];
let folder: string;
let system: SampleSystem | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sample-scans-'));
});
afterAll(async () => {
  for (const one of undo) one();
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Does the scans of a part as the final validation does. */
async function scans(part: ScanPartId, baseUrl = 'http://127.0.0.1:9', env?: NodeJS.ProcessEnv) {
  const digest = `sha256:${'a'.repeat(64)}`;
  const signal = new AbortController().signal;
  const before = process.env;
  if (env !== undefined) process.env = env;
  const context = {
    config: { final: { comprehensive: false }, target: { sample: { version: 'v2.1.0', defects: 'none' } } },
    services: { sampleSystem: () => ({ release: () => ({ artifacts: [{ digest }] }) }) },
    ...{ folder, signal, phase: () => {}, target: async () => ({ baseUrl }) },
    teardown: { before: (_: string, end: () => void) => undo.push(end) },
  };
  try {
    const made = await sampleScans(part, context as never);
    const about = { projectFolder: folder, folder, signal, nowMs: Date.now(), hosts: [new URL(baseUrl).host] };
    return await Promise.all(made.map((one) => scan(one, about)));
  } finally {
    process.env = before;
  }
}

const clean = { failed: null, problems: [], control: { found: true, problem: null } };
const isThere = async (name: Parameters<typeof findScanner>[0]) => (await findScanner(name)) !== null;
const [osv, semgrep, gitleaks, schemathesis] = await Promise.all(
  (['osv-scanner', 'semgrep', 'gitleaks', 'schemathesis'] as const).map(isThere),
);
const title = (found: boolean | undefined) => (found ? '' : ' (skipped: it is not installed)');

describe('scans of the sample system', () => {
  it('that cannot be made for want of a scanner say which, and how to get it', async () => {
    const nowhere = { PATH: '/nowhere', XDG_CACHE_HOME: '/nowhere' };
    const all = await Promise.all(
      (['dependencies', 'dynamic'] as const).map((part) => scans(part, undefined, nowhere)),
    );
    expect(all.flat().map(({ failed }) => failed)).toEqual([
      'osv-scanner with a database of 3 weaknesses did not run: osv-scanner is not installed. Get it with `npx shakedown doctor --get` (by Go or Python, once).',
      'Schemathesis did not run: schemathesis is not installed. Get it with `npx shakedown doctor --get` (by Go or Python, once).',
    ]);
    // One of two that is missing is missing, whatever the other says.
    const code = await scans('code', undefined, nowhere);
    expect(code.map(({ name, failed }) => [name, failed !== null])).toEqual([
      ['Semgrep', true],
      ['gitleaks', true],
    ]);
  });
  it.skipIf(!osv)(`of dependencies prove that they looked, and find nothing${title(osv)}`, async () => {
    expect(await scans('dependencies')).toMatchObject([
      { ...clean, findings: [], looked: { unit: expect.stringContaining('packages') } },
    ]);
  });
  it.skipIf(!semgrep || !gitleaks)(`of code too${title(semgrep && gitleaks)}`, async () => {
    const [rules, secrets] = await scans('code');
    expect(rules).toMatchObject({ ...clean, findings: [], looked: { unit: 'files' } });
    expect(rules?.looked?.count).toBeGreaterThan(50);
    expect(secrets).toMatchObject({ ...clean, findings: [], looked: { unit: 'bytes' } });
  });
  it.skipIf(!schemathesis)(
    `of the running shop find no server error and no route without its login${title(schemathesis)}`,
    async () => {
      system = await startSample({ version: 'v2.1.0', defects: parseDefects('none'), instances: 1 });
      const [found] = await scans('dynamic', system.baseUrl);
      expect(found).toMatchObject(clean);
      expect(found?.findings.filter(({ risk }) => ['critical', 'high'].includes(risk))).toEqual([]);
      expect(found?.looked?.unit).toMatch(/^requests to 16 operations/);
      expect(found?.looked?.count).toBeGreaterThan(200);
    },
    240_000,
  );
});

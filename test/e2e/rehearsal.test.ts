import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { lives } from '../../src/evidence/process.ts';
import { project, reasons, results, shakedown, state } from './rehearsal-project.ts';
import { paths } from './switch-paths.ts';

vi.setConfig({ testTimeout: 240_000 });

describe('deployments', () => {
  it('stay up, follow one another without a gap, are recorded, and end when asked', async () => {
    const folder = project();
    const first = shakedown(folder, 'deploy', '--version', 'v2.0.0');
    expect([await first.ended, first.said.out]).toEqual([0, expect.stringMatching(/^v2\.0\.0 serves at http/)]);
    const { baseUrl } = state(folder).switch;
    expect((await fetch(`${baseUrl}/healthz`)).status).toBe(200);
    const bad = shakedown(folder, 'deploy', '--version', 'v2.1.0-hollow');
    expect([await bad.ended, bad.said.err]).toEqual([2, expect.stringContaining('DEPLOYMENT_NOT_READY')]);
    expect(await (await fetch(`${baseUrl}/artifacts`)).headers.get('x-version')).toBe('v2.0.0');
    const next = shakedown(folder, 'deploy', '--version', 'v2.1.0');
    expect(await next.ended).toBe(0);
    expect((await fetch(`${baseUrl}/artifacts`)).headers.get('x-version')).toBe('v2.1.0');
    const history = shakedown(folder, 'deploy', '--history', '--json');
    await history.ended;
    const records = JSON.parse(history.said.out);
    expect(records).toMatchObject([
      { number: 1, version: 'v2.0.0', status: 'success', migration: '003' },
      { number: 2, version: 'v2.1.0-hollow', status: 'failed' },
      { number: 3, version: 'v2.1.0', status: 'success', migration: '004' },
    ]);
    expect(records[0].artifacts[0].digest).not.toBe(records[2].artifacts[0].digest);
    const standing = processes(folder);
    expect(standing.length).toBeGreaterThan(3);
    const down = shakedown(folder, 'deploy', '--down');
    expect([await down.ended, existsSync(join(folder, 'reports/staging.json'))]).toEqual([0, false]);
    expect(standing.filter(lives)).toEqual([]);
  });
});

describe('a blue-green rehearsal', () => {
  it.each(['embedded', 'haproxy', 'envoy', 'nginx'])(
    'of a good version passes on %s, and leaves nothing behind',
    async (driver) => {
      const folder = project({ deployment: paths, switches: 2 });
      const { code, results: found, err } = await results(folder, 'rehearse', '--blue-green', '--switch', driver);
      expect([reasons(found), code], err).toEqual([[], 0]);
      expect(found.candidate.artifacts).toMatchObject([{ name: 'sample-shop' }]);
      expect(found.sections.rehearsal?.restored?.ok).toBe(true);
      expect(existsSync(join(folder, 'reports/staging.json'))).toBe(false);
    },
  );

  it('catches a switch that cuts what is under way', async () => {
    const { code, results: found } = await results(
      project({ deployment: ', switch: { cuts: true }' }),
      'rehearse',
      '--blue-green',
    );
    expect(reasons(found)).toContain('failed fail');
    expect(code).toBe(1);
  });

  it('turns a version around that fails requests', async () => {
    const { code, results: found } = await results(project(), 'rehearse', '--blue-green', '--version', 'v2.1.0-errors');
    expect(reasons(found)).toContain('candidate fail');
    expect(found.sentence).toMatch(/requests failed on v2\.1\.0-errors/);
    expect([found.sections.rehearsal?.restored?.ok, code]).toEqual([true, 1]);
  });

  it.each([
    ['v2.1.0-slow', /v2\.1\.0-slow: It took [\d.]+ times as long as the version before/],
    ['v2.1.0-leak', /v2\.1\.0-leak: Its memory grew by \d+ MB an instance/],
  ])('turns %s around, with the right reason', async (version, reason) => {
    const folder = project({ rate: 100, observeMs: 12_000 });
    const { code, results: found, err } = await results(folder, 'rehearse', '--blue-green', '--version', version);
    expect(found.sentence, err).toMatch(reason);
    expect(reasons(found)).toContain('candidate fail');
    expect([found.sections.rehearsal?.restored?.ok, code]).toEqual([true, 1]);
  });

  it.each([
    ['v2.1.0-unready', /v2\.1\.0-unready did not come up: green-\d was not ready after 15 s: \/readyz answers 503/],
    ['v2.1.0-hollow', /v2\.1\.0-hollow did not come up: it says that it is healthy, and failed (\d+) of \1 requests/],
  ])('gives %s no traffic, with the right reason', async (version, reason) => {
    const folder = project({ deployment: ', readyMs: 15000' });
    const { code, results: found, err } = await results(folder, 'rehearse', '--blue-green', '--version', version);
    expect(found.sentence, err).toMatch(reason);
    expect(reasons(found)).toEqual(['up fail']);
    expect([found.sections.rehearsal?.restored?.ok, code]).toEqual([true, 1]);
  });

  it('is judged with clients that a cookie ties: moved by maintenance, and caught where weights alone are set', async () => {
    const rehearsed = async (sticky: string) => {
      const folder = project({ deployment: `, switch: { driver: haproxy, sticky: ${sticky} }` });
      const { code, results: found, err } = await results(folder, 'rehearse', '--blue-green');
      return { code, bad: reasons(found), sentence: found.sentence, err };
    };
    const moved = await rehearsed('moved');
    expect([moved.bad, moved.code], moved.err).toEqual([[], 0]);
    const kept = await rehearsed('kept');
    expect(kept.bad).toContain('drained fail');
    expect(kept.code).toBe(1);
  });

  it('turns a version around that ends after the switch', async () => {
    const { code, results: found } = await results(project(), 'rehearse', '--blue-green', '--version', 'v2.1.0-dies');
    expect(reasons(found)).toContain('candidate fail');
    expect(found.sentence).toMatch(/green-\d of v2\.1\.0-dies ended after it was given the traffic/);
    expect(code).toBe(1);
  });
});

function processes(folder: string) {
  const { sides, switch: standing, shared } = state(folder);
  const own = sides.flatMap(({ instances }) => instances.map(({ process: each }) => each));
  return [...own, standing.process, shared.process];
}

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { folders, project, reasons, results, shakedown, state } from './rehearsal-project.ts';

vi.setConfig({ testTimeout: 240_000 });

describe('a canary rehearsal', () => {
  it('promotes a good version step by step, and its decisions can be made again', async () => {
    const folder = project();
    const { code, results: found, err } = await results(folder, 'rehearse', '--canary');
    expect([reasons(found), code], err).toEqual([[], 0]);
    const again = await results(folder, 'rehearse', '--rejudge', found.run.id);
    expect(again.results.sections.rehearsal).toEqual(found.sections.rehearsal);
  });

  it.each([
    [
      'v2.1.0-slow',
      /times as long as the control|slower than the control|as slow as the slowest twentieth on the candidate/,
    ],
    ['v2.1.0-dies', /green-\d of v2\.1\.0-dies ended/],
    ['v2.1.0-unready', /v2\.1\.0-unready did not come up: green-\d was not ready after 30 s/],
    ['v2.1.0-hollow', /v2\.1\.0-hollow did not come up: it says that it is healthy, and failed (\d+) of \1 requests/],
  ])('rolls %s back', async (version, reason) => {
    const { code, results: found } = await results(project(), 'rehearse', '--canary', '--version', version);
    expect(found.sentence).toMatch(reason);
    expect([found.sections.rehearsal?.restored?.ok, code]).toEqual([true, 1]);
  });

  it.each([
    // Long enough for 36 failures among 1,200 requests, and for the memory of 20 seconds.
    ['v2.1.0-errors', /of the requests failed on the candidate|requests failed on the candidate/],
    [
      'v2.1.0-leak',
      /The candidate's memory grows by \d+ MB a minute (more than that of the control|and does not level off)/,
    ],
  ])(
    'rolls %s back',
    async (version, reason) => {
      const canary = 'steps: [50, 100], stepMs: 22000, deadlineMs: 60000, minimumRequests: 200';
      const folder = project({ canary, rate: 120 });
      const { code, results: found, err } = await results(folder, 'rehearse', '--canary', '--version', version);
      expect(found.sentence, err).toMatch(reason);
      expect(reasons(found)).toContain('steps fail');
      expect([found.sections.rehearsal?.restored?.ok, code]).toEqual([true, 1]);
    },
    480_000,
  );

  it('is decided on its page', async () => {
    const canary = 'steps: [25, 100], stepMs: 120000, deadlineMs: 200000, minimumRequests: 40';
    const run = shakedown(project({ canary }), 'rehearse', '--canary', '--dashboard');
    await expect.poll(() => run.said.err, { timeout: 120_000 }).toMatch(/25 % of the traffic|25 %/);
    const url = new URL(/live view {2}(\S+)/.exec(run.said.err)?.[1] ?? '');
    const headers = { 'x-shakedown-token': url.hash.slice(1) };
    expect((await fetch(`${url.origin}/abort`, { method: 'POST' })).status).toBe(403);
    expect((await fetch(`${url.origin}/abort`, { method: 'POST', headers })).status).toBe(202);
    expect(await run.ended).toBe(3);
    expect(run.said.err).toMatch(/by hand|A person/);
  });

  it('never promotes on a switch that says done and does nothing', async () => {
    const folder = project();
    const first = shakedown(folder, 'deploy', '--version', 'v2.0.0');
    expect(await first.ended).toBe(0);
    const { baseUrl } = state(folder).switch;
    writeFileSync(join(folder, 'set.sh'), 'printf %s "{\\"weights\\": $SHAKEDOWN_WEIGHTS}" > weights.json\n');
    writeFileSync(
      join(folder, 'lazy.yaml'),
      `${readFileSync(join(folder, 'shakedown.config.yaml'), 'utf8')}`.replace(
        'warmUpMs: 1500',
        `warmUpMs: 1500, switch: { driver: command, command: { set: [sh, set.sh], read: [cat, weights.json], url: '${baseUrl}' } }`,
      ),
    );
    const other = mkdtempSync(join(tmpdir(), 'shakedown-rehearsal-lazy-'));
    folders.push(other);
    for (const name of ['set.sh', 'lazy.yaml']) writeFileSync(join(other, name), readFileSync(join(folder, name)));
    const { code, results: found } = await results(other, 'rehearse', '--canary', '--config', 'lazy.yaml');
    expect(reasons(found)).toContain('steps inconclusive');
    expect(found.sentence).toContain('The candidate answered 0 requests at 25 %; 40 are needed.');
    expect(code).toBe(3);
  });
});

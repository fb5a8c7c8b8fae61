import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { serve } from '../domains/load/shop.ts';
import { describeWithK6 } from '../setup/programs.ts';
import { eventsOf, type Project, recordedProject, verdictOf, windowsOf } from './project.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function shop(seconds: number): Promise<{ made: Project; server: Awaited<ReturnType<typeof serve>> }> {
  const server = await serve((_, response) => response.end());
  closing.push(server.close);
  const made = await recordedProject(['/a', '/b'], `http://127.0.0.1:${server.port}`, seconds, 50);
  closing.push(made.remove);
  return { made, server };
}

const libfaketime = ['x86_64-linux-gnu/', 'aarch64-linux-gnu/', '']
  .map((machine) => `/usr/lib/${machine}faketime/libfaketime.so.1`)
  .find((file) => existsSync(file));

describeWithK6('in the middle of a run', (k6) => {
  const env = { SHAKEDOWN_K6: k6.path };

  it('a target that is gone for a while and comes back: load goes on, downtime and availability are reported', async () => {
    const { made, server } = await shop(16);
    const { child, ended } = made.start(['simulate', '--duration', '16s'], env);
    const folder = await windowsOf(made, child, 4);
    await server.close();
    await wait(4500);
    const before = server.seen.length;
    await new Promise<void>((resolve) => server.server.listen(server.port, '127.0.0.1', resolve));
    expect((server.server.address() as AddressInfo).port).toBe(server.port);
    const { code, stdout, stderr } = await ended;
    expect(code, stderr).toBe(1);
    expect(stdout).toMatch(/FAILED/);
    // It was asked again as soon as it was back, for as long as was planned.
    expect(server.seen.length - before).toBeGreaterThan(100);
    const results = made.results();
    expect(results.sections.load.requests).toMatchObject({ planned: 800 });
    expect(
      results.sections.load.requests.completed +
        results.sections.load.requests.failed +
        results.sections.load.requests.unsent,
    ).toBe(800);
    expect(results.run.coveredMs).toBe(16_000);
    expect(verdictOf(results, 'availability')).toBe('fail');
    const availability = results.objectives.find(({ objective }) => objective.id === 'availability');
    expect(availability?.value).toBeGreaterThan(40);
    expect(availability?.value).toBeLessThan(85);
    const [down] = results.sections.monitoring?.stability?.downtime ?? [];
    expect(down?.planned).toBe(false);
    expect((down?.toMs ?? 0) - (down?.fromMs ?? 0)).toBeGreaterThan(2500);
    expect(eventsOf(folder, 'shakedown.health.checked').map(({ up }) => up)).toEqual([true, false, true]);
  }, 60_000);

  it.skipIf(libfaketime === undefined)(
    'a wall clock that is set back an hour moves nothing on the timeline (skipped where there is no libfaketime)',
    async () => {
      const { made } = await shop(10);
      const offset = join(made.folder, 'offset');
      writeFileSync(offset, '+0\n');
      const faked = {
        ...env,
        LD_PRELOAD: libfaketime ?? '',
        FAKETIME_TIMESTAMP_FILE: offset,
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      };
      const { child, ended } = made.start(['simulate', '--duration', '10s'], faked);
      const folder = await windowsOf(made, child, 4);
      writeFileSync(offset, '-3600\n');
      const { code, stderr } = await ended;
      expect(code, stderr).toBe(3);
      const results = made.results();
      // The harness did see it: what it wrote last bears an earlier time than what it wrote first.
      expect(Date.parse(results.run.endedAt ?? '')).toBeLessThan(
        Date.parse(results.run.loadStartedAt ?? '') - 3_000_000,
      );
      expect(results.run.coveredMs).toBe(10_000);
      expect(results.sections.load.requests).toMatchObject({ planned: 500, completed: 500 });
      const windows = eventsOf(folder, 'shakedown.window.closed').map(
        ({ window }) => (window as { index: number }).index,
      );
      expect(windows).toEqual([...Array(10).keys()]);
      const sampled = eventsOf(folder, 'shakedown.metrics.sampled').map(({ atMs }) => Number(atMs));
      expect(sampled).toEqual(sampled.toSorted((a, b) => a - b));
      expect(sampled.at(-1)).toBeGreaterThan(8000);
      expect(sampled.at(-1)).toBeLessThan(30_000);

      const again = await made.run(['simulate', '--resume', folder], faked);
      expect([again.code, again.stderr]).toEqual([2, expect.stringMatching(/RESUME_CLOCK.*set back/)]);
    },
    60_000,
  );

  it('a viewer of the dashboard that is killed takes nothing with it', async () => {
    const { made } = await shop(8);
    const { child, ended } = made.start(['simulate', '--duration', '8s', '--dashboard', '0'], env);
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    while (!/http:\/\/127\.0\.0\.1:\d+/.test(said)) await wait(50);
    const [address = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
    const look = `const { body } = await fetch('${address}/events'); for await (const some of body) process.stdout.write(some);`;
    const viewers = [1, 2].map(() => spawn(process.execPath, ['--input-type=module', '-e', look]));
    closing.push(() => viewers.map((viewer) => viewer.kill('SIGKILL')));
    await Promise.all(viewers.map((viewer) => new Promise((resolve) => viewer.stdout.once('data', resolve))));
    await windowsOf(made, child, 3);
    viewers[0]?.kill('SIGKILL');
    // One that reads no further is no better.
    viewers[1]?.kill('SIGSTOP');
    const { code, stderr } = await ended;
    expect(code, stderr).toBe(3);
    expect(stderr).not.toMatch(/INTERNAL|EPIPE|ECONNRESET/);
    expect(made.results().sections.load.requests).toMatchObject({ planned: 400, completed: 400 });
  }, 60_000);
});

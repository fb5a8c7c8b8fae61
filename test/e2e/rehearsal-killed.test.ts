import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { project, shakedown, state } from './rehearsal-project.ts';
import { paths } from './switch-paths.ts';

vi.setConfig({ testTimeout: 240_000 });

describe('a rehearsal that is killed', () => {
  it.each([
    ['while a version comes up', 'bringing up v2.1.0'],
    ['when it is up', 'v2.1.0 is up'],
    ['right after the move', 'all traffic to v2.1.0'],
    ['on the way back', 'all traffic to v2.0.0'],
  ])('%s leaves the traffic where it was', async (_, said) => {
    const folder = project();
    expect(await shakedown(folder, 'deploy', '--version', 'v2.0.0').ended).toBe(0);
    const before = state(folder);
    const run = shakedown(folder, 'rehearse', '--blue-green', '--version', 'v2.1.0');
    await expect.poll(() => run.said.err, { timeout: 60_000, interval: 20 }).toContain(said);
    process.kill(run.child.pid ?? 0, 'SIGKILL');
    await run.ended;
    // The guard does it; no other command is needed.
    await expect.poll(() => state(folder).moving, { timeout: 40_000 }).toBeNull();
    expect([state(folder).weights, state(folder).sides.map(({ name }) => name)]).toEqual([before.weights, ['blue']]);
    expect((await fetch(`${before.switch.baseUrl}/artifacts`)).headers.get('x-version')).toBe('v2.0.0');
    const next = shakedown(folder, 'deploy', '--version', 'v2.1.0');
    expect([await next.ended, next.said.err]).toEqual([0, expect.not.stringContaining('error')]);
  });

  it.each(['haproxy', 'envoy', 'nginx'])('leaves the traffic of %s where it was', async (driver) => {
    const folder = project({ deployment: paths.replace('{', `{ driver: ${driver},`) });
    expect(await shakedown(folder, 'deploy', '--version', 'v2.0.0').ended).toBe(0);
    const run = shakedown(folder, 'rehearse', '--blue-green', '--version', 'v2.1.0');
    await expect.poll(() => run.said.err, { timeout: 60_000, interval: 20 }).toContain('all traffic to v2.1.0');
    process.kill(run.child.pid ?? 0, 'SIGKILL');
    await run.ended;
    await expect.poll(() => state(folder).moving, { timeout: 40_000 }).toBeNull();
    expect([state(folder).weights, state(folder).sides.map(({ name }) => name)]).toEqual([{ blue: 100 }, ['blue']]);
    const { baseUrl } = state(folder).switch;
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${baseUrl}/artifacts`)));
    expect(new Set(answers.map(({ headers }) => headers.get('x-version')))).toEqual(new Set(['v2.0.0']));
  });

  it('together with its guard is repaired by the next command', async () => {
    const folder = project();
    expect(await shakedown(folder, 'deploy', '--version', 'v2.0.0').ended).toBe(0);
    const run = shakedown(folder, 'rehearse', '--blue-green', '--version', 'v2.1.0');
    await expect.poll(() => run.said.err, { timeout: 60_000, interval: 20 }).toContain('all traffic to v2.1.0');
    for (const pid of childrenOf(run.child.pid ?? 0)) process.kill(pid, 'SIGKILL');
    process.kill(run.child.pid ?? 0, 'SIGKILL');
    await run.ended;
    await sleep(1000);
    expect(state(folder).moving).not.toBeNull();
    const next = shakedown(folder, 'deploy', '--version', 'v2.1.0');
    expect(await next.ended).toBe(0);
    expect(next.said.err).toContain('A command that moved traffic was killed. The traffic is where it was before.');
    expect(state(folder).sides).toHaveLength(1);
  });
});

it('two at once are refused, and neither is disturbed', async () => {
  const folder = project();
  const first = shakedown(folder, 'rehearse', '--blue-green');
  await expect.poll(() => first.said.err, { timeout: 60_000 }).toContain('bringing up');
  const second = shakedown(folder, 'deploy', '--version', 'v2.1.0');
  expect([await second.ended, second.said.err]).toEqual([2, expect.stringContaining('STAGING_LOCKED')]);
  expect(await first.ended).toBe(0);
});

/** Linux. */
function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(' ').filter(Boolean).map(Number);
}

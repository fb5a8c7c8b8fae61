import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { serverWeights } from '../../../src/domains/rehearsal/switch/haproxy/haproxy.ts';
import { type Tiny, tinyStaging } from './tiny.ts';

const signal = AbortSignal.timeout(120_000);
const has = (() => {
  try {
    return execFileSync('haproxy', ['-v'], { encoding: 'utf8' }).includes('HAProxy');
  } catch {
    return false;
  }
})();

let tiny: Tiny | undefined;
afterEach(async () => {
  await tiny?.end();
  tiny = undefined;
});

async function answered(url: string, id = 'none'): Promise<Response> {
  return fetch(url, { headers: { 'x-request-id': id } });
}

async function twoVersions(): Promise<Tiny> {
  tiny = await tinyStaging({ driver: 'haproxy' });
  await tiny.staging.up('blue', 'v1', signal);
  await tiny.staging.move({ blue: 100 });
  await tiny.staging.up('green', 'v2', signal);
  return tiny;
}

describe.skipIf(!has && process.env.CI === undefined)(`a real HAProxy${has ? '' : ' (skipped: there is none)'}`, () => {
  it('is moved by its runtime API, read back, and lets what was begun come to its end', async () => {
    const { staging } = await twoVersions();
    expect(staging.switch.title).toMatch(/^HAProxy \d+\.\d+/);
    const { baseUrl } = staging.switch;
    expect((await answered(baseUrl)).headers.get('x-shakedown-instance')).toMatch(/^blue-[12]$/);
    const slow = answered(`${baseUrl}/?ms=700`);
    await expect.poll(async () => (await staging.switch.read()).inFlight?.blue).toBe(1);
    await staging.move({ green: 100 });
    expect(await (await answered(baseUrl)).text()).toMatch(/^v2/);
    const { left } = await staging.drained('blue', signal);
    expect([left, await (await slow).text()]).toEqual([0, expect.stringMatching(/^v1 blue/)]);
    expect((await staging.switch.read()).weights).toEqual({ blue: 0, green: 100 });
    await staging.down('blue');
    expect((await staging.switch.read()).weights).toEqual({ green: 100 });
  });

  it('shares the traffic as set, and notes which request went where', async () => {
    const { staging } = await twoVersions();
    await staging.move({ blue: 75, green: 25 });
    const answers: string[] = [];
    for (let i = 0; i < 80; i++) answers.push(await (await answered(staging.switch.baseUrl, `t-${i}`)).text());
    // In turn by weight, so nothing is left to chance but where the turn begins.
    const green = answers.filter((text) => text.startsWith('v2')).length;
    expect(Math.abs(green - 20)).toBeLessThanOrEqual(1);
    await expect
      .poll(() => (readFileSync(staging.switch.log ?? '', 'utf8').match(/"id":"t-\d+"/g) ?? []).length)
      .toBe(80);
  });

  it('that ends half-way is reported, and nothing is taken for moved', async () => {
    const { staging, settings } = await twoVersions();
    process.kill(JSON.parse(readFileSync(settings.stateFile, 'utf8')).switch.process.pid, 'SIGKILL');
    await expect.poll(() => staging.broken()).toBe('the switch has ended');
    await expect(staging.move({ green: 100 })).rejects.toMatchObject({ code: 'SWITCH_UNREACHABLE' });
    expect(staging.weights).toEqual({ blue: 100 });
  });
});

it('where there is no HAProxy, says how to get one', async () => {
  await expect(tinyStaging({ driver: 'haproxy', haproxyPath: '/nowhere/haproxy' })).rejects.toMatchObject({
    ...{ code: 'SWITCH_MISSING', exitCode: 4 },
    message: 'There is no HAProxy: /nowhere/haproxy cannot be run.',
  });
});

it('weights of servers give sides their shares, whatever the count of their instances', () => {
  const servers = ['blue-1', 'blue-2', 'blue-3', 'green-1'];
  const weights = serverWeights({ blue: 95, green: 5 }, servers);
  const sum = (side: string) =>
    servers.filter((name) => name.startsWith(side)).reduce((all, name) => all + (weights.get(name) ?? 0), 0);
  expect(sum('green') / (sum('green') + sum('blue'))).toBeCloseTo(0.05, 2);
  expect(serverWeights({ green: 100 }, servers)).toEqual(
    new Map([
      ['blue-1', 0],
      ['blue-2', 0],
      ['blue-3', 0],
      ['green-1', 256],
    ]),
  );
});

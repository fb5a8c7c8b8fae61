import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { switchProgram } from './programs.ts';
import { type Tiny, tinyStaging } from './tiny.ts';

const signal = AbortSignal.timeout(180_000);
const found = { envoy: switchProgram('envoy'), nginx: switchProgram('nginx') };

let tiny: Tiny | undefined;
afterEach(async () => {
  await tiny?.end();
  tiny = undefined;
});

async function answered(url: string, id = 'none', init: RequestInit = {}): Promise<Response> {
  return fetch(url, { ...init, headers: { 'x-request-id': id } });
}

async function twoVersions(driver: 'envoy' | 'nginx'): Promise<Tiny> {
  tiny = await tinyStaging({ driver, envoyPath: found.envoy, nginxPath: found.nginx });
  await tiny.staging.up('blue', 'v1', signal);
  await tiny.staging.move({ blue: 100 });
  await tiny.staging.up('green', 'v2', signal);
  return tiny;
}

describe.each(['envoy', 'nginx'] as const)('a real %s', (driver) => {
  const isMissing = found[driver] === null && process.env.CI === undefined;

  it.skipIf(isMissing)('is moved, read back, and lets what was begun come to its end', async () => {
    const { staging } = await twoVersions(driver);
    expect(staging.switch.title).toMatch(/^(Envoy|nginx) \d+\.\d+/);
    const { baseUrl } = staging.switch;
    expect((await answered(baseUrl)).headers.get('x-shakedown-instance')).toMatch(/^blue-[12]$/);
    const slow = answered(`${baseUrl}/?ms=1500`);
    await expect.poll(async () => (await staging.switch.read()).inFlight?.blue).toBe(1);
    await staging.move({ green: 100 });
    for (let i = 0; i < 20; i++) expect(await (await answered(baseUrl)).text()).toMatch(/^v2/);
    expect((await staging.switch.read()).inFlight).toEqual({ blue: 1, green: 0 });
    const { left } = await staging.drained('blue', signal);
    expect([left, await (await slow).text()]).toEqual([0, expect.stringMatching(/^v1 blue/)]);
    expect((await staging.switch.read()).weights).toEqual({ blue: 0, green: 100 });
    await staging.down('blue');
    expect((await staging.switch.read()).weights).toEqual({ green: 100 });
  });

  it.skipIf(isMissing)('shares the traffic as set, and notes which request went where', async () => {
    const { staging } = await twoVersions(driver);
    await staging.move({ blue: 74.5, green: 25.5 });
    expect((await staging.switch.read()).weights).toEqual({ blue: 74.5, green: 25.5 });
    const answers: string[] = [];
    for (let i = 0; i < 800; i++) answers.push(await (await answered(staging.switch.baseUrl, `t-${i}`)).text());
    // By chance: five standard deviations of a binomial.
    const green = answers.filter((text) => text.startsWith('v2')).length;
    expect(Math.abs(green - 204)).toBeLessThanOrEqual(62);
    const noted = () => readFileSync(staging.switch.log ?? '', 'utf8');
    await expect.poll(() => (noted().match(/"id":"t-\d+"/g) ?? []).length).toBe(800);
    expect((noted().match(/"instance":"green-[12]"/g) ?? []).length).toBe(green);
  });

  it.skipIf(isMissing)('gives a request to nobody rather than to a side without instances', async () => {
    const { staging } = await twoVersions(driver);
    await expect(staging.move({ control: 100 })).rejects.toMatchObject({ code: 'SWITCH_UNREACHABLE' });
    expect(await (await answered(staging.switch.baseUrl)).text()).toMatch(/^v1/);
  });

  it.skipIf(isMissing)('never sends a request again', async () => {
    const { staging, settings } = await twoVersions(driver);
    const [first] = JSON.parse(readFileSync(settings.stateFile, 'utf8')).sides[0].instances;
    const slow = Array.from({ length: 8 }, (_, i) => answered(`${staging.switch.baseUrl}/?ms=3000`, `cut-${i}`));
    await expect.poll(async () => (await staging.switch.read()).inFlight?.blue).toBe(8);
    process.kill(first.process.pid, 'SIGKILL');
    const statuses = (await Promise.all(slow)).map(({ status }) => status);
    expect(statuses.filter((status) => status >= 500)).toHaveLength(4);
    const seen = readFileSync(first.log, 'utf8') + readFileSync(first.log.replace('blue-1', 'blue-2'), 'utf8');
    expect((seen.match(/"cut-\d"/g) ?? []).sort()).toEqual(Array.from({ length: 8 }, (_, i) => `"cut-${i}"`));
  });

  it.skipIf(isMissing)('keeps the connections of clients that are used while the traffic is moved', async () => {
    const { staging } = await twoVersions(driver);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const asked = (path: string) =>
      new Promise<string>((resolve, reject) => {
        get(`${staging.switch.baseUrl}${path}`, { agent }, (response) => {
          let text = '';
          response.on('data', (part) => {
            text += part;
          });
          response.on('end', () => resolve(text));
        }).on('error', reject);
      });
    const before = asked('/?ms=400');
    await expect.poll(async () => (await staging.switch.read()).inFlight?.blue).toBe(1);
    await staging.move({ green: 100 });
    expect(await before).toMatch(/^v1/);
    expect(await asked('/')).toMatch(/^v2/);
    agent.destroy();
  });

  it.skipIf(isMissing)('that ends half-way is reported, and nothing is taken for moved', async () => {
    const { staging, settings } = await twoVersions(driver);
    process.kill(JSON.parse(readFileSync(settings.stateFile, 'utf8')).switch.process.pid, 'SIGKILL');
    await expect.poll(() => staging.broken()).toBe('the switch has ended');
    await expect(staging.move({ green: 100 })).rejects.toMatchObject({ code: 'SWITCH_UNREACHABLE' });
    expect(staging.weights).toEqual({ blue: 100 });
    const { baseUrl } = staging.switch;
    await tiny?.end();
    tiny = undefined;
    // Nothing of it is left, its workers neither.
    await expect(fetch(baseUrl)).rejects.toThrow();
  });

  it.skipIf(isMissing)('whose port is taken, says so', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    await expect(tinyStaging({ driver, port, envoyPath: found.envoy, nginxPath: found.nginx })).rejects.toMatchObject({
      code: 'SWITCH_UNREACHABLE',
      message: expect.stringMatching(/ended at its start: .*(bind|in use)/),
    });
    taken.close();
  });

  it('that is not there, is named', async () => {
    const path = `/nowhere/${driver}`;
    await expect(tinyStaging({ driver, envoyPath: path, nginxPath: path })).rejects.toMatchObject({
      ...{ code: 'SWITCH_MISSING', exitCode: 4 },
      message: expect.stringContaining(`/nowhere/${driver} cannot be run.`),
    });
  });
});

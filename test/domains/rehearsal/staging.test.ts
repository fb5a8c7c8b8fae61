import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { repairedStaging } from '../../../src/domains/rehearsal/system/hold.ts';
import { Staging } from '../../../src/domains/rehearsal/system/staging.ts';
import { writeState } from '../../../src/domains/rehearsal/system/state.ts';
import { lives } from '../../../src/evidence/process.ts';
import { type Tiny, tinyStaging } from './tiny.ts';

const signal = AbortSignal.timeout(120_000);
let tiny: Tiny | undefined;
afterEach(async () => {
  await tiny?.end();
  tiny = undefined;
});

async function answered(url: string): Promise<string> {
  return (await fetch(url)).text();
}

/** Both are up, and blue has the traffic. */
async function blueAndGreen(): Promise<Tiny> {
  tiny = await tinyStaging();
  await tiny.staging.up('blue', 'v1', signal);
  await tiny.staging.move({ blue: 100 });
  await tiny.staging.up('green', 'v2', signal);
  return tiny;
}

describe('versions side by side', () => {
  it('come up without traffic, get it when it is moved, and finish what they have begun', async () => {
    const { staging } = await blueAndGreen();
    const { baseUrl } = staging.switch;
    expect(await answered(baseUrl)).toMatch(/^v1 blue-[12]$/);
    const slow = answered(`${baseUrl}/?ms=600`);
    await expect.poll(async () => (await staging.switch.read()).inFlight).toEqual({ blue: 1, green: 0 });
    await staging.move({ green: 100 });
    expect(await answered(baseUrl)).toMatch(/^v2 green-[12]$/);
    const drained = await staging.drained('blue', signal);
    expect([drained.left, await slow]).toEqual([0, expect.stringMatching(/^v1 blue/)]);
    await expect(staging.down('green')).rejects.toThrow(/gets traffic/);
    await staging.down('blue');
    expect(staging.sides.map(({ name }) => name)).toEqual(['green']);
  });

  it('share the traffic as set, also at the client', async () => {
    const { staging } = await blueAndGreen();
    await staging.move({ blue: 75, green: 25 });
    const answers = await Promise.all(Array.from({ length: 400 }, () => answered(staging.switch.baseUrl)));
    const green = answers.filter((answer) => answer.startsWith('v2')).length;
    // 25 % of 400 is 100, with a standard deviation of 8.7.
    expect(green).toBeGreaterThan(60);
    expect(green).toBeLessThan(140);
  });

  it.each([
    [{ blue: 50, green: 40 }, 'Weights of 50 % blue, 40 % green do not add up to 100 %.'],
    [{ blue: 120, green: -20 }, 'Weights of 120 % blue, -20 % green do not add up to 100 %.'],
  ])('refuse weights that do not add up: %j', async (weights, message) => {
    const { staging } = await blueAndGreen();
    await expect(staging.move(weights)).rejects.toThrow(message);
    expect((await staging.switch.read()).weights).toEqual({ blue: 100 });
  });
});

describe('a version that is no good', () => {
  it.each([
    ['v2-unready', /^v2-unready did not come up: green-[12] was not ready after 2.5 s: \/healthz answers 503\.$/],
    ['v2-ends', /^v2-ends did not come up: green-[12] ended\.$/],
    [
      'v2-other',
      /^v2-other is not what came up: tiny was deployed as sha256:v2-other0+, and green-1 says that it runs sha256:f0+\.$/,
    ],
    ['v2-hollow', /^v2-hollow did not come up: it says that it is healthy, and failed (\d+) of \1 requests/],
  ])('%s is ended, and the traffic stays', async (version, message) => {
    tiny = await tinyStaging();
    const { staging } = tiny;
    await staging.up('blue', 'v1', signal);
    await staging.move({ blue: 100 });
    await expect(staging.up('green', version, signal)).rejects.toThrow(message);
    expect(staging.sides.map(({ name }) => name)).toEqual(['blue']);
    expect(await answered(staging.switch.baseUrl)).toMatch(/^v1/);
  });
});

describe('a command that moved traffic and was killed', () => {
  it('has the traffic put back by the next one, and what it added ended', async () => {
    const { staging, settings } = await blueAndGreen();
    const green = staging.side('green');
    await staging.down('green');
    staging.beginMoving();
    await staging.up('green', 'v2', signal);
    await staging.move({ blue: 75, green: 25 });
    const said: string[] = [];
    const repaired = await repairedStaging(settings, (text) => said.push(text));
    expect(said).toEqual(['A command that moved traffic was killed. The traffic is where it was before.']);
    expect([(await repaired?.switch.read())?.weights, repaired?.sides.map(({ name }) => name)]).toEqual([
      { blue: 100 },
      ['blue'],
    ]);
    expect(green).not.toBeNull();
    // A second time there is nothing to do.
    expect(await repaired?.restore()).toBeNull();
  });

  it('ends what is left where the switch is gone too', async () => {
    const { staging, settings } = await blueAndGreen();
    const found = await Staging.find(settings);
    const instances = staging.sides.flatMap(({ instances: each }) => each);
    process.kill(pidOfSwitch(settings.stateFile), 'SIGKILL');
    await expect.poll(() => staging.broken()).toBe('the switch has ended');
    const said: string[] = [];
    expect(await repairedStaging(settings, (text) => said.push(text))).toBeNull();
    expect(said).toEqual(['The staging system is ended, as the switch has ended.']);
    expect(instances.filter(({ process: each }) => each !== null && lives(each))).toEqual([]);
    expect([existsSync(settings.stateFile), found === null]).toEqual([false, false]);
  });
});

it('a state file that cannot be read is named', async () => {
  tiny = await tinyStaging();
  const { settings, staging } = tiny;
  const state = JSON.parse(readFileSync(settings.stateFile, 'utf8'));
  writeState(settings.stateFile, { ...state, format: 'other' });
  await expect(Staging.find(settings)).rejects.toThrow(`${settings.stateFile} cannot be read.`);
  writeState(settings.stateFile, state);
  expect(staging.current).toBeNull();
});

function pidOfSwitch(stateFile: string): number {
  return JSON.parse(readFileSync(stateFile, 'utf8')).switch.process.pid;
}

import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { serve } from '../domains/load/shop.ts';
import { describeWithK6 } from '../setup/programs.ts';
import { eventsOf, type Project, project, recordedProject, windowsOf } from './project.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Makes the harness fail once the file `TEST_CRASH` is there. */
const failures = {
  /** A promise is rejected that nobody waits for. */
  rejection: `
  const timer = setInterval(() => {
    if (process.listenerCount('uncaughtException') === 0 || !existsSync(process.env.TEST_CRASH)) return;
    clearInterval(timer);
    Promise.reject(new TypeError('nobody expected this'));
  }, 5);`,
  /** The next session of the plan cannot be handed out. */
  session: `
  const { stringify } = JSON;
  JSON.stringify = (value, ...rest) => {
    if (value?.q !== undefined && value.h !== undefined && existsSync(process.env.TEST_CRASH))
      throw new RangeError('a session could not be written');
    return stringify(value, ...rest);
  };`,
};

function crashing(made: Project, failure: keyof typeof failures): { env: NodeJS.ProcessEnv; now(): void } {
  const file = join(made.folder, 'preload.mjs');
  writeFileSync(
    file,
    `import { existsSync } from 'node:fs';
if (/(bin|shakedown)\\.mjs$/.test(process.argv[1] ?? '')) {${failures[failure]}
}`,
  );
  const crash = join(made.folder, 'crash');
  return {
    env: { NODE_OPTIONS: `--import ${file}`, TEST_CRASH: crash },
    now: () => writeFileSync(crash, ''),
  };
}

it('an error that nobody caught ends a command with 70 and one clear line', async () => {
  const made = project('name: Shop\n');
  closing.push(made.remove);
  const crash = crashing(made, 'rejection');
  crash.now();
  const { code, stderr } = await made.run(['doctor'], crash.env);
  expect([code, stderr.match(/INTERNAL/g)]).toEqual([70, ['INTERNAL']]);
  expect(stderr).toMatch(/^error INTERNAL: nobody expected this$/m);
});

describeWithK6('while a run is on', (k6) => {
  const own = { SHAKEDOWN_K6: k6.path };

  /** A session for each request, and a long one, so that they are handed out bit by bit. */
  async function shop(seconds: number): Promise<Project> {
    const server = await serve((_, response) => response.end());
    closing.push(server.close);
    const origin = `http://127.0.0.1:${server.port}`;
    const made = await recordedProject([`/a?${'x'.repeat(4000)}`], origin, seconds, 50, '', 50 * seconds);
    closing.push(made.remove);
    return made;
  }

  /** Reported as far as it was measured, nothing left behind, and the exit code says whose fault it was. */
  function expectReport(made: Project, ended: { code: number | null; stdout: string }, why: RegExp): void {
    const folder = made.runFolder();
    expect(ended.code).toBe(70);
    expect(ended.stdout).toMatch(/index\.html/);
    expect(eventsOf(folder, 'shakedown.run.interrupted')).toEqual([{ reason: expect.stringMatching(why) }]);
    const windows = eventsOf(folder, 'shakedown.window.closed').length;
    const { run, sections } = made.results();
    expect(windows).toBeGreaterThan(2);
    expect(run.coveredMs).toBeGreaterThan(2000);
    expect(sections.load.requests.completed).toBeGreaterThan(100);
    expect(readdirSync(folder).filter((name) => ['lock.json', 'reserve'].includes(name))).toEqual([]);
    expect(existsSync(join(folder, 'index.html'))).toBe(true);
  }

  it('an error that nobody caught ends it in order: undone, reported, exit code 70', async () => {
    const made = await shop(30);
    const crash = crashing(made, 'rejection');
    const { child, ended } = made.start(['simulate', '--duration', '30s'], { ...own, ...crash.env });
    await windowsOf(made, child, 3);
    crash.now();
    const outcome = await ended;
    expectReport(made, outcome, /^nobody expected this$/);
    expect(made.results().run.coveredMs).toBeLessThan(25_000);
    expect(outcome.stderr).toMatch(/^error INTERNAL: nobody expected this$/m);
  }, 60_000);

  it('so does a plan whose sessions can be read no further', async () => {
    const made = await shop(30);
    const crash = crashing(made, 'session');
    const { child, ended } = made.start(['simulate', '--duration', '30s'], { ...own, ...crash.env });
    await windowsOf(made, child, 3);
    crash.now();
    expectReport(made, await ended, /^a session could not be written$/);
    expect(made.results().run.coveredMs).toBeLessThan(29_000);
  }, 60_000);

  it('a Ctrl-C that reaches its compiler too, as in a terminal, still leaves a report', async () => {
    const made = await shop(30);
    const compiled = join(made.folder, 'compiled');
    mkdirSync(compiled);
    // Nothing is compiled yet, and the whole group gets the signal.
    const { child, ended } = made.start(['simulate', '--duration', '30s'], { ...own, TMPDIR: compiled }, ['setsid']);
    await windowsOf(made, child, 3);
    process.kill(-(child.pid ?? 0), 'SIGINT');
    const { code, stdout, stderr } = await ended;
    expect([code, stderr]).toEqual([130, expect.not.stringMatching(/INTERNAL/)]);
    expect(stdout).toMatch(/index\.html/);
  }, 60_000);
});

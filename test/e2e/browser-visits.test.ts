import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { chromiumProgram } from '../../src/environment/browser-programs.ts';
import type { BrowserMeasured } from '../../src/model/browser-visits.ts';
import { serve } from '../domains/load/shop.ts';
import { describeWithK6 } from '../setup/programs.ts';
import { eventsOf, type Project, project, recordedProject, sampleConfig } from './project.ts';

/** A string says why there is none: then what needs it is skipped on a desk, and fails where everything is meant to be checked. */
const chromium = await chromiumProgram();
const isSkipped = typeof chromium === 'string' && process.env.CI === undefined;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A run's own folder for what is temporary, so that what it leaves there is seen. */
function temporary(made: Project): { env: NodeJS.ProcessEnv; left(): string[] } {
  const folder = join(made.folder, 'tmp');
  mkdirSync(folder);
  return {
    env: { TMPDIR: folder },
    left: () => readdirSync(folder).filter((name) => name.startsWith('shakedown-browsers-')),
  };
}

/** Processes with this text in their command line: k6, the shell beside it, and all browsers name the scratch folder there. */
function pidsWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(text);
      } catch {
        return false;
      }
    })
    .map(Number);
}

async function until(holds: () => boolean, what: string, state: () => string = () => ''): Promise<void> {
  const deadline = Date.now() + 200_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`it took too long: ${what} ${state()}`);
    await wait(100);
  }
}

async function shop(more: string): Promise<Project> {
  const server = await serve((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>Shop</title><h1>A shop</h1>');
  });
  closing.push(server.close);
  const made = await recordedProject(['/a', '/b'], `http://127.0.0.1:${server.port}`, 60, 10, more);
  closing.push(made.remove);
  return made;
}

describeWithK6('simulate --browser-vus', (k6) => {
  const env = { SHAKEDOWN_K6: k6.path };

  it('without a Chromium: the run goes on, and says that no browser was run', async () => {
    const made = await shop('');
    const { code, stderr } = await made.run(['simulate', '--duration', '3s', '--browser-vus', '2'], {
      ...env,
      SHAKEDOWN_CHROMIUM: '/nowhere/chromium',
    });
    expect(stderr).toContain('No browser visits the target: no Chromium (SHAKEDOWN_CHROMIUM names /nowhere/chromium');
    expect(code, stderr).not.toBe(70);
    const results = made.results();
    expect(results.sections.browsers?.visits?.notRun).toContain('no Chromium');
    expect(results.sections.browsers?.vitals).toEqual([]);
    expect(results.missing.join(' ')).toContain('No browser visited the target');
    expect(results.sections.load.requests.completed).toBeGreaterThan(0);
  }, 240_000);

  describe.skipIf(isSkipped)(isSkipped ? `in Chromium (skipped: no Chromium: ${chromium})` : 'in Chromium', () => {
    it('visits the shop before and under load, and leaves the replay and its figures as they are', async () => {
      const made = project(
        sampleConfig('', 'browser: { quietS: 8, thinkS: [0.2, 0.5], budgets: { LCP: 2500, TTFB: 800 } }').replace(
          'ratePerSecond: 150',
          'ratePerSecond: 40',
        ),
      );
      closing.push(made.remove);
      const { env: own, left } = temporary(made);
      const { code, stderr, stdout } = await made.run(['simulate', '--duration', '25s', '--browser-vus', '1'], {
        ...env,
        ...own,
      });
      expect([0, 1, 3], stderr).toContain(code);
      expect(stdout).toContain('LCP under load, p75');
      const results = made.results();
      const { visits, vitals } = results.sections.browsers ?? {};
      expect(visits).toMatchObject({ visitors: 1, notRun: null, derived: true, endedEarly: null, judged: true });
      expect(visits?.pages.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['/', '/products', '/products/:id']),
      );
      // What wants a session, such as the account, is no page of someone who has just come.
      expect(visits?.pages.map(({ name }) => name)).not.toContain('/account');
      const loaded = (condition: string) =>
        visits?.counts.find((each) => each.condition === condition && each.page === null)?.loaded ?? 0;
      expect(loaded('quiet')).toBeGreaterThan(0);
      expect(loaded('load')).toBeGreaterThan(0);
      const lcp = vitals?.find(({ metric, condition }) => metric === 'LCP' && condition === 'load');
      expect(lcp?.p75).toBeGreaterThan(0);
      expect(results.objectives.map(({ objective }) => objective.id)).toEqual(
        expect.arrayContaining(['vital-lcp', 'vital-ttfb']),
      );
      expect(visits?.traffic.requests).toBeGreaterThan(0);
      // Every request of the plan is accounted for, and none beside it.
      const { planned, completed, failed, unsent } = results.sections.load.requests;
      expect(completed + failed + unsent).toBe(planned);
      expect(planned).toBe(results.sections.load.plan.requests);
      expect(results.sections.load.fidelity.sentRequests).toBeLessThanOrEqual(planned);
      const page = readFileSync(join(made.runFolder(), 'browsers.html'), 'utf8');
      expect(page).toContain('Browser users <small>');
      expect(page).toContain('Perceived performance');
      expect(left()).toEqual([]);
      expect(pidsWith(`${made.folder}/tmp`)).toEqual([]);
    }, 600_000);

    it.skipIf(process.platform !== 'linux')(
      'a browser that is killed is followed by another, and nothing is left of any when the harness is killed',
      async () => {
        const made = await shop('browser: { pages: [/a, /b], quietS: 0, thinkS: [0.1, 0.2] }');
        const { env: own, left } = temporary(made);
        const { child, ended } = made.start(['simulate', '--duration', '5m', '--browser-vus', '1'], {
          ...env,
          ...own,
        });
        closing.push(() => child.kill('SIGKILL'));
        await until(
          () => left().length === 1 && loadedIn(made) > 0,
          'a first view',
          () => told(made),
        );
        const [scratch = ''] = left();
        const browsers = () =>
          pidsWith(scratch).filter((pid) => {
            const line = commandOf(pid);
            return line.includes('--user-data-dir') && !line.includes('--type=');
          });
        for (const pid of browsers()) process.kill(pid, 'SIGKILL');
        await until(
          () => eventsOf(made.runFolder(), 'shakedown.browsers.crashed').length > 0,
          'the crash in the journal',
        );
        const seen = loadedIn(made);
        await until(() => loadedIn(made) > seen, 'views after the crash');
        expect(browsers().length).toBeGreaterThan(0);
        child.kill('SIGKILL');
        await ended;
        await until(() => pidsWith(scratch).length === 0, 'all processes gone');
        await until(() => left().length === 0, 'the scratch folder gone');
      },
      900_000,
    );

    it('Ctrl-C ends browsers with the run, whose report tells what they saw', async () => {
      const made = await shop('browser: { pages: [/a], quietS: 0, thinkS: [0.1, 0.2] }');
      const { env: own, left } = temporary(made);
      const { child, ended } = made.start(['simulate', '--duration', '5m', '--browser-vus', '1'], { ...env, ...own });
      closing.push(() => child.kill('SIGKILL'));
      await until(
        () => left().length === 1 && loadedIn(made) > 0,
        'a first view',
        () => told(made),
      );
      const [scratch = ''] = left();
      child.kill('SIGINT');
      const { code, stderr } = await ended;
      expect(code, stderr).toBe(130);
      expect(made.results().sections.browsers?.visits).toMatchObject({ notRun: null, endedEarly: null });
      expect(left()).toEqual([]);
      if (process.platform === 'linux') expect(pidsWith(scratch)).toEqual([]);
    }, 600_000);
  });
});

/** Page views that loaded; none while there is no run yet. */
function loadedIn(made: Project): number {
  let folder: string;
  try {
    folder = made.runFolder();
  } catch {
    return 0;
  }
  const measured = eventsOf(folder, 'shakedown.browsers.measured') as unknown as BrowserMeasured[];
  return measured.flatMap(({ views }) => views).reduce((sum, { loaded }) => sum + loaded, 0);
}

function told(made: Project): string {
  const kinds = ['started', 'measured', 'crashed', 'ended'].map((kind) => `shakedown.browsers.${kind}`);
  try {
    return JSON.stringify(kinds.map((kind) => eventsOf(made.runFolder(), kind)));
  } catch (error) {
    return String(error);
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

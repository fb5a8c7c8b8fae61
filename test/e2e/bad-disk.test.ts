import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { serve } from '../domains/load/shop.ts';
import { describeWithK6 } from '../setup/programs.ts';
import { eventsOf, type Project, recordedProject, windowsOf } from './project.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function shop(seconds: number): Promise<Project> {
  const server = await serve((_, response) => response.end());
  closing.push(server.close);
  const made = await recordedProject(['/a', '/b'], `http://127.0.0.1:${server.port}`, seconds, 40);
  closing.push(made.remove);
  return made;
}

const lines = (text: string) =>
  text.split('\n').filter((line) => /can no longer be written|INTERNAL| at .*\.ts:/.test(line));
const canMount = process.platform === 'linux' && process.getuid?.() === 0 && mountWorks();

describeWithK6('a disk that fills up within a run', (k6) => {
  const env = { SHAKEDOWN_K6: k6.path };

  it.skipIf(!canMount)(
    'ends it in order; what was measured is reported, and it goes on when there is room (skipped where no tmpfs can be mounted)',
    async () => {
      const made = await shop(26);
      const disk = join(made.folder, 'reports');
      mkdirSync(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk]);
      closing.push(() => execFileSync('umount', ['-l', disk]));
      const { child, ended } = made.start(['simulate', '--duration', '26s'], env);
      const folder = await windowsOf(made, child, 3);
      const ballast = join(disk, 'ballast');
      // Ends with an error, as it is meant to: there is no room for all of it.
      spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=1k'], { stdio: 'ignore' });
      const { code, stdout, stderr } = await ended;
      expect(code, stderr).toBe(3);
      expect(lines(stderr), stderr).toEqual([expect.stringMatching(/the disk is full.*--resume.*report --from/)]);
      expect(stdout).toMatch(/INCONCLUSIVE/);
      expect(stdout).toContain('not written; later: shakedown report --from');
      const before = eventsOf(folder, 'shakedown.window.closed').length;
      expect(before).toBeGreaterThanOrEqual(3);
      const stillFull = await made.run(['report', '--from', folder]);
      expect([stillFull.code, stillFull.stderr]).toEqual([
        2,
        expect.stringMatching(/REPORT_NOT_WRITTEN.*no space left/),
      ]);

      rmSync(ballast);
      const report = await made.run(['report', '--from', folder]);
      expect(report.code, report.stderr).toBe(3);
      const measured = made.results();
      expect(measured.run.interrupted).toContain('the disk is full');
      expect(measured.run.coveredMs).toBe(before * 1000);
      const { planned, completed, failed, unsent } = measured.sections.load.requests;
      expect(completed + failed + unsent).toBe(planned);
      expect(completed).toBeGreaterThanOrEqual(60);

      const resumed = await made.run(['simulate', '--resume', folder], env);
      expect([resumed.code, resumed.stdout], resumed.stderr).toEqual([3, expect.stringMatching(/INCONCLUSIVE/)]);
      const results = made.results();
      expect(results.run.interrupted).toBeNull();
      expect(results.run.coveredMs).toBeGreaterThan(before * 1000);
      expect(results.sections.monitoring?.stability?.gaps[0]?.fromMs).toBe(before * 1000);
      expect(existsSync(join(folder, 'reserve'))).toBe(false);
    },
    150_000,
  );

  it('ends it as well where a limit on the size of files is met', async () => {
    const made = await shop(60);
    const program = join(made.folder, 'limited.sh');
    // 512 or 1,024 bytes each, by the shell: 20 or 40 kB.
    writeFileSync(program, 'ulimit -f 40; exec "$@"\n');
    const { code, stdout, stderr } = await made.start(['simulate', '--duration', '60s'], env, ['sh', program]).ended;
    expect(code, stderr).toBe(3);
    expect(lines(stderr), stderr).toEqual([expect.stringMatching(/ulimit -f/)]);
    expect(stdout).toMatch(/INCONCLUSIVE/);
    const report = await made.run(['report', '--from', made.runFolder()]);
    expect(report.code, report.stderr).toBe(3);
    const { run, sections } = made.results();
    const { requests } = sections.load;
    expect(run.interrupted).not.toBeNull();
    expect(run.coveredMs).toBeGreaterThan(0);
    expect(requests.completed + requests.failed + requests.unsent).toBe(requests.planned);
  }, 120_000);

  it('lines that a kill tore are passed over, and the run goes on behind them', async () => {
    const made = await shop(20);
    const { child, ended } = made.start(['simulate', '--duration', '20s'], env);
    const folder = await windowsOf(made, child, 3);
    child.kill('SIGKILL');
    await ended;
    const before = eventsOf(folder, 'shakedown.window.closed').length;
    const whole = readFileSync(join(folder, 'journal.ndjson'), 'utf8');
    appendFileSync(join(folder, 'journal.ndjson'), whole.trimEnd().split('\n').at(-1)?.slice(0, 70) ?? '');
    appendFileSync(join(folder, 'windows/response.hlog'), 'Tag=all,99.000,1.000,4.1');
    const report = await made.run(['report', '--from', folder]);
    expect(report.code, report.stderr).toBe(3);
    expect(made.results().run.coveredMs).toBe(before * 1000);
    const resumed = await made.run(['simulate', '--resume', folder], env);
    expect(resumed.code, resumed.stderr).toBe(3);
    const results = made.results();
    expect(eventsOf(folder, 'shakedown.window.closed').length).toBeGreaterThan(before);
    expect(results.warnings.filter((text) => text.includes('windows/response.hlog'))).toEqual([]);
    expect(results.warnings).toContain('1 damaged line of the journal was skipped.');
  }, 120_000);
});

function mountWorks(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

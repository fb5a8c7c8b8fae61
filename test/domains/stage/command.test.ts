import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nextPhase } from '../../../src/domains/stage/next-phase.ts';
import { readStageRecord } from '../../../src/domains/stage/record.ts';
import type { Results } from '../../../src/model/results.ts';
import { domains } from '../../../src/run/domains.ts';
import { buildResults } from '../../../src/run/results/build.ts';
import { isAlive } from '../../alive.ts';
import { bin, startCli } from '../../cli/cli.ts';
import { node, type StageProject, stageProject } from './stage-project.ts';

let project: StageProject;
beforeEach(async () => {
  project = await stageProject();
});
afterEach(() => project.remove());

const only = ['--only', 'provision'];
const written = () => JSON.parse(readFileSync(join(project.stage(), 'results.json'), 'utf8')) as Results;
const all = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');

describe('shakedown run', () => {
  it('does what is configured, and says so line by line', async () => {
    project.configure({ provision: node('') });
    const { code, stderr } = await project.run(...only);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^\d\d:\d\d:\d\d {2}the stage .* begins: 1 of \d+ phases$/m);
    expect(stderr).toMatch(/provision: begins, by the environment manager: .* \(2 arguments, not shown\)/);
    expect(stderr).toMatch(/provision: PASSED after/);
    const { stage } = written().sections;
    expect(stage?.state).toMatchObject([{ key: 'infrastructure_provisioned', value: true, backed: true }]);
    expect(stage?.identity.artifacts).toMatchObject([{ name: 'shop', by: ['target'] }]);
  });
  it('says that nothing is shown of the candidate where the environment is not there', async () => {
    project.configure({ provision: node('process.exit(7)') });
    expect((await project.run(...only)).code).toBe(3);
    expect(written().sentence).toMatch(/provisioning of the environment did not succeed/);
    expect(written().sections.stage?.state).toMatchObject([{ key: 'infrastructure_provisioned', value: false }]);
  });
  it('leaves a skipped phase inconclusive, with its reason, whatever stands in it', async () => {
    project.configure({ provision: node('') });
    const reason = '<img src=x onerror=alert(1)> | `a` \u202e $(id)';
    await project.run(...only, '--skip', `capacity=${reason}`);
    const results = written();
    expect(results.gates).toMatchObject([{ id: 'scalability', verdict: 'inconclusive' }]);
    const page = readFileSync(join(project.stage(), 'stage.html'), 'utf8');
    expect(page).toContain('&lt;img src&#x3D;x onerror&#x3D;alert(1)&gt;');
    expect(page).not.toContain('<img src=x');
    for (const name of ['index.html', 'summary.md', 'junit.xml'])
      expect(readFileSync(join(project.stage(), name), 'utf8')).not.toMatch(/<img src=x|\u202e/);
  });
  it('shows no secret of its commands or of its environment', async () => {
    process.env.STAGE_TEST_TOKEN = 'env-hunter2';
    try {
      const code = 'console.log(process.env.STAGE_TEST_TOKEN, process.argv); console.error("log-hunter2")';
      project.configure({
        provision: node(code, '--password=arg-hunter2'),
        candidate: { command: [process.execPath, '-e', `console.log("shop sha256:${'a'.repeat(64)}")`, 'key-hunter2'] },
      });
      const { stdout, stderr } = await project.run(...only);
      expect(all(project.stage()) + stdout + stderr).not.toMatch(/hunter2/);
      expect(written().sections.stage?.identity.artifacts[0]?.by).toEqual(['target', 'command']);
    } finally {
      delete process.env.STAGE_TEST_TOKEN;
    }
  });
  it('refuses a second stage in the same environment, and lets one of another begin', async () => {
    const code =
      'const { existsSync } = require("fs"); const wait = () => { if (!existsSync(process.argv[1])) setTimeout(wait, 50); }; wait()';
    const done = join(project.folder, 'done');
    project.configure({ provision: node(code, done) });
    const first = project.run(...only);
    while (
      !existsSync(join(project.folder, 'reports/runs')) ||
      !all(join(project.folder, 'reports/runs')).includes('stage.process')
    )
      await new Promise((resolve) => setTimeout(resolve, 50));
    const second = await project.run(...only);
    expect([second.code, second.stderr]).toEqual([
      2,
      expect.stringMatching(/STAGE_LOCKED: Another stage is at work in the environment staging: process \d+/),
    ]);
    project.configure({ provision: node('') }, { environment: 'another' });
    expect((await project.run(...only)).code).toBe(3);
    writeFileSync(done, '');
    expect((await first).code).toBe(3);
  });
  it('names what people decide on below the verdict, and lets nobody sign the stage in its place', async () => {
    project.configure({});
    const inProject = (...args: string[]) => startCli(args, { cwd: project.folder }).ended;
    const { code, stderr } = await inProject('run', '--only', 'readiness,approval');
    expect(code).toBe(3);
    const [, asked = ''] = /^People decide on (\S+): shakedown sign \1 --role/m.exec(stderr) ?? [];
    expect(asked).not.toBe('');
    const runs = join(project.folder, 'reports/runs');
    const stage = readdirSync(runs).find((name) => !name.includes('.') && name !== asked) ?? '';
    const sign = (run: string) => {
      const flags = ['--role', 'operations', '--decision', 'accept'];
      return inProject('sign', join(runs, run), ...flags);
    };
    const refused = await sign(stage);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(`SIGN_OTHER_RUN: .* on ${asked}`)]);
    expect(existsSync(join(runs, stage, 'sign-offs.ndjson'))).toBe(false);
    expect(await sign(asked)).toMatchObject({ stdout: expect.stringMatching(/^accepted by /) });
  });
});

describe('a candidate that does not stay the same', () => {
  it('is inconclusive where the target became another build of the same version', async () => {
    const swap = setInterval(() => {
      if (
        existsSync(join(project.folder, 'reports/runs')) &&
        all(join(project.folder, 'reports/runs')).includes('stage.begun')
      )
        project.digest = `sha256:${'b'.repeat(64)}`;
    }, 5);
    project.configure({ provision: node('setTimeout(() => {}, 1000)') });
    await project.run(...only);
    clearInterval(swap);
    expect(written().sentence).toMatch(
      /the candidate did not stay the same: shop was sha256:a+ .* and is sha256:b+ after provision: the same version v2, other bytes/,
    );
  });
  it('is inconclusive where a file of it was swapped during a phase', async () => {
    const file = join(project.folder, 'shop.tar.gz');
    writeFileSync(file, 'v2');
    project.configure({
      provision: node('require("fs").writeFileSync(process.argv[1], "other")', file),
      candidate: { files: { 'shop.tar.gz': 'shop.tar.gz' } },
    });
    expect((await project.run(...only)).code).toBe(3);
    expect(written().missing.join(' ')).toMatch(/shop\.tar\.gz was sha256:.* the same version v2, other bytes/);
  });
  it('is inconclusive where it is not what is declared, or cannot be asked', async () => {
    project.configure({ provision: node('') });
    await project.run(...only, '--artifact', `shop=sha256:${'c'.repeat(64)}`);
    expect(written().sentence).toMatch(/shop is declared as sha256:c+/);
    rmSync(project.stage(), { recursive: true });
    project.configure({
      provision: node(''),
      candidate: { command: [process.execPath, '-e', 'console.log("no digest")'] },
    });
    await project.run(...only);
    expect(written().sentence).toMatch(/the candidate could not be asked what it is after every phase/);
  });
});

describe('a stage that was cut off', () => {
  it('goes on after kill -9, with the phase that was under way as another attempt, and ends what was left of it', async () => {
    const pidFile = join(project.folder, 'pid');
    const code =
      'require("fs").writeFileSync(process.argv[1], String(process.pid)); setTimeout(() => {}, process.argv[2])';
    project.configure({ provision: node(code, pidFile, '600000') });
    const { child, ended } = startCli(['run', ...only], { cwd: project.folder, program: bin });
    while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '')
      await new Promise((resolve) => setTimeout(resolve, 50));
    const left = Number(readFileSync(pidFile, 'utf8'));
    child.kill('SIGKILL');
    await ended;
    expect(isAlive(left)).toBe(true);
    project.configure({ provision: node('') });
    const { stderr } = await project.run('--resume', project.stage());
    expect(stderr).toMatch(/provision: what is left of it is ended[\s\S]*goes on[\s\S]*provision: begins, attempt 2/);
    expect(isAlive(left)).toBe(false);
    const [provision] = written().sections.stage?.phases ?? [];
    expect(provision?.attempts).toMatchObject([
      { attempt: 1, verdict: 'inconclusive', isCut: true, sentence: 'The stage was cut off while it was under way.' },
      { attempt: 2, verdict: 'pass' },
    ]);
    expect(readFileSync(join(project.stage(), 'stage.html'), 'utf8')).toMatch(/1: no run, cut off/);
  });
  it('is refused where it has ended, was begun for another candidate, or is none', async () => {
    project.configure({ provision: node('') });
    await project.run(...only);
    const stage = project.stage();
    expect((await project.run('--resume', stage)).stderr).toMatch(
      /STAGE_RESUME: Every phase of the stage .* has ended/,
    );
    expect((await project.run('--resume', stage, '--from', 'load')).stderr).toMatch(
      /STAGE_PHASE: There is no phase load/,
    );
    project.configure({ provision: node('') }, { version: 'v3' });
    expect((await project.run('--resume', stage)).stderr).toMatch(
      /RESUME_CONFIG: .* was begun for version v2, and now it is v3/,
    );
    expect((await project.run('--resume', join(project.folder, 'nothing'))).stderr).toMatch(/RUN_NOT_FOUND/);
    project.configure({ provision: node('') });
    expect((await project.run('--resume', stage, '--from', 'provision')).code).toBe(3);
    expect(written().sections.stage?.phases[0]?.attempts.length).toBe(2);
  });
  it('goes on, or says in one line that it cannot, wherever its journal was cut', async () => {
    project.configure({ provision: node('') });
    await project.run(...only);
    const stage = project.stage();
    const whole = readFileSync(join(stage, 'journal.ndjson'));
    const phases = (
      await Promise.all(
        domains.map(async ({ id, phases: own }) => ((await own?.()) ?? []).map((each) => ({ ...each, domain: id }))),
      )
    ).flat();
    const folder = join(project.folder, 'cut');
    cpSync(stage, folder, { recursive: true });
    let [readable, refused] = [0, 0];
    // The first two lines hold the configuration and the plan, thousands of bytes in which nothing else can happen.
    const planEnds = whole.indexOf('\n', whole.indexOf('\n') + 1);
    for (
      let length = 0;
      length <= whole.length;
      length += length < planEnds - 2 ? Math.min(211, planEnds - 2 - length) : 1
    ) {
      writeFileSync(join(folder, 'journal.ndjson'), whole.subarray(0, length));
      const found = await readStageRecord(folder).catch((error: Error) => error.message);
      if (typeof found === 'string') {
        expect(found).toMatch(/^The run .* is no stage, or was cut off before it was planned\.$/);
        refused++;
      } else {
        expect(found.fold.isSettled('provision') ? null : nextPhase(found.fold, phases)?.id).not.toBe('promotion');
        readable++;
      }
    }
    expect([refused > 5, readable]).toEqual([true, whole.length + 1 - planEnds]);
    // The whole command where a line begins, ends, and in its middle.
    const ends = [...whole].flatMap((byte, index) => (byte === 0x0a ? [index + 1] : []));
    const cuts = ends.flatMap((end, index) => [end, end - 1, Math.floor((end + (ends[index - 1] ?? 0)) / 2)]);
    for (const length of cuts) {
      cpSync(join(stage, 'journal.ndjson'), join(folder, 'journal.ndjson'));
      truncateSync(join(folder, 'journal.ndjson'), length);
      const { code, stderr } = await project.run('--resume', folder);
      const lines = stderr.split('\n').filter((line) => line.startsWith('error'));
      expect([code === 3 ? 0 : lines.length, stderr]).toEqual([code === 3 ? 0 : 1, stderr]);
      if (code !== 3) expect(stderr).toMatch(/^error (STAGE_RESUME|RUN_JOURNAL): /m);
      else {
        const { sections } = await buildResults(folder);
        expect(sections.stage?.phases[0]?.verdict).toBe('pass');
      }
    }
  });
});

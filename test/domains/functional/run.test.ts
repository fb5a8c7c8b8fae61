import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { project, runIn } from './run-suite.ts';

const passed = '<testsuite name="s" tests="2"><testcase name="a"/><testcase name="b"/></testsuite>';
const failed =
  '<testsuite name="s" tests="2"><testcase name="a"/><testcase name="b"><failure message="no"/></testcase></testsuite>';
const write = (text: string, after = '') => `cat > results.xml <<'END'\n${text}\nEND\n${after}`;

function gone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // Killed, and not yet taken note of by its parent.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
}

describe('a suite that lies or leaves nothing', () => {
  it('ends with 0 and names a failed test', async () => {
    const { verdict, reasons } = await runIn(await project(), write(failed));
    expect(verdict).toBe('fail');
    expect(reasons[0]).toMatch(/^inconclusive: It ended with exit code 0, and 1 test/);
  });

  it('ends with another code and names none', async () => {
    const { verdict, reasons } = await runIn(await project(), write(passed, 'echo "coverage too low"; exit 3'));
    expect(verdict).toBe('inconclusive');
    expect(reasons).toEqual([
      'inconclusive: It ended with exit code 3, and no test in its results failed. Its last line: "coverage too low".',
    ]);
  });

  it('prints no result', async () => {
    const { verdict, reasons } = await runIn(await project(), 'echo all is well');
    expect(verdict).toBe('inconclusive');
    expect(reasons).toEqual(['inconclusive: It left no result file: nothing fits results.*.']);
  });

  it.each([
    ['<testsuite name="s" tests="0"/>', /No test is in it/],
    [passed.slice(0, 50), /It stops in the middle/],
    [passed.replace('tests="2"', 'tests="3"'), /says 3 tests and has 2/],
    [
      passed.replace('tests="2"', `tests="2" timestamp="${new Date(Date.now() - 3 * 3_600_000).toISOString()}"`),
      /It says that it is of .*Z, before this run/,
    ],
    [passed.replace('tests="2"', 'tests="2" timestamp="2020-01-01T00:00:00"'), /It says that it is of 2020-01-01/],
  ])('writes %s', async (text, wanted) => {
    const { verdict, reasons } = await runIn(await project(), write(text));
    expect(verdict).toBe('inconclusive');
    expect(reasons[0]).toMatch(wanted);
  });

  it('may say a moment of hours ago where it does not say in which zone, and of a minute ago', async () => {
    const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
    for (const moment of [ago(3 * 3_600_000).slice(0, 19), ago(60_000)]) {
      const text = passed.replace('tests="2"', `tests="2" timestamp="${moment}"`);
      expect((await runIn(await project(), write(text))).verdict).toBe('pass');
    }
  });

  it('leaves yesterday’s file, or copies it', async () => {
    const folder = await project({ 'results.xml': passed, 'old.xml': passed });
    const yesterday = new Date(Date.now() - 86_400_000);
    for (const name of ['results.xml', 'old.xml']) await utimes(join(folder, name), yesterday, yesterday);
    const left = await runIn(folder, 'true');
    expect(left.reasons).toEqual(['inconclusive: results.xml was not written in this run, so it shows nothing of it.']);
    const copied = await runIn(folder, 'cp -p old.xml results.xml');
    expect(copied.verdict).toBe('inconclusive');
    // Beside a new one it leaves open whether its tests are gone.
    const beside = await runIn(folder, write(passed, 'mv results.xml new.xml'), { results: ['{old,new}.xml'] });
    expect(beside.reasons).toEqual([
      'inconclusive: old.xml was not written in this run. Remove it, if its tests are gone.',
    ]);
    expect((await runIn(folder, write(passed))).verdict).toBe('pass');
  });

  it('leaves one of two files out', async () => {
    const results = ['results.xml', 'more/*.xml'];
    const folder = await project();
    const one = await runIn(folder, write(passed), { results });
    expect(one.reasons).toEqual(['inconclusive: Nothing fits more/*.xml.']);
    const both = await runIn(folder, write(passed, 'mkdir more && cp results.xml more/own.xml'), { results });
    expect(both.verdict).toBe('pass');
  });

  it('covers sources of which some are nowhere', async () => {
    const info = 'TN:\nSF:src/a.js\nDA:1,1\nLF:1\nLH:1\nend_of_record\n';
    const covers = (sources: string[]) => ({
      coverage: { file: 'lcov.info', minimum: 50, exclude: [], sources },
    });
    const folder = await project({ 'src/a.js': '' });
    const suite = write(passed, `cat > lcov.info <<'END'\n${info}END`);
    const lacking = await runIn(folder, suite, covers(['src/*.js', 'lib/*.js']));
    expect(lacking.reasons).toEqual([
      expect.stringMatching(/^inconclusive: .*No file fits lib\/\*\.js of `sources`\.$/),
    ]);
    expect((await runIn(folder, suite, covers(['src/*.js']))).verdict).toBe('pass');
  });

  it('cannot be started, or is ended by a signal', async () => {
    const folder = await project();
    expect((await runIn(folder, ['no-such-program'])).reasons[0]).toMatch(/could not be started: no-such-program/);
    expect((await runIn(folder, write(passed, 'kill -SEGV $$'))).reasons[0]).toMatch(/SIGSEGV ended it/);
  });
});

it('ends what a run left behind that was killed, and nothing else; beside a run under way nothing passes', async () => {
  const folder = await project();
  await runIn(
    folder,
    `until [ -s history/*.running.json ]; do sleep 0.05; done; cp history/*.running.json kept.json; ${write(passed)}`,
  );
  const kept = JSON.parse(await readFile(join(folder, 'kept.json'), 'utf8')) as {
    marker: string;
    group: number;
    harness: { pid: number; startTicks: number };
  };
  const note = join(
    folder,
    'history',
    readdirSync(join(folder, 'history'))[0]?.replace('.json', '.running.json') ?? '',
  );
  expect(existsSync(note)).toBe(false);
  expect(kept.harness.pid).toBe(process.pid);
  // As a harness leaves it that was killed: its suite goes on in a group of its own.
  const start = (marker: string) =>
    spawn('/bin/sh', ['-c', 'sleep 60; sleep 60'], {
      ...{ detached: true, stdio: 'ignore', env: { ...process.env, SHAKEDOWN_SUITE_RUN: marker } },
    });
  const left = start(kept.marker);
  const other = start('of another');
  onTestFinished(() => {
    for (const { pid } of [left, other]) {
      try {
        process.kill(-(pid ?? 0), 'SIGKILL');
      } catch {
        // Ended already, as it should be.
      }
    }
  });
  await sleep(100);
  const dead = { ...kept.harness, startTicks: kept.harness.startTicks - 1 };
  await writeFile(note, JSON.stringify({ ...kept, group: left.pid, harness: dead }));
  expect((await runIn(folder, write(passed))).reasons).toEqual([]);
  expect(gone(left.pid ?? 0)).toBe(true);
  await writeFile(note, JSON.stringify({ ...kept, group: other.pid, harness: dead }));
  expect((await runIn(folder, write(passed))).reasons).toEqual([]);
  expect(gone(other.pid ?? 0)).toBe(false);
  await writeFile(note, JSON.stringify(kept));
  expect((await runIn(folder, write(passed))).reasons[0]).toMatch(
    /^inconclusive: Another run of this suite is under way/,
  );
  await writeFile(note, '{');
  expect((await runIn(folder, write(passed))).reasons[0]).toMatch(/its note cannot be read/);
});

describe('a suite that hangs', () => {
  it('is ended past its time, with all that it started, even if it does not want to', async () => {
    const folder = await project();
    const hangs = `trap '' TERM; sh -c "trap '' TERM; echo \\$\\$ > inner.pid; sleep 60; sleep 60" & ${write(passed)} wait; wait`;
    const { verdict, reasons } = await runIn(folder, hangs, { timeoutMs: 700 });
    expect(verdict).toBe('inconclusive');
    expect(reasons[0]).toMatch(/had not ended after 0.7 s and was killed/);
    expect(gone(Number(await readFile(join(folder, 'inner.pid'), 'utf8')))).toBe(true);
  });

  it('is ended by Ctrl-C, and what it left behind goes with it', async () => {
    const folder = await project();
    const interruption = new AbortController();
    const running = runIn(folder, 'sleep 60 & echo $! > inner.pid; wait', {}, interruption.signal);
    while (!existsSync(join(folder, 'inner.pid'))) await sleep(20);
    await sleep(50);
    interruption.abort();
    expect((await running).reasons[0]).toMatch(/It was interrupted/);
    expect(gone(Number(await readFile(join(folder, 'inner.pid'), 'utf8')))).toBe(true);
    await runIn(folder, write(passed, 'sleep 60 & echo $! > left.pid'));
    expect(gone(Number(await readFile(join(folder, 'left.pid'), 'utf8')))).toBe(true);
  });
});

it('keeps a bounded log without the secrets of its environment', async () => {
  const folder = await project();
  const noise = 'yes 0123456789012345678901234567890123456789 | head -c 4000000; echo; echo "key $API_TOKEN"';
  const text = '<testsuite tests="1"><testcase name="with $API_TOKEN"/></testsuite>';
  const { evidence } = await runIn(
    folder,
    `${noise}; echo '${text.replace('$API_TOKEN', 'abc-secret-1')}' > results.xml`,
    {
      env: { API_TOKEN: 'abc-secret-1' },
    },
  );
  const log = await readFile(join(folder, 'evidence/log.txt'), 'utf8');
  expect(log.length).toBeLessThan(2_300_000);
  expect(log).toMatch(/bytes are left out here/);
  for (const name of ['log.txt', 'cases.ndjson', 'results-1.xml'])
    expect(await readFile(join(folder, 'evidence', name), 'utf8')).not.toContain('abc-secret-1');
  expect(JSON.stringify(evidence)).not.toContain('abc-secret-1');
  expect(evidence.end.last.at(-1)).toBe('key ********');
});

it('keeps no secret in any of the ways in which a suite may write it', async () => {
  const forms = [
    'abc&def"ghi<5',
    'abc&amp;def&quot;ghi&lt;5',
    'abc&#38;def&#x22;ghi&lt;5',
    'abc\\u0026def\\"ghi<5',
    'abc%26def%22ghi%3C5',
    Buffer.from('user:abc&def"ghi<5').toString('base64'),
    'HUNTER2PW',
    'p@ss/w0rd',
    'p%40ss%2Fw0rd',
    'sig-77-sig',
  ];
  const printed = forms.join('\n');
  const folder = await project({ 'said.txt': printed });
  const escaped = printed.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  await writeFile(
    join(folder, 'made.xml'),
    `<testsuite name="${escaped}" tests="3"><testcase name="${escaped}"><failure message="${escaped}"/></testcase></testsuite>`,
  );
  await writeFile(join(folder, 'made.tap'), `1..1\nnot ok 1 - HUNTER2PW\n`);
  const { evidence } = await runIn(folder, 'cp made.xml results.xml; cat made.tap said.txt; exit 1', {
    results: ['results.xml', 'stdout'],
    env: {
      DB_PASS: 'abc&def"ghi<5',
      DATABASE_URL: 'postgres://u:HUNTER2PW@h/db',
      OTHER: 'amqp://me:p%40ss%2Fw0rd@h, https://h/x?a=b&signature=sig-77-sig',
    },
  });
  const kept = [JSON.stringify(evidence)];
  for (const name of ['log.txt', 'stdout.txt', 'cases.ndjson', 'results-1.xml'])
    kept.push(await readFile(join(folder, 'evidence', name), 'utf8'));
  for (const text of kept) {
    expect(text).toContain('********');
    for (const form of [...forms, 'def&', 'ghi&', 'abc&', 'ss/w0'])
      expect(text.includes(form), `${form} in ${text}`).toBe(false);
  }
});

describe('the last passing run', () => {
  const tests = (...names: string[]) =>
    `<testsuite tests="${names.length}">${names.map((name) => `<testcase name="${name.replace('!', '')}">${name.endsWith('!') ? '<failure message="no"/>' : ''}</testcase>`).join('')}</testsuite>`;
  const many = Array.from({ length: 38 }, (_, index) => `t${index}`);

  it('shows what is new, what was known, and what is no longer run', async () => {
    const folder = await project();
    const run = (names: string[], change = {}) =>
      runIn(folder, write(tests(...names), names.some((name) => name.endsWith('!')) ? 'exit 1' : ''), change);
    // The first run has nothing to be compared with: failures cannot be told from known ones.
    const first = await run([...many, 'a', 'b!']);
    expect(first.reasons).toEqual(['inconclusive: 1 test failed, and no run of the suite passed yet to compare with.']);
    expect((await run([...many, 'a', 'b'])).verdict).toBe('pass');
    const worse = await run([...many, 'a', 'b!']);
    expect(worse.reasons).toEqual(['fail: b: no. The last passing run is of version v1.']);
    const fewer = await run([...many, 'b']);
    expect(fewer.verdict).toBe('inconclusive');
    expect(fewer.evidence.vanished).toEqual({ total: 1, listed: ['a'] });
    const removed = await run([...many, 'b'], { gone: [{ test: 'a', reason: 'it is removed' }] });
    expect(removed.verdict).toBe('pass');
    expect((await run([...many, 'b', 'c'])).verdict).toBe('pass');
  });

  it('that cannot be read is said, and nothing passes', async () => {
    const folder = await project();
    expect((await runIn(folder, write(passed))).verdict).toBe('pass');
    const [name = ''] = readdirSync(join(folder, 'history'));
    await writeFile(join(folder, 'history', name), '{"format": 7}');
    const { verdict, reasons } = await runIn(folder, write(passed));
    expect(verdict).toBe('inconclusive');
    expect(reasons[0]).toMatch(/The last passing run cannot be read: its form is not known/);
  });
});

it('fills environment variables into its env, and does not start where one is not set', async () => {
  const folder = await project();
  const command = `echo "1..1"; echo "ok 1 - $WHO"`;
  process.env.SHAKEDOWN_TEST_WHO = 'Ada';
  onTestFinished(() => {
    delete process.env.SHAKEDOWN_TEST_WHO;
  });
  const run = (WHO: string) => runIn(folder, command, { results: ['stdout'], env: { WHO } });
  const filled = await run('user {{env.SHAKEDOWN_TEST_WHO}} {{other}}');
  expect(filled.verdict).toBe('pass');
  expect(await readFile(join(folder, 'evidence/cases.ndjson'), 'utf8')).toContain('user Ada {{other}}');
  const { reasons, verdict } = await run('{{env.SHAKEDOWN_TEST_NOBODY}}');
  expect(verdict).toBe('inconclusive');
  expect(reasons[0]).toBe(
    'inconclusive: It could not be started: WHO of its env needs the environment variable SHAKEDOWN_TEST_NOBODY, which is not set.',
  );
  expect((await run('{{env.NO-NAME}}')).reasons[0]).toContain(
    'has {{env.NO-NAME}}, which names no environment variable',
  );
});

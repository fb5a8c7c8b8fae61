import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ShakedownError } from '../../src/model/error.ts';
import { writeReports } from '../../src/report/write.ts';
import { domains } from '../../src/run/domains.ts';
import { cases, hostile, hostileTexts, notReady, ready } from './fixture.ts';

const run = promisify(execFile);
const names = ['badge.svg', 'index.html', 'junit.xml', 'performance.html', 'results.json', 'summary.md'];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-report-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const readAll = (where: string) => Promise.all(names.map((name) => readFile(join(where, name), 'utf8')));

describe('writing the reports', () => {
  it.each(Object.keys(cases))('gives the same bytes for the same results: %s', async (name) => {
    const make = cases[name] ?? ready;
    const [first, second] = [join(folder, name, 'a'), join(folder, name, 'b')];
    const written = await writeReports(make(), first, domains);
    // The second time from the file, as `shakedown report --from` does.
    await writeReports(JSON.parse(await readFile(written.files['results.json'] ?? '', 'utf8')), second, domains);
    expect(await readAll(second)).toEqual(await readAll(first));
    const { chaos, journeys, browsers, uat } = make().sections;
    const has = { resilience: chaos, journeys, browsers, uat };
    const more = Object.entries(has).flatMap(([page, shown]) => (shown === undefined ? [] : [`${page}.html`]));
    const expected = [...names, ...more].sort();
    expect((await readdir(first)).sort()).toEqual(expected);
    expect(Object.values(written.files).sort()).toEqual(expected.map((file) => join(first, file)));
  });

  it('keeps hostile text as it was in results.json, and harmless everywhere else', async () => {
    const where = join(folder, 'harmless');
    const results = hostile();
    await writeReports(results, where, domains);
    const [picture = '', index = '', junit = '', performance = '', json = '', summary = ''] = await readAll(where);
    expect(JSON.parse(json).missing.slice(0, 7)).toEqual(hostileTexts.slice(0, 7));
    for (const text of [picture, index, performance, junit, summary]) {
      expect(text).not.toMatch(/<script|<img|<\/textarea|onerror=alert\(1\)>/i);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left
      expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200f\u202e\u2066\ufffe]/);
      expect(text).not.toMatch(/\p{Surrogate}/u);
    }
    expect(index).toContain('{{constructor.constructor &quot;return process&quot;}}');
    expect(index).toContain('__proto__');
  });

  it('replaces what was there, whole', async () => {
    const where = join(folder, 'again');
    await writeReports(notReady(), where, domains);
    await writeReports(ready(), where, domains);
    expect(await readFile(join(where, 'index.html'), 'utf8')).toContain('<title>READY');
    expect((await readdir(where)).sort()).toEqual(names);
  });

  it('says what is in the way', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(writeReports(ready(), join(folder, 'file', 'run'), domains)).rejects.toMatchObject({
      code: 'REPORT_NOT_WRITTEN',
      message: expect.stringMatching(/Cannot write .*run: a part of the path is a file/),
      hint: expect.any(String),
    });
    await mkdir(join(folder, 'taken', 'index.html', 'inside'), { recursive: true });
    const failure = await writeReports(ready(), join(folder, 'taken'), domains).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ShakedownError);
    expect((failure as Error).message).toMatch(/index\.html: a folder of that name is in the way/);
    expect((await readdir(join(folder, 'taken'))).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  // A size limit stands in for a full disk: the same way out, and it can be had without rights.
  it.skipIf(process.platform === 'win32')('leaves the last report whole where the disk takes no more', async () => {
    const where = join(folder, 'full');
    await writeReports(ready(), where, domains);
    const before = await readAll(where);
    const script = `
      import { writeReports } from ${JSON.stringify(new URL('../../src/report/write.ts', import.meta.url).href)};
      import { domains } from ${JSON.stringify(new URL('../../src/run/domains.ts', import.meta.url).href)};
      import { notReady } from ${JSON.stringify(new URL('./fixture.ts', import.meta.url).href)};
      const error = await writeReports(notReady(), ${JSON.stringify(where)}, domains).catch((error) => error);
      process.stdout.write(error.code + ' ' + error.message);
    `;
    const file = join(folder, 'full.mjs');
    await writeFile(file, script);
    const limited = `trap '' XFSZ; ulimit -f 24; exec "$0" --import tsx "$1"`;
    const { stdout } = await run('sh', ['-c', limited, process.execPath, file], {
      cwd: new URL('../..', import.meta.url).pathname,
      env: { ...process.env, TSX_DISABLE_CACHE: '1' },
    });
    expect(stdout).toMatch(/^REPORT_NOT_WRITTEN Cannot write .*results\.json/);
    expect(await readAll(where)).toEqual(before);
    expect((await readdir(where)).sort()).toEqual(names);
  });
});

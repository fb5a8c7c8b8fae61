import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readLines } from '../../../../src/domains/traffic/import/lines.ts';
import { combined, ndjson, useImport } from './recording.ts';

const input = useImport();

async function nothingIsLeft(): Promise<void> {
  const left = await readdir(input.folder());
  expect(left).not.toContain('recording');
  if (left.includes('spill')) expect(await readdir(join(input.folder(), 'spill'))).toEqual([]);
}

describe('files that hold nothing', () => {
  test.each([
    ['an empty file', '', 'is empty'],
    ['only a byte order mark', '\ufeff', 'is empty'],
    ['an empty gzip file', gzipSync(''), 'is empty'],
  ])('%s', async (_, content, message) => {
    await expect(input.importText(content)).rejects.toMatchObject({
      code: 'TRAFFIC_EMPTY',
      message: expect.stringContaining(message),
    });
    await nothingIsLeft();
  });

  test('a HAR without entries, and a log in which nothing can be replayed', async () => {
    await expect(input.importText('{"log":{"entries":[]}}')).rejects.toMatchObject({ code: 'TRAFFIC_EMPTY' });
    await expect(input.importText(ndjson([{ method: 'CONNECT', url: 'a:443' }]))).rejects.toThrow('1 × CONNECT tunnel');
    await nothingIsLeft();
  });

  test('a missing file, a folder, and no file at all', async () => {
    await expect(input.importFiles([join(input.folder(), 'absent')])).rejects.toMatchObject({
      code: 'TRAFFIC_NOT_FOUND',
    });
    await expect(input.importFiles([input.folder()])).rejects.toThrow('is a folder');
    await expect(input.importFiles([])).rejects.toMatchObject({ code: 'TRAFFIC_NOT_FOUND' });
  });
});

describe('files of no known format', () => {
  test('binary data', async () => {
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * 7919) % 256));
    await expect(input.importText(bytes)).rejects.toMatchObject({
      code: 'TRAFFIC_FORMAT_UNKNOWN',
      message: expect.stringMatching(/input .*binary.*Looked for HAR.*GoReplay/),
    });
    await nothingIsLeft();
  });

  test('text, whose control characters are shown, not sent', async () => {
    const error = await input.importText('\x1b[31mhello\x07 there\nthis is prose\n').catch((error: Error) => error);
    expect((error as Error).message).toContain('\\x1b[31mhello\\x07 there');
  });

  test('JSON lines that are no access log (container logs)', async () => {
    const line = '{"log":"started\\n","stream":"stdout","time":"2024-05-01T10:00:00.1Z"}\n';
    await expect(input.importText(line.repeat(5))).rejects.toMatchObject({ code: 'TRAFFIC_FORMAT_UNKNOWN' });
  });

  test('a readable file after an unreadable one does not hide it', async () => {
    const files = [await input.write(combined('/', 1), 'good'), await input.write('prose', 'bad')];
    await expect(input.importFiles(files)).rejects.toThrow('bad is in no format');
    await nothingIsLeft();
  });
});

describe('damage', () => {
  const lines = (count: number) => Array.from({ length: count }, (_, n) => combined(`/${n}`, n % 60)).join('');

  test('is counted, shown with file and line, and skipped', async () => {
    const { result } = await input.importText(`${lines(150)}\x1b]0;evil\x07 ${'y'.repeat(200)}\n${lines(150)}`);
    expect(result.manifest.requests).toBe(300);
    expect(result.damaged).toEqual({
      count: 1,
      first: [
        { file: 'input', line: 151, reason: 'no [time]', excerpt: expect.stringMatching(/^\\x1b]0;evil\\x07 y+…$/) },
      ],
    });
    expect(result.damaged.first[0]?.excerpt).toHaveLength(80);
    expect(result.manifest.sources[0]?.damaged).toBe(1);
  });

  test('past the allowed share is an error that names the first few, and leaves an older recording as it was', async () => {
    const before = await input.importText(lines(10));
    const bad = await input.write(`${lines(50)}what\n`, 'bad.log');
    await expect(input.importFiles([bad])).rejects.toMatchObject({
      code: 'TRAFFIC_DAMAGED',
      message: expect.stringContaining('bad.log:51 no [time]'),
    });
    expect(await readdir(before.out)).toEqual(['recording.json', 'sessions-00000.ndjson.gz']);
    expect((await input.importFiles([bad], { maxDamagedShare: 0.02 })).result.manifest.requests).toBe(50);
  });

  test('formats mixed in one file fall under the same rule', async () => {
    const rows = ndjson(Array.from({ length: 30 }, (_, n) => ({ url: `/${n}` })));
    await expect(input.importText(lines(100) + rows)).rejects.toMatchObject({ code: 'TRAFFIC_DAMAGED' });
    await nothingIsLeft();
    const { result } = await input.importText(lines(100) + rows, { maxDamagedShare: 0.3 });
    expect(result).toMatchObject({ damaged: { count: 30 }, manifest: { requests: 100 } });
    expect(result.damaged.first).toHaveLength(20);
  });

  test('a hopeless file is given up early', async () => {
    let seen = 0;
    const text = lines(10) + 'not a line\n'.repeat(400_000);
    const onProgress = (_bytes: number, _total: number, records: number) => {
      seen = records;
    };
    await expect(input.importText(text, { onProgress, maxDamagedShare: 1 })).rejects.toMatchObject({
      code: 'TRAFFIC_DAMAGED',
    });
    expect(seen).toBeLessThanOrEqual(10);
  });

  test('a gzip file cut short keeps what was before the cut', async () => {
    const noise = Array.from({ length: 20_000 }, (_, n) => combined(`/${(n * 2654435761) % 2 ** 32}`, n % 60)).join('');
    const packed = gzipSync(noise);
    const { result } = await input.importText(packed.subarray(0, packed.length - 1000));
    expect(result.manifest.requests).toBeGreaterThan(19_000);
    expect(result.manifest.requests).toBeLessThan(20_000);
    expect(result.files[0]?.broken).toBe('gzip stream is truncated');
    expect(result.damaged.first.at(-1)).toMatchObject({ reason: 'gzip stream is truncated' });
  });

  test('a gzip file damaged in the middle keeps what was before', async () => {
    const packed = gzipSync(
      ndjson(Array.from({ length: 50_000 }, (_, n) => ({ url: `/${(n * 2654435761) % 2 ** 32}` }))),
    );
    packed.fill(0x55, packed.length >> 1, (packed.length >> 1) + 5000);
    const { result } = await input.importText(packed, { maxDamagedShare: 0.9 });
    expect(result.manifest.requests).toBeGreaterThan(10_000);
    expect(result.files[0]?.broken).toContain('damaged');
  });

  test('several gzip members are one file', async () => {
    const { result } = await input.importText(Buffer.concat([gzipSync(lines(3)), gzipSync(lines(4))]));
    expect(result.manifest.requests).toBe(7);
    expect(result.damaged.count).toBe(0);
  });

  test('lines past 10 MB are skipped, and those after them read', async () => {
    const huge = ndjson([{ url: `/${'x'.repeat(11 << 20)}` }]);
    const { result } = await input.importText(ndjson([{ url: '/a' }]) + huge + huge + ndjson([{ url: '/b' }]), {
      maxDamagedShare: 0.9,
    });
    expect(result.manifest.requests).toBe(2);
    expect(result.damaged).toMatchObject({
      count: 2,
      first: [{ line: 2, reason: 'line is longer than 10 MB' }, { line: 3 }],
    });
  });

  test('a line of 9 MB is read', async () => {
    const data = 'x'.repeat(9 << 20);
    const { requests } = await input.importText(
      ndjson([{ method: 'POST', requestBody: { mime: 'text/plain', encoding: 'utf8', data } }]),
    );
    expect(requests[0]?.body?.data).toHaveLength(9 << 20);
  });

  test('line ends of Windows, blank lines and a byte order mark are no damage', async () => {
    const { result } = await input.importText(
      `\ufeff${combined('/a', 1).replace('\n', '\r\n')}\r\n\n  \n${combined('/b', 2).trim()}`,
    );
    expect(result.manifest.requests).toBe(2);
    expect(result.damaged.count).toBe(0);
  });
});

test('an import can be stopped, and leaves nothing', async () => {
  const stop = new AbortController();
  const text = ndjson(Array.from({ length: 20_000 }, (_, n) => ({ url: `/${n}` })));
  const onProgress = () => stop.abort();
  await expect(input.importText(text, { signal: stop.signal, onProgress })).rejects.toThrow('aborted');
  await nothingIsLeft();
});

test('wrong options are errors before anything is read', async () => {
  await expect(input.importText(ndjson([{}]), { sessionBy: 'moon' })).rejects.toMatchObject({
    code: 'TRAFFIC_SESSION_BY',
  });
  await expect(input.importText(ndjson([{}]), { routeRules: [{ pattern: 'a', route: '/a' }] })).rejects.toMatchObject({
    code: 'TRAFFIC_ROUTE_RULE',
  });
});

test('lines may end with a carriage return, alone or among others', async () => {
  const lines = Array.from({ length: 40 }, (_, n) => combined(`/${n}`, n).trimEnd());
  const mixed = `${lines.slice(0, 20).join('\r')}\n${lines.slice(20).join('\r\n')}\n`;
  for (const text of [lines.join('\r'), `${lines.join('\r')}\r`, mixed]) {
    const { result } = await input.importText(text);
    expect(result.manifest.requests).toBe(40);
    expect(result.damaged.count).toBe(0);
  }
  // A whole file is no one line, which could be too long to be kept.
  const read: string[][] = [];
  const chunks = (async function* () {
    yield Buffer.from('a\rb\rc');
    yield Buffer.from('d\re');
  })();
  for await (const batch of readLines(chunks)) read.push(batch.lines);
  expect(read).toEqual([['a', 'b'], ['cd'], ['e']]);
});

test('a day that the month does not have, and a zone that no country has, are damage', async () => {
  const good = Array.from({ length: 20 }, (_, n) => combined(`/${n}`, n)).join('');
  const times = ['31/Feb/2026:13:00:00 +0000', '29/Feb/2023:13:00:00 +0000', '31/Apr/2026:13:00:00 +0000'];
  times.push('10/Oct/2026:13:00:00 +9900', '10/Oct/2026:13:00:00 +0090');
  const bad = times.map((time) => `192.0.2.1 - - [${time}] "GET /x HTTP/1.1" 200 5 "-" "A"\n`).join('');
  const { result } = await input.importText(good + bad, { maxDamagedShare: 0.5 });
  expect(result.manifest.requests).toBe(20);
  expect(result.damaged.count).toBe(5);
  const leap = `192.0.2.1 - - [29/Feb/2024:13:00:00 +0545] "GET /x HTTP/1.1" 200 5 "-" "A"\n`;
  expect((await input.importText(leap)).result.manifest.startedAt).toMatch(/^2024-02-29T07:15:00/);
});

test('what is not UTF-8 is read as Windows-1252 and counted; UTF-16 is named', async () => {
  const text = `${combined('/plain', 1)}${combined('/größe', 2)}${combined('/last/ä', 3)}`;
  const expected = ['/plain', '/gr%C3%B6%C3%9Fe', '/last/%C3%A4'];
  const paths = (found: { path: string }[]) => found.map(({ path }) => encodeURI(decodeURI(path)));
  const old = await input.importText(Buffer.from(text, 'latin1'));
  expect(paths(old.requests)).toEqual(expected);
  expect(old.result.files[0]).toMatchObject({ notUtf8: 2, damaged: 0 });
  const mixed = await input.importText(
    Buffer.concat([Buffer.from(text), Buffer.from(combined('/größe', 4).trimEnd(), 'latin1')]),
  );
  expect(paths(mixed.requests)).toEqual([...expected, '/gr%C3%B6%C3%9Fe']);
  expect(mixed.result.files[0]).toMatchObject({ notUtf8: 1 });
  expect((await input.importText(text)).result.files[0]).toMatchObject({ notUtf8: 0 });

  for (const wide of [Buffer.from(`\ufeff${text}`, 'utf16le'), Buffer.from(text, 'utf16le').swap16()]) {
    await expect(input.importText(wide)).rejects.toMatchObject({
      code: 'TRAFFIC_FORMAT_UNKNOWN',
      message: expect.stringContaining('is in UTF-16'),
      hint: expect.stringContaining('iconv -f UTF-16'),
    });
  }
});

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseLines } from '../../../../src/domains/traffic/import/formats/log-lines.ts';
import { type DamagedPart, importedRecord } from '../../../../src/domains/traffic/import/record.ts';
import { useImport } from './recording.ts';

const input = useImport();

interface Line {
  at: number;
  client?: string;
  path?: string;
  agent?: string;
  user?: string;
  method?: string;
  rest?: string;
}

/** Lines of a combined log; `at` is the second after 10:00:00. */
function log(lines: Line[]): string {
  return lines
    .map(({ at, client = '10.0.0.7', path = '/', agent = 'Agent/1', user = '-', method = 'GET', rest = '' }) => {
      const time = new Date(Date.UTC(2024, 4, 1, 10) + at * 1000).toISOString();
      const stamp = `${time.slice(8, 10)}/May/2024:${time.slice(11, 19)} +0000`;
      return `${client} - ${user} [${stamp}] "${method} ${path} HTTP/1.1" 200 512 "-" "${agent}"${rest}\n`;
    })
    .join('');
}

const many = (count: number, line: (n: number) => Line) => log(Array.from({ length: count }, (_, n) => line(n)));
const visitor = (n: number) => `203.0.${Math.floor(n / 200)}.${n % 200}`;

async function warned(text: string, options = {}) {
  const { result, sessions } = await input.importText(text, options);
  return { sessions: sessions.length, warnings: result.sessions.warnings, result };
}

describe('who is a client', () => {
  test('nginx’s stock main format behind a load balancer: 200 visitors, not one session of 600 requests', async () => {
    const text = many(600, (n) => ({ at: n, path: `/p/${n}`, rest: ` "${visitor(n % 200)}"` }));
    const { sessions, warnings, result } = await warned(text);
    expect(sessions).toBe(200);
    expect(warnings).toEqual([]);
    expect(result.addresses).toEqual([{ sign: 'x-forwarded-for', requests: 600 }]);
    expect(result.sessions.sizes).toEqual({ median: 3, p90: 3, max: 3, single: 0 });
    expect((await warned(text, { sessionBy: 'header:x-forwarded-for' })).sessions).toBe(200);
  });

  test('without it, one session of 600 requests is warned of', async () => {
    const { sessions, warnings } = await warned(many(600, (n) => ({ at: n })));
    expect(sessions).toBe(1);
    expect(warnings).toEqual([expect.stringContaining('all 600 requests are one session')]);
    const half = await warned(many(600, (n) => ({ at: n, client: n % 4 === 0 ? visitor(n) : '10.0.0.7' })));
    expect(half.warnings).toEqual([expect.stringContaining('one address has 75 % of all requests')]);
  });

  test('nothing says who sent a request', async () => {
    const rows = Array.from(
      { length: 60 },
      (_, n) => `${JSON.stringify({ time: 1.7e12 + n, method: 'GET', url: '/' })}\n`,
    );
    const { warnings } = await warned(rows.join(''));
    expect(warnings).toEqual([expect.stringContaining('nothing in the source says who sent a request')]);
  });

  test('sessions of one request each, where a sign changes with every request', async () => {
    const text = many(60, (n) => ({ at: n, rest: ` "${visitor(n)}"` }));
    expect((await warned(text)).warnings).toEqual([expect.stringContaining('nearly every session has one request')]);
  });

  test('sixty users that are a syslog’s prefix are no users, and what looks like one is warned of', async () => {
    const prefixed = many(120, (n) => ({ at: n, client: visitor(n % 60) }))
      .replaceAll(/^/gm, 'May  1 10:00:00 web-3 nginx: ')
      .trimEnd();
    const { result, sessions } = await warned(prefixed.replace(/nginx: $/, ''));
    expect(sessions).toBe(60);
    expect(result.sessionsBy).toEqual([{ by: 'client', requests: 120, share: 1 }]);
    const odd = await warned(many(120, (n) => ({ at: n, client: 'host', user: `web-${n % 60} app[12]: x` })));
    expect(odd.warnings).toContainEqual(expect.stringContaining('a prefix of something else'));
  });

  test('what stands for “no user” is none, and a name used at many addresses is warned of', async () => {
    for (const user of ['anonymous', 'anonymousUser', 'null', 'undefined', '(null)', 'unknown', 'Not-Authenticated']) {
      const { sessions, warnings, result } = await warned(many(120, (n) => ({ at: n, client: visitor(n % 40), user })));
      expect(sessions, user).toBe(40);
      expect(warnings, user).toEqual([]);
      expect(result.sessionsBy, user).toEqual([{ by: 'client', requests: 120, share: 1 }]);
    }
    const shared = await warned(
      many(120, (n) => ({ at: n, client: visitor(n % 40), user: n % 4 === 0 ? 'ci' : `u${n % 40}` })),
    );
    expect(shared.warnings).toEqual([
      expect.stringContaining('one user was seen at 10 addresses or more (25 % of requests)'),
    ]);
  });

  test('names with spaces and of directories are users', async () => {
    const names = ['Hans Müller', 'Eva Groß', 'CN=Bob, O=Acme', 'SHOP\\\\eva', 'jo@shop.example', 'Bob [Admin]'];
    const { sessions, warnings } = await warned(
      many(120, (n) => ({ at: n, client: visitor(n % names.length), user: names[n % names.length] ?? '' })),
    );
    expect(sessions).toBe(names.length);
    expect(warnings).toEqual([]);
  });

  test('a network of hundreds, a crawler, health checks and a visitor of 12 days', async () => {
    const people = (n: number) => ({ at: n * 5, client: visitor(n % 30) });
    const nat = await warned(
      many(1000, (n) => (n % 3 === 0 ? { at: n * 5, client: '198.51.100.1', agent: `Browser/${n % 300}` } : people(n))),
    );
    expect(nat.warnings).toEqual([expect.stringContaining('one address is shared by many people (33 % of requests)')]);
    const bots = await warned(
      many(400, (n) =>
        n % 10 === 0
          ? { ...people(n), agent: 'Mozilla/5.0 (compatible; Examplebot/2.1; +http://bot.example/bot.html)' }
          : people(n),
      ),
    );
    expect(bots.warnings).toEqual([expect.stringContaining('10 % of requests are crawlers’')]);
    const probes = await warned(
      many(400, (n) =>
        n % 4 === 0 ? { at: n * 5, client: '10.0.0.2', path: '/healthz', agent: 'kube-probe/1.29' } : people(n),
      ),
    );
    expect(probes.warnings).toEqual([expect.stringContaining('25 % of requests are health checks')]);
    const long = await warned(
      many(1200, (n) => (n % 2 === 0 ? { at: n * 864, client: '198.51.100.7' } : { at: n * 864, client: visitor(n) })),
      { inactivityGapMs: 3_600_000 },
    );
    expect(long.warnings).toContainEqual(expect.stringContaining('1 session lasts a day or more (longest 12.0 days)'));
  });
});

describe('what a source lacks', () => {
  test('an access log has no cookies, answers, bodies and times, by route', async () => {
    const { result } = await warned(
      many(40, (n) => ({
        at: n,
        client: visitor(n % 8),
        ...(n % 4 === 0
          ? { method: 'POST', path: '/login' }
          : n % 4 === 1
            ? { method: 'PUT', path: `/cart/${n}` }
            : {}),
      })),
    );
    expect(result.missing).toEqual({
      credentials: true,
      responses: true,
      durations: 1,
      bodies: [
        { method: 'PUT', route: '/cart/:id', requests: 10 },
        { method: 'POST', route: '/login', requests: 10 },
      ],
      logins: { logins: [{ method: 'POST', route: '/login', requests: 10 }], behind: [], sessions: 2 },
    });
  });

  test('a recording with bodies and cookies lacks neither', async () => {
    const row = {
      time: 1.7e12,
      method: 'POST',
      url: '/a',
      durationMs: 3,
      requestHeaders: [['Cookie', 'sid=1']],
      requestBody: { mime: 'text/plain', encoding: 'utf8', data: '"response":{' },
      responseBody: { mime: 'text/plain', encoding: 'utf8', data: 'x' },
    };
    const { result } = await warned(`${JSON.stringify(row)}\n`);
    const logins = { logins: [], behind: [], sessions: 0 };
    expect(result.missing).toEqual({ credentials: false, responses: false, durations: 0, bodies: [], logins });
    const answered = { ...row, requestBody: undefined };
    expect((await warned(`${JSON.stringify(answered)}\n`)).result.missing.bodies).toHaveLength(1);
  });
});

test('the half line at the end of a truncated gzip file is no request', async () => {
  const text = many(3000, (n) => ({
    at: n,
    client: visitor(n % 50),
    path: `/${Math.sin(n)}`,
    rest: ' "203.0.113.99, 198.51.100.1"',
  }));
  const packed = gzipSync(text);
  const seen: number[] = [];
  for (let cut = 0; cut < 12; cut++) {
    const { result, requests } = await input.importText(packed.subarray(0, packed.length - 4000 - cut * 37));
    for (const { headers } of requests)
      expect(headers).toContainEqual(['x-forwarded-for', '203.0.113.99, 198.51.100.1']);
    seen.push(result.manifest.requests);
    expect(result.files[0]?.broken).toBe('gzip stream is truncated');
  }
  expect(Math.min(...seen)).toBeGreaterThan(1000);
});

test('of a broken source the last line counts as cut off even where it can be parsed; of a whole one it is a request', async () => {
  const read = async (isBroken: boolean) => {
    async function* chunks() {
      yield Buffer.from('GET /whole\nGET /ha');
    }
    const parse = (line: string) => importedRecord(1, 'GET', line.slice(4));
    const targets: string[] = [];
    const damaged: DamagedPart[] = [];
    for await (const batch of parseLines(chunks(), parse, () => isBroken)) {
      targets.push(...batch.records.map(({ target }) => target));
      damaged.push(...batch.damaged);
    }
    return { targets, damaged };
  };
  expect(await read(true)).toEqual({
    targets: ['/whole'],
    damaged: [{ line: 2, reason: 'file ends inside this line', text: 'GET /ha', truncated: true }],
  });
  expect(await read(false)).toEqual({ targets: ['/whole', '/ha'], damaged: [] });
});

test('a recording that is there is replaced only where that is asked for', async () => {
  const file = await input.write(many(3, (n) => ({ at: n })));
  await mkdir(join(input.folder(), 'recording'));
  await writeFile(join(input.folder(), 'recording', 'recording.json'), '{}');
  await expect(input.importFiles([file], { force: false })).rejects.toMatchObject({ code: 'TRAFFIC_EXISTS' });
  expect((await input.importFiles([file], { force: true })).requests).toHaveLength(3);
});

import { once } from 'node:events';
import { Agent, createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { readAnswer } from '../../../src/domains/regression/compare/answer.ts';
import { compareAnswers, type Three } from '../../../src/domains/regression/compare/compare.ts';
import { SeenIds } from '../../../src/domains/regression/compare/ids.ts';
import { streamWords } from '../../../src/domains/regression/evidence.ts';
import { ask } from '../../../src/domains/regression/replay/ask.ts';
import { Comparison } from '../../../src/domains/regression/replay/comparison.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const asked = (url: string, more: { timeoutMs?: number; bytesAtMost?: number } = {}) =>
  ask({
    ...{ url, method: 'GET', headers: {}, body: null, agent: new Agent(), timeoutMs: 2000, bytesAtMost: 100_000 },
    ...{ signal: new AbortController().signal, ...more },
  });
const read = async (url: string, more = {}) => readAnswer(await asked(url, more), 0, new SeenIds());
const differing = (three: Three<Awaited<ReturnType<typeof read>>>) =>
  compareAnswers(three)
    .filter(({ three: [a, , c] }) => a !== c)
    .map(({ path }) => path);

describe('answers that are none', () => {
  it('reads an endless one up to its bound', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write('[1,'.repeat(10_000)), 1);
      response.on('close', () => clearInterval(timer));
    });
    expect((await read(url)).kind).toBe('too large');
  });

  it('does not wait for one that trickles', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
    });
    expect((await read(url, { timeoutMs: 200 })).kind).toBe('endless');
  });

  it('tells a stream of events, which has no end, from what did not end in time', async () => {
    const cutOf = async (type: string) => {
      const url = await serve((_, response) => {
        response.writeHead(200, { 'content-type': type });
        response.write('data: 1\n\n');
      });
      const comparison = new Comparison();
      comparison.read(await asked(url, { timeoutMs: 200 }), 0, 'GET /', new SeenIds());
      return comparison.evidence(1).cut;
    };
    expect(await cutOf('text/event-stream; charset=utf-8')).toEqual([{ route: 'GET /', why: streamWords, answers: 1 }]);
    expect(await cutOf('text/plain')).toEqual([{ route: 'GET /', why: 'its body did not end in time', answers: 1 }]);
  });

  it('names no answer, a cut one, and a bomb', async () => {
    const silent = await serve(() => {});
    expect((await read(silent, { timeoutMs: 200 })).status).toBe('none: no answer in 0.2 s');
    const cut = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half');
      setTimeout(() => response.destroy(), 20);
    });
    expect((await read(cut)).status).toBe('200 cut off');
    const bomb = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' });
      response.end(gzipSync(Buffer.alloc(5_000_000)));
    });
    expect((await read(bomb)).kind).toBe('too large');
    const lie = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' });
      response.end('not compressed');
    });
    expect((await read(lie)).status).toBe('200 content coding cannot be read');
    expect((await asked('http://127.0.0.1:9/')).error).toBe('econnrefused');
  });

  it('says that JSON is none, and compares it as text', async () => {
    const of = (body: string) =>
      serve((_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(body);
      });
    const [good, bad] = [await read(await of('{"a":1}')), await read(await of('{"a":1'))];
    expect(bad.kind).toBe('not JSON, and said to be');
    expect(differing([good, good, bad])).toEqual(['body (kind)']);
    expect(differing([bad, bad, await read(await of('{"b":1'))])).toEqual(['text']);
  });

  it('reads each character set, so that only the header differs', async () => {
    const of = (charset: string, body: Buffer) =>
      serve((_, response) => {
        response.writeHead(200, { 'content-type': `text/html; charset=${charset}` });
        response.end(body);
      });
    const page = '<p>Café</p>';
    const first = await read(await of('utf-8', Buffer.from(page)));
    const second = await read(await of('iso-8859-1', Buffer.from(page, 'latin1')));
    expect(differing([first, first, second])).toEqual(['header content-type']);
    const broken = await read(await of('utf-8', Buffer.from(page, 'latin1')));
    expect(broken.kind).toBe('markup, characters broken');
    expect((await read(await of('klingon', Buffer.from(page)))).kind).toBe('markup, characters unknown');
  });

  it('copes with what is deep, wide and broken', () => {
    const answer = (body: string, type: string) =>
      readAnswer(
        {
          status: 200,
          error: '',
          headers: [['content-type', type]],
          body: Buffer.from(body),
          cut: null,
          ms: 1,
          sentAtMs: 0,
        },
        0,
        new SeenIds(),
      );
    expect(answer('['.repeat(100_000) + ']'.repeat(100_000), 'application/json').fields.size).toBeGreaterThan(0);
    const wide = Object.fromEntries(
      Array.from({ length: 5000 }, (_, i) => [
        `key ${'abcdefghij'[i % 10]}${i.toString(2).replaceAll('0', 'x').replaceAll('1', 'y')}`,
        i,
      ]),
    );
    expect(answer(JSON.stringify(wide), 'application/json').leftOut).toBeGreaterThan(0);
    expect(answer(`${'<div class="a">'.repeat(50_000)}<p x='`, 'text/html').kind).toBe('markup');
    expect(answer('<a href="x>y', 'text/html').kind).toBe('markup');
  });

  it('says once that a block of a page, or an object, is new', () => {
    const answer = (body: string, type: string) =>
      readAnswer(
        {
          status: 200,
          error: '',
          headers: [['content-type', type]],
          body: Buffer.from(body),
          cut: null,
          ms: 1,
          sentAtMs: 0,
        },
        0,
        new SeenIds(),
      );
    const page = (more: string) => answer(`<html><body><main><h1>Tea</h1>${more}</main></body></html>`, 'text/html');
    const block = '<ul class="grid"><li class="card"><a href="/1"><span class="name">Cup</span></a></li></ul>';
    expect(differing([page(''), page(''), page(block)])).toEqual(['body > main > ul.grid (count)']);
    const json = (more: object) => answer(JSON.stringify({ id: 1, ...more }), 'application/json');
    expect(differing([json({}), json({}), json({ list: [{ name: 'a', deep: { er: 1 } }] })])).toEqual(['$.list']);
  });

  it('shows nothing of a value', () => {
    const secret = 'ada.lovelace@example.org';
    const body = (name: string) => Buffer.from(JSON.stringify({ email: name, total: 4711, [secret]: 1 }));
    const answers = [secret, secret, 'other.person@example.org'].map((name) =>
      readAnswer(
        {
          status: 200,
          error: '',
          headers: [
            ['content-type', 'application/json'],
            ['set-cookie', 'sid=Zx81kQ0Lm27pR5tY9uW3; Path=/'],
          ],
          body: body(name),
          cut: null,
          ms: 1,
          sentAtMs: 0,
        },
        0,
        new SeenIds(),
      ),
    );
    const shown = JSON.stringify(
      compareAnswers(answers as unknown as Parameters<typeof compareAnswers>[0]).map(({ path, shown }) => ({
        path,
        shown,
      })),
    );
    for (const part of ['ada', 'lovelace', 'other', '4711', 'Zx81']) expect(shown).not.toContain(part);
  });
});

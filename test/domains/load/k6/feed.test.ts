import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type FeedServer, serveFeed } from '../../../../src/domains/load/k6/feed.ts';

let feed: FeedServer | undefined;
afterEach(async () => {
  await feed?.close();
});

/** Sends a first line as it stands, which no client of HTTP would. */
function askRaw(port: number, target: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    });
    socket
      .setEncoding('utf8')
      .on('data', (text) => {
        answer += text;
      })
      .on('error', reject)
      .on('close', () => resolve(answer));
  });
}

async function* lines() {
  yield 'one\n';
}

it('says 404 to what is no URL, and hands out sessions all the same', async () => {
  let ready = 0;
  feed = await serveFeed(
    () => ready++,
    (error) => {
      throw error;
    },
  );
  const { port, pathname } = new URL(feed.url);
  for (const target of ['//', '//x', 'http://', 'http://[', '*', '/%', '/?', `//${pathname}`]) {
    expect(await askRaw(Number(port), target)).toMatch(/^HTTP\/1\.1 (404|400) /);
  }
  expect(await askRaw(Number(port), `${pathname}/start?began=soon`)).toMatch(/^HTTP\/1\.1 400 /);
  expect(ready).toBe(0);
  feed.begin(lines(), 5000);
  expect(await (await fetch(`${feed.url}/start?began=1000`)).text()).toBe('4000');
  expect(ready).toBe(1);
  expect(await (await fetch(feed.url)).text()).toBe('one\n');
});

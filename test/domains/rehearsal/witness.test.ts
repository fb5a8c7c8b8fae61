import { mkdtempSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { requestChecks } from '../../../src/domains/rehearsal/witness/checks.ts';
import { reconcile } from '../../../src/domains/rehearsal/witness/reconcile.ts';
import { ask, type Sent } from '../../../src/domains/rehearsal/witness/request.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function send(url: string, agent: Agent, method = 'GET'): Promise<Sent> {
  const { sent } = await ask(
    {
      ...{ url, method, headers: {}, body: method === 'GET' ? null : 'x', kind: 'replay', label: `${method} /` },
      ...{ dueMs: 0, expected: 200, agent, wantsBody: false },
    },
    () => performance.now(),
  );
  return sent;
}

it('a server that closes every tenth connection under a request is seen, and no request is sent again', async () => {
  const seen: string[] = [];
  const url = await listening(
    createServer((incoming, response) => {
      seen.push(String(incoming.headers['x-request-id']));
      if (seen.length % 10 === 0) incoming.socket.destroy();
      else response.end('ok');
    }),
  );
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sent: Sent[] = [];
  for (let i = 0; i < 50; i++) sent.push(await send(url, agent));
  agent.destroy();
  expect(sent.filter(({ error }) => error === 'connection reset')).toHaveLength(5);
  expect([seen.length, new Set(seen).size]).toEqual([50, 50]);
});

it('a proxy that sends writes again is caught by the ids at the instances', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-witness-'));
  const log: string[] = [];
  const back = await listening(
    createServer((incoming, response) => {
      log.push(`{"requestId":"${incoming.headers['x-request-id']}"}\n`);
      incoming.resume();
      // Every second write is taken, and its answer is lost.
      if (incoming.method === 'POST' && log.length % 2 === 1) incoming.socket.destroy();
      else response.end('ok');
    }),
  );
  const front = await listening(
    createServer((incoming, response) => {
      incoming.resume();
      const forward = () =>
        request(
          back,
          { method: incoming.method ?? 'GET', headers: { 'x-request-id': incoming.headers['x-request-id'] } },
          (answer) => {
            answer.resume();
            response.end('ok');
          },
        )
          .on('error', forward)
          .end();
      forward();
    }),
  );
  const agent = new Agent({ keepAlive: true });
  const sent: Sent[] = [];
  for (let i = 0; i < 10; i++) sent.push(await send(front, agent, 'POST'));
  agent.destroy();
  const file = join(folder, 'instance.ndjson');
  writeFileSync(file, log.join(''));
  const found = await reconcile(sent, null, [file]);
  expect(found).toMatchObject({ sent: 10, failed: 0, lost: 0, repeated: 10, duplicated: 10, atInstances: 10 });
  const checks = requestChecks({ kind: 'requests', ...found, unsent: 0 });
  expect(checks.find(({ id }) => id === 'repeated')).toMatchObject({
    verdict: 'fail',
    reason: '10 of 10 requests were sent again by the switch, 10 of them writes, such as POST /: seen 2 times.',
  });
});

it('what no place noted is no proof of anything', async () => {
  const url = await listening(createServer((_, response) => void response.end()));
  const agent = new Agent();
  const sent = [await send(url, agent)];
  const found = await reconcile(sent, null, []);
  expect(requestChecks({ kind: 'requests', ...found, unsent: 0 }).map(({ id, verdict }) => [id, verdict])).toEqual([
    ['failed', 'pass'],
    ['lost', 'inconclusive'],
    ['repeated', 'inconclusive'],
    ['accounted', 'inconclusive'],
  ]);
});

it('an answered request that the notes lack makes the account incomplete, and a request without answer is lost', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-witness-'));
  const url = await listening(createServer((_, response) => void response.end()));
  const agent = new Agent();
  const [first, second] = [await send(url, agent), await send('http://127.0.0.1:1', agent)];
  const file = join(folder, 'switch.ndjson');
  writeFileSync(file, '');
  const found = await reconcile([first, second], file, []);
  expect(found).toMatchObject({ failed: 1, lost: 1, unaccounted: 1 });
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { domains } from '../../../src/run/domains.ts';
import { openTarget } from '../../../src/run/simulate/target.ts';

const folder = mkdtempSync(join(tmpdir(), 'shakedown-down-'));
const at = (name: string) => join(folder, name);
const servers: Server[] = [];
let ports = { plain: 0, tls: 0, clients: 0, closed: 0 };

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  const openssl = (text: string) => execFileSync('openssl', text.split(' '), { cwd: folder, stdio: 'ignore' });
  for (const name of ['server', 'other'])
    openssl(
      `req -x509 -newkey rsa:2048 -nodes -keyout ${name}.key -out ${name}.pem -subj /CN=${name} -days 2 -addext subjectAltName=IP:127.0.0.1`,
    );
  openssl(
    'req -x509 -newkey rsa:2048 -nodes -keyout named.key -out named.pem -subj /CN=shop -days 2 -addext subjectAltName=DNS:shop.test',
  );
  openssl('rsa -in other.key -aes256 -passout pass:x -out locked.key');
  writeFileSync(at('text.pem'), 'no certificate');
  const [key, cert, ca] = ['server.key', 'server.pem', 'other.pem'].map((name) => readFileSync(at(name)));
  const answer = (_: unknown, response: { end(): void }) => response.end();
  ports = {
    plain: await listening(createServer(answer)),
    tls: await listening(createTlsServer({ key, cert }, answer)),
    clients: await listening(createTlsServer({ key, cert, ca, requestCert: true, rejectUnauthorized: true }, answer)),
    closed: await listening(createServer()),
  };
  await new Promise((resolve) => servers.pop()?.close(resolve));
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function opened(target: object) {
  const { config } = await loadConfig({
    ...{ cwd: folder, domains, replays: false },
    overrides: { target, traffic: { recording: folder } },
  });
  return openTarget(config, { before() {} }, new AbortController().signal, null);
}

const down = (text: RegExp, hint: RegExp) =>
  expect.objectContaining({
    ...{ code: 'TARGET_DOWN', exitCode: 5 },
    ...{ message: expect.stringMatching(text), hint: expect.stringMatching(hint) },
  });

test.each<[string, (at: typeof ports) => object, RegExp, RegExp]>([
  [
    'nothing listens',
    ({ closed }) => ({ baseUrl: `http://127.0.0.1:${closed}` }),
    /nothing listens at 127\.0\.0\.1:\d+ \(ECONNREFUSED\)/,
    /correct the port/,
  ],
  [
    'a name that nobody knows',
    () => ({ baseUrl: 'http://no-such-host.invalid' }),
    /no address was found for the name no-such-host\.invalid/,
    /Correct the host in target\.baseUrl/,
  ],
  [
    'a CA of its own',
    ({ tls }) => ({ baseUrl: `https://127.0.0.1:${tls}` }),
    /a CA that is not known here/,
    /target\.tls\.caFile/,
  ],
  [
    'https to plain HTTP',
    ({ plain }) => ({ baseUrl: `https://127.0.0.1:${plain}` }),
    /does not speak TLS/,
    /write http:\/\//,
  ],
  ['http to TLS', ({ tls }) => ({ baseUrl: `http://127.0.0.1:${tls}` }), /its answer is no HTTP/, /write https:\/\//],
  [
    'a client without a certificate',
    ({ clients }) => ({ baseUrl: `https://127.0.0.1:${clients}`, tls: { caFile: at('server.pem') } }),
    /did not take the client's certificate/,
    /target\.tls\.certFile/,
  ],
])('the reason is named, with what to do: %s', async (_, target, text, hint) => {
  await expect(opened(target(ports))).rejects.toEqual(down(text, hint));
});

test('what is asked for with the right files is up', async () => {
  const tls = { caFile: at('server.pem'), certFile: at('other.pem'), keyFile: at('other.key') };
  expect((await opened({ baseUrl: `https://127.0.0.1:${ports.clients}`, tls })).baseUrl).toContain('https://');
  expect((await opened({ baseUrl: `http://127.0.0.1:${ports.plain}` })).baseUrl).toContain('http://');
});

test.each<[string, object, RegExp]>([
  [
    'is not there',
    { caFile: 'none.pem' },
    /^target\.tls\.caFile: \S*none\.pem cannot be read: there is no such file\.$/,
  ],
  ['is a folder', { caFile: '.' }, /caFile: .* it is a folder/],
  ['holds no certificate', { caFile: 'text.pem' }, /caFile: \S*text\.pem does not hold a certificate in PEM/],
  [
    'holds a key for a certificate',
    { certFile: 'other.key', keyFile: 'other.key' },
    /certFile: .*does not hold a certificate/,
  ],
  [
    'holds a certificate for a key',
    { certFile: 'other.pem', keyFile: 'other.pem' },
    /keyFile: .*does not hold a private key/,
  ],
  [
    'is of another certificate',
    { certFile: 'other.pem', keyFile: 'server.key' },
    /keyFile: .*is not the key of the certificate/,
  ],
  ['has a passphrase', { certFile: 'other.pem', keyFile: 'locked.key' }, /keyFile: .*has a passphrase/],
  ['lacks its key', { certFile: 'other.pem' }, /keyFile: missing/],
  ['lacks its certificate', { keyFile: 'other.key' }, /certFile: missing/],
])('a file of target.tls that %s is an error of the configuration', async (_, tls, text) => {
  const said = expect.objectContaining({ code: 'CONFIG_INVALID', exitCode: 2, message: expect.stringMatching(text) });
  await expect(opened({ baseUrl: `https://127.0.0.1:${ports.tls}`, tls })).rejects.toEqual(said);
});

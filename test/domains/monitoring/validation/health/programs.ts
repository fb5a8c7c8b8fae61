import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { it } from 'vitest';

/** A test that needs a program: in CI it always runs, elsewhere it is skipped where there is none, and its title says so. */
export function itWith(program: string, title: string, body: () => Promise<void>, timeoutMs = 60_000): void {
  const isThere = spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
  const skipped = !isThere && !process.env.CI;
  it.skipIf(skipped)(skipped ? `${title} (skipped: no \`${program}\` on the PATH)` : title, body, timeoutMs);
}

export interface Running {
  port: number;
  stop(): Promise<void>;
}

export async function startRedis(password: string, ...more: string[]): Promise<Running> {
  const port = await freePort();
  const child = spawn(
    'redis-server',
    ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--requirepass', password, ...more],
    { stdio: 'ignore', cwd: tmpdir() },
  );
  return listening(child, port);
}

/** Answers for `shop.test` and nothing else. */
export async function startDnsmasq(): Promise<Running> {
  const port = await freePort();
  const child = spawn(
    'dnsmasq',
    [
      ...['--keep-in-foreground', '--conf-file=/dev/null', `--port=${port}`, '--listen-address=127.0.0.1'],
      ...[
        '--bind-interfaces',
        '--no-resolv',
        '--no-hosts',
        '--local=/test/',
        '--host-record=shop.test,192.0.2.7',
        '--user=',
      ],
    ],
    { stdio: 'ignore' },
  );
  return listening(child, port);
}

/** With a queue `orders` that nobody reads. */
export async function startRabbit(): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'rabbit-'));
  const [port, distribution, epmd] = [await freePort(), await freePort(), await freePort()];
  const at = (name: string) => join(folder, name);
  writeFileSync(at('plugins'), '[].\n');
  writeFileSync(
    at('definitions.json'),
    JSON.stringify({
      users: [{ name: 'shop', password: 'right', tags: '', limits: {} }],
      vhosts: [{ name: '/' }],
      permissions: [{ user: 'shop', vhost: '/', configure: '.*', write: '.*', read: '.*' }],
      queues: [{ name: 'orders', vhost: '/', durable: true, auto_delete: false, arguments: {} }],
    }),
  );
  writeFileSync(at('rabbit.conf'), `load_definitions = ${at('definitions.json')}\n`);
  const environment = {
    ...{ HOME: folder, PATH: process.env.PATH, ERL_EPMD_ADDRESS: '127.0.0.1', ERL_EPMD_PORT: `${epmd}` },
    ...{ RABBITMQ_MNESIA_BASE: at('data'), RABBITMQ_LOG_BASE: at('log'), RABBITMQ_PID_FILE: at('pid') },
    ...{ RABBITMQ_NODENAME: `shakedown${port}@localhost`, RABBITMQ_ENABLED_PLUGINS_FILE: at('plugins') },
    ...{ RABBITMQ_NODE_PORT: `${port}`, RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1', RABBITMQ_DIST_PORT: `${distribution}` },
    ...{ RABBITMQ_CONFIG_FILE: at('rabbit.conf'), RABBITMQ_CONF_ENV_FILE: at('none') },
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
  };
  // Debian's script on the PATH changes the user; the one that it calls does not.
  const child = spawn('/usr/lib/rabbitmq/bin/rabbitmq-server', { stdio: 'ignore', env: environment });
  const running = await listening(child, port, 120_000);
  return {
    port,
    async stop() {
      await running.stop();
      // The port mapper is a process of its own, which only it can be asked to end.
      spawnSync('epmd', ['-port', `${epmd}`, '-kill'], { stdio: 'ignore' });
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** A key and a certificate for localhost that ended in 2021, and one that lasts for 90 days; paths of PEM files. */
export function certificates(): { folder: string; key: string; expired: string; good: string } {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore', cwd: folder });
  const configuration = [
    ...['[ca]', 'default_ca=it', '[it]', 'database=index', 'serial=serial', 'new_certs_dir=.', 'default_md=sha256'],
    ...['policy=any', 'x509_extensions=names', 'unique_subject=no', '[any]', 'commonName=supplied', '[names]'],
    ...['subjectAltName=DNS:localhost,IP:127.0.0.1', '[req]', 'distinguished_name=dn', '[dn]', ''],
  ].join('\n');
  writeFileSync(at('ca.conf'), configuration);
  writeFileSync(at('index'), '');
  writeFileSync(at('serial'), '01\n');
  const request = ['-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-subj', '/CN=localhost', '-out', 'it.csr'];
  openssl('req', '-new', '-config', 'ca.conf', ...request);
  const signed = (name: string, ...dates: string[]) => {
    const made = ['-in', 'it.csr', '-keyfile', 'key.pem', '-selfsign', '-out', name, '-notext'];
    openssl('ca', '-batch', '-config', 'ca.conf', ...made, ...dates);
    return at(name);
  };
  const expired = signed('expired.pem', '-startdate', '20200101000000Z', '-enddate', '20210101000000Z');
  return { folder, key: at('key.pem'), expired, good: signed('good.pem', '-days', '90') };
}

async function listening(child: ChildProcess, port: number, withinMs = 20_000): Promise<Running> {
  const gone = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await gone;
  };
  const until = performance.now() + withinMs;
  while (!(await accepts(port))) {
    if (child.exitCode !== null || performance.now() > until) {
      child.kill('SIGKILL');
      throw new Error(`nothing listens at ${port}`);
    }
    await sleep(50);
  }
  return { port, stop };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onPath } from '../../src/environment/paths.ts';
import { freePort } from './start.ts';

export const rsyslogd = [...onPath('rsyslogd'), ...onPath('rsyslogd', { PATH: '/usr/sbin' })][0];

/** A real rsyslog that takes messages over TCP and UDP on 127.0.0.1. */
export interface Rsyslog {
  /** `127.0.0.1:…` */
  address: string;
  folder: string;
  stop(): Promise<void>;
}

/**
 * @param rules what it does with messages, given a folder of its own
 * @param before templates that they use; with them the module for OpenSearch is loaded
 */
export async function startRsyslog(rules: (folder: string) => string, before = ''): Promise<Rsyslog> {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-rsyslog-'));
  const port = await freePort();
  const file = join(folder, 'rsyslog.conf');
  writeFileSync(
    file,
    `global(workDirectory="${folder}" maxMessageSize="64k")
module(load="imtcp") module(load="imudp") ${before === '' ? '' : `module(load="mmjsonparse") module(load="omelasticsearch") ${before}`}
input(type="imtcp" address="127.0.0.1" port="${port}" ruleset="tests")
input(type="imudp" address="127.0.0.1" port="${port}" ruleset="tests")
ruleset(name="tests") { ${rules(folder)} }
`,
  );
  const child = spawn(rsyslogd ?? 'rsyslogd', ['-n', '-f', file, '-i', join(folder, 'pid')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const stop = async () => {
    if (child.exitCode === null) {
      const closed = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await closed;
      clearTimeout(timer);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  for (let left = 600; ; left--) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (isUp) return { address: `127.0.0.1:${port}`, folder, stop };
    if (child.exitCode !== null || left === 0) {
      const config = readFileSync(file, 'utf8');
      await stop();
      throw new Error(`rsyslogd did not start: ${said}\n${config}`);
    }
    await sleep(100);
  }
}

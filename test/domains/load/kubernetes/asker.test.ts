import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Kubectl } from '../../../../src/domains/load/kubernetes/kubectl.ts';
import { PodAsker } from '../../../../src/domains/load/kubernetes/pod-asker.ts';
import { onPath } from '../../../../src/environment/paths.ts';
import { goBuild } from '../../../cluster/cluster.ts';
import { serve } from '../shop.ts';

const source = fileURLToPath(new URL('../../../../load/pod', import.meta.url));
const noGo = onPath('go').length === 0;

describe.skipIf(noGo || process.platform !== 'linux')('what is seen from a pod', () => {
  let folder: string;
  let launcher: string;
  const open: PodAsker[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'shakedown-asker-'));
    launcher = join(folder, 'pod');
    await goBuild(source, launcher);
  }, 120_000);
  afterEach(() => {
    for (const asker of open.splice(0)) asker.close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Asks pods that are processes of this machine; each writes its process id to `<name>.pid`. */
  const asker = (names: string[], command = `exec ${launcher} ask`): PodAsker => {
    const items = names.map((name) => ({
      metadata: { name },
      status: { phase: 'Running', containerStatuses: [{ state: { running: {} } }] },
    }));
    writeFileSync(join(folder, 'pods.json'), JSON.stringify({ items }));
    const program = join(folder, 'kubectl');
    const exec = `for pod in "$@"; do case $pod in p[0-9]) echo $$ > ${folder}/$pod.pid ;; esac; done; ${command}`;
    const text = `#!/bin/sh\ncase "$*" in *'get pods'*) cat ${folder}/pods.json ;; *exec*) ${exec} ;; esac\n`;
    writeFileSync(program, text, { mode: 0o755 });
    const made = new PodAsker({
      kubectl: new Kubectl(program, null, null),
      selector: 'shakedown/run=x',
      container: 'generator',
      signal: new AbortController().signal,
      lookForMs: 2500,
    });
    open.push(made);
    return made;
  };
  const question = (url: string, more: object = {}) => ({
    url,
    headers: {},
    timeoutMs: 5000,
    bytesAtMost: 1000,
    tls: {},
    ...more,
  });

  it('brings status and body of what the target answers, many at a time, and follows no redirect', async () => {
    const target = await serve((request, response) => {
      const status = Number(request.url?.slice(1));
      response.writeHead(status, { location: '/200' }).end(`${status} ${request.headers['x-who']}`);
    });
    try {
      const one = asker(['p0']);
      const statuses = [200, 301, 404, 503];
      const answers = await Promise.all(
        statuses.map((status) =>
          one.ask(question(`http://127.0.0.1:${target.port}/${status}`, { headers: { 'x-who': 'me' } })),
        ),
      );
      expect(answers).toEqual(statuses.map((status) => ({ status, body: `${status} me` })));
      const bare = await one.ask(question(`http://127.0.0.1:${target.port}/200`, { bytesAtMost: 0 }));
      expect(bare).toEqual({ status: 200, body: '' });
      await expect(one.ask(question(`http://127.0.0.1:${target.port}/200`, { bytesAtMost: 3 }))).rejects.toThrow(
        'too large',
      );
    } finally {
      await target.close();
    }
  });

  it('tells what the target did in the words of a check from here', async () => {
    const target = await serve(() => {});
    try {
      const one = asker(['p0']);
      const url = `http://127.0.0.1:${target.port}/`;
      await expect(one.ask(question(url, { timeoutMs: 300 }))).rejects.toThrow(/^no answer within 300ms$/);
      await expect(one.ask(question('http://127.0.0.1:1/'))).rejects.toThrow(/^ECONNREFUSED$/);
      await expect(one.ask(question(url, { tls: { ca: 'no PEM' } }))).rejects.toThrow(/^the CA cannot be read$/);
    } finally {
      await target.close();
    }
  });

  it('goes on with another pod when one goes', async () => {
    const target = await serve((_, response) => response.end('ok'));
    try {
      const one = asker(['p0', 'p1']);
      const url = `http://127.0.0.1:${target.port}/`;
      expect((await one.ask(question(url))).status).toBe(200);
      const first = ['p0', 'p1'].find((name) => existsSync(join(folder, `${name}.pid`))) ?? '';
      process.kill(Number(readFileSync(join(folder, `${first}.pid`), 'utf8')), 'SIGKILL');
      expect((await one.ask(question(url))).status).toBe(200);
    } finally {
      await target.close();
    }
  });

  it('says that nobody could look where there is no pod, or one of an older image', async () => {
    const look = question('http://127.0.0.1:1/');
    await expect(asker([]).ask(look)).rejects.toThrow(/No pod could be asked .*: no pod is ready/);
    const older = asker(['p0'], 'echo "usage: pod wait" >&2; exit 1');
    await expect(older.ask(look)).rejects.toMatchObject({
      code: 'KUBERNETES_ASK',
      message: expect.stringContaining('usage: pod wait'),
    });
  }, 30_000);
});

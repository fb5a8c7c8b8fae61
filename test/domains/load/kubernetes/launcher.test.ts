import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { jobIndex } from '../../../../src/domains/load/kubernetes/indexed-job.ts';
import { Kubectl } from '../../../../src/domains/load/kubernetes/kubectl.ts';
import { Pods } from '../../../../src/domains/load/kubernetes/pods.ts';
import { runLoad } from '../../../../src/domains/load/run.ts';
import { freePort } from '../../../../src/environment/free-port.ts';
import { onPath } from '../../../../src/environment/paths.ts';
import { goBuild } from '../../../cluster/cluster.ts';
import { describeWithK6 } from '../../../setup/programs.ts';
import { loadInput, request, serve, session } from '../shop.ts';

const source = fileURLToPath(new URL('../../../../load/pod', import.meta.url));
const noGo = onPath('go').length === 0;

describeWithK6('the launcher of a pod', (k6) => {
  describe.skipIf(noGo || process.platform !== 'linux')('built from load/pod', () => {
    let folder: string;
    let launcher: string;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'shakedown-launcher-'));
      launcher = join(folder, 'pod');
      await goBuild(source, launcher);
      symlinkSync(launcher, join(folder, 'k6'));
    }, 120_000);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    /** A kubectl whose pods are processes of this machine. */
    const places = (count: number, attach: boolean): Pods => {
      const items = Array.from({ length: count }, (_, index) => ({
        metadata: { name: `p${index}`, labels: { 'batch.kubernetes.io/job-completion-index': String(index) } },
        status: { phase: 'Running', containerStatuses: [{ state: { running: {} } }] },
      }));
      writeFileSync(join(folder, 'pods.json'), JSON.stringify({ items }));
      const program = join(folder, `kubectl-${attach}`);
      const exec = `SHAKEDOWN_POD_K6=${k6.path} exec ${launcher} run${attach ? ' --attach' : ''}`;
      const text = `#!/bin/sh\ncase "$*" in *'get pods'*) cat ${folder}/pods.json ;; *exec*) ${exec} ;; esac\n`;
      writeFileSync(program, text, { mode: 0o755 });
      return new Pods({
        kubectl: new Kubectl(program, null, null),
        selector: '',
        owner: 'job/none',
        indexOf: jobIndex,
        attach,
        container: 'generator',
        readyTimeoutMs: 5000,
        signal: new AbortController().signal,
        phase: () => {},
        warn: () => {},
        clockErrorAtMostMs: 1000,
      });
    };

    const replay = async (count: number, attach: boolean) => {
      const target = await serve((_, response) => response.end('ok'));
      try {
        const sessions = Array.from({ length: 60 }, (_, i) =>
          session(i, i * 30, [request(0, { path: `/${i}/a` }), request(100, { path: `/${i}/b`, after: 0 })]),
        );
        const windows = mkdtempSync(join(folder, 'windows-'));
        const input = loadInput(`http://127.0.0.1:${target.port}`, sessions, { folder: windows, durationMs: 2500 });
        const generators: number[] = [];
        input.on.generatorStarted = ({ shard }) => generators.push(shard);
        const engine = { name: 'k6', k6: { ...k6 }, places: places(count, attach), generators: count } as const;
        const outcome = await runLoad(engine, input);
        const sent = target.seen.map(({ url }) => url).sort();
        return {
          outcome,
          sent,
          generators: generators.sort(),
          wanted: sessions.flatMap(({ index }) => [`/${index}/a`, `/${index}/b`]).sort(),
        };
      } finally {
        await target.close();
      }
    };

    it.each([1, 3])('feeds and reads k6 as if it were here: %i share the load, each request once', async (count) => {
      const { outcome, sent, wanted, generators } = await replay(count, false);
      expect(sent).toEqual(wanted);
      expect(outcome.accounting).toEqual({ planned: 120, completed: 120, failed: 0, unsent: 0 });
      expect(outcome.endedEarly).toBeNull();
      expect(generators).toEqual([0, 1, 2].slice(0, count));
    });

    it('hands feed and samples to a k6 that was there before, as an operator starts it', async () => {
      const args = [
        'run',
        '--quiet',
        '--execution-segment=0:1/4',
        'replay.js',
        '--address=127.0.0.1:0',
        '--tag',
        'instance_id=1',
      ];
      const env = { ...process.env, SHAKEDOWN_POD_K6: k6.path };
      const standIn = spawn(join(folder, 'k6'), args, { env, stdio: 'ignore' });
      const { outcome, sent, wanted } = await replay(1, true);
      expect(sent).toEqual(wanted);
      expect(outcome.accounting).toEqual({ planned: 120, completed: 120, failed: 0, unsent: 0 });
      await endOf(standIn);
    });

    it('answers the operator until the harness comes, and begins whether or not the operator has said so', async () => {
      const port = await freePort();
      const args = ['run', 'replay.js', `--address=127.0.0.1:${port}`, '--paused', '--tag', 'instance_id=1'];
      const env = { ...process.env, SHAKEDOWN_POD_K6: k6.path };
      const standIn = spawn(join(folder, 'k6'), args, { env, stdio: 'ignore' });
      const asked = async (init?: RequestInit) => {
        const response = await fetch(`http://127.0.0.1:${port}/v1/status`, init);
        return [response.status, ((await response.json()) as { data: { attributes: object } }).data.attributes];
      };
      await expect.poll(() => asked().catch(String), { timeout: 10_000 }).toMatchObject([200, { paused: true }]);
      const start = JSON.stringify({ data: { type: 'status', id: 'default', attributes: { paused: false } } });
      expect(await asked({ method: 'PATCH', body: start })).toMatchObject([200, { paused: false, stopped: false }]);
      const { outcome } = await replay(1, true);
      expect(outcome.accounting).toEqual({ planned: 120, completed: 120, failed: 0, unsent: 0 });
      await endOf(standIn);
    });

    it('does not answer the operator for good where no harness comes', async () => {
      const port = await freePort();
      const env = { ...process.env, SHAKEDOWN_POD_K6: k6.path, SHAKEDOWN_POD_IDLE: '500ms' };
      const standIn = spawn(join(folder, 'k6'), ['run', 'replay.js', `--address=127.0.0.1:${port}`], {
        env,
        stdio: 'ignore',
      });
      onTestFinished(() => void standIn.kill('SIGKILL'));
      expect(await endOf(standIn)).toBe(0);
    });

    it('ends k6 when the harness is gone, and refuses one of another release', async () => {
      const files = { 'x.js': 'import { sleep } from "k6"; export default function () { sleep(600); }' };
      const order = {
        protocol: 1,
        leaseMs: 30_000,
        files,
        args: ['run', '--quiet', '--address=', '{files}/x.js'],
        env: {},
      };
      const env = { ...process.env, SHAKEDOWN_POD_K6: k6.path };
      const child = spawn(launcher, ['run'], { env, stdio: 'pipe' });
      const pid = await new Promise<number>((resolve) => {
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          const started = /^@started (\d+)$/m.exec(text);
          if (started !== null) resolve(Number(started[1]));
        });
        child.stdin.write(`${JSON.stringify(order)}\n`);
      });
      expect(() => process.kill(pid, 0)).not.toThrow();
      child.stdin.destroy();
      await endOf(child);
      expect(() => process.kill(pid, 0)).toThrow();

      const other = spawn(launcher, ['run'], { stdio: 'pipe' });
      let said = '';
      other.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
      other.stdin.end(`${JSON.stringify({ ...order, protocol: 99 })}\n`);
      expect(await endOf(other)).toBe(1);
      expect(said).toContain('they must be of the same release');
    });

    it('ends a pod well when nobody comes, and not well when it is told to end', async () => {
      expect(await endOf(spawn(launcher, ['wait', '100ms']))).toBe(0);
      const told = spawn(launcher, ['wait', '10m']);
      const ended = endOf(told);
      // It may not listen yet: told again until it does.
      const timer = setInterval(() => told.kill('SIGTERM'), 50);
      const code = await ended;
      clearInterval(timer);
      expect([1, null]).toContain(code);
    });
  });
});

const endOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once('close', resolve);
  });

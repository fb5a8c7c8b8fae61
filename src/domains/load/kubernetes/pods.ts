import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { exitCodes, ShakedownError } from '../../../model/error.ts';
import type { Places, RemoteStart } from '../k6/places.ts';
import { favoured, type K6Process, runArguments, scripts } from '../k6/process.ts';
import { clusterError, type Kubectl } from './kubectl.ts';
import { launcher } from './manifests.ts';
import { PodProcess } from './pod-process.ts';
import { lastWarning, type PodState, readPods } from './watch-pods.ts';

const lookEveryMs = 500;
const triesAtMost = 5;
/** How long a pod's clock is asked before it is trusted. */
const clockMs = 600;
const clockAtMostMs = 9000;

export interface PodsSetup {
  kubectl: Kubectl;
  /** Selects the pods of this load. */
  selector: string;
  /** What makes them, for its complaints: `job/shakedown-…`. */
  owner: string;
  indexOf(labels: Record<string, string>): number;
  /** The launcher waits for a k6 that is there already, instead of starting one. */
  attach: boolean;
  container: string;
  readyTimeoutMs: number;
  signal: AbortSignal;
  phase(text: string): void;
  warn(text: string): void;
  /** A pod's clock must be known to this; a tenth of it is worth a warning. */
  clockErrorAtMostMs: number;
}

/** Pods that generators are started in. Where a pod is lost, its generator's next start waits for the one that comes after. */
export class Pods implements Places {
  readonly nextTakesMs = 0;
  readonly #setup: PodsSetup;
  #waitingFor = '';

  constructor(setup: PodsSetup) {
    this.#setup = setup;
  }

  get readyAtMostMs(): number {
    return this.#setup.readyTimeoutMs;
  }

  /** Waits until every generator has its pod. @throws ShakedownError KUBERNETES_IMAGE, KUBERNETES_NO_ROOM, KUBERNETES_LATE */
  async ready(count: number): Promise<PodState[]> {
    const { signal } = this.#setup;
    return Promise.all([...Array(count).keys()].map((index) => this.#podFor(index, signal)));
  }

  /** What a program of the image says in a pod. @throws ShakedownError */
  async ask(pod: PodState, command: readonly string[]): Promise<string> {
    return this.#setup.kubectl.must('to run a program in a pod', [
      'exec',
      pod.name,
      '-c',
      this.#setup.container,
      '--',
      ...command,
    ]);
  }

  async start(start: RemoteStart): Promise<K6Process> {
    const order = {
      files: {
        'engine.json': JSON.stringify(start.scriptConfig),
        'replay-shakedown.js': await readFile(join(scripts, 'replay-shakedown.js'), 'utf8'),
        ...(start.caFile === null ? {} : { 'ca.pem': await readFile(start.caFile, 'utf8') }),
      },
      args: [...runArguments, '--summary-mode=disabled', '{files}/replay-shakedown.js'],
      env: {
        GOGC: '400',
        ...(start.http2 ? {} : { GODEBUG: 'http2client=0' }),
        SHAKEDOWN_ENGINE_CONFIG: '{files}/engine.json',
        ...(start.caFile === null ? {} : { SSL_CERT_FILE: '{files}/ca.pem' }),
        SHAKEDOWN_FEED_FD: '3',
        SHAKEDOWN_SAMPLES_FD: '4',
      },
    };
    const signal = AbortSignal.any([this.#setup.signal, start.over]);
    for (let tries = 1; ; tries++) {
      const pod = await this.#podFor(start.shard, signal);
      const { kubectl, attach, container } = this.#setup;
      const command = [launcher, 'run', ...(attach ? ['--attach'] : [])];
      const child = favoured(() => kubectl.start(['exec', '-i', pod.name, '-c', container, '--', ...command]));
      const process = new PodProcess(child, `pod ${pod.name}${pod.node === '' ? '' : ` on ${pod.node}`}`, order);
      try {
        await process.started;
        await this.#trustClock(process);
        return process;
      } catch (error) {
        await process.stop(0);
        if (error instanceof ShakedownError) throw error;
        const failure = clusterError(`to start k6 in pod ${pod.name}`, (error as Error).message);
        // A pod may go between being looked at and being used; another comes in its place.
        if (tries >= triesAtMost || failure.code !== 'KUBERNETES_FAILED') throw failure;
        await wait(lookEveryMs);
      }
    }
  }

  async #trustClock(process: PodProcess): Promise<void> {
    const { clockErrorAtMostMs, warn } = this.#setup;
    const ended = process.ended.then(() => true);
    // Some more answers than the first, for the quickest of them counts; and many where a busy machine lets none be quick.
    for (let waitedMs = 0; waitedMs < clockAtMostMs; waitedMs += clockMs) {
      if (await Promise.race([wait(clockMs, false), ended])) throw new Error(process.said().join('\n'));
      if ((process.clockErrorMs ?? Number.POSITIVE_INFINITY) <= clockErrorAtMostMs / 10) return;
    }
    const errorMs = process.clockErrorMs ?? Number.POSITIVE_INFINITY;
    if (errorMs > clockErrorAtMostMs) {
      throw new ShakedownError(
        'KUBERNETES_CLOCK',
        `The clock of ${process.where} is known to ±${errorMs.toFixed(1)} ms only, and a generator may be late by ${clockErrorAtMostMs} ms.`,
        {
          hint: 'Run Shakedown nearer to the cluster, or raise honesty.maxGeneratorLatenessMs.',
          exitCode: exitCodes.inconclusive,
        },
      );
    }
    warn(`Arrivals from ${process.where} may be shifted by ${errorMs.toFixed(1)} ms: its clock is known no better.`);
  }

  async #podFor(index: number, signal: AbortSignal): Promise<PodState> {
    const { kubectl, selector, readyTimeoutMs } = this.#setup;
    const until = performance.now() + readyTimeoutMs;
    for (;;) {
      signal.throwIfAborted();
      const text = await kubectl.must('to see its pods', ['get', 'pods', '-l', selector, '-o', 'json']);
      const pod = readPods(text, this.#setup.indexOf).findLast((one) => one.index === index);
      if (pod?.ready) return pod;
      if (pod?.hopeless != null) {
        throw new ShakedownError('KUBERNETES_IMAGE', `Pod ${pod.name} cannot start: ${pod.hopeless.slice(0, 300)}`, {
          hint: 'See kubernetes.image, imagePullPolicy and imagePullSecrets; the image is built from load/Dockerfile.',
          exitCode: exitCodes.inconclusive,
        });
      }
      const reason = pod === undefined ? await this.#complaint() : pod.waitsFor;
      this.#report(reason);
      if (performance.now() > until) {
        const [kind, name = ''] = this.#setup.owner.split('/');
        if (kind === 'testrun' && pod === undefined) throw noRunner(index, name, readyTimeoutMs, reason);
        throw tooLate(index, readyTimeoutMs, reason, pod?.noRoom === true);
      }
      await wait(lookEveryMs, undefined, { signal });
    }
  }

  /** Why there is no pod at all, in the cluster's words. @throws ShakedownError KUBERNETES_OPERATOR */
  async #complaint(): Promise<string | null> {
    const [kind, name = ''] = this.#setup.owner.split('/');
    if (kind === 'testrun') {
      const stage = await this.#setup.kubectl.run(['get', 'testrun', name, '-o', 'jsonpath={.status.stage}']);
      if (stage.stdout === 'error') {
        throw new ShakedownError('KUBERNETES_OPERATOR', `The operator gave up on TestRun ${name}.`, {
          hint: 'Its own log says why: `kubectl logs` of the k6-operator’s controller.',
          exitCode: exitCodes.inconclusive,
        });
      }
    }
    const field = `--field-selector=involvedObject.name=${name}`;
    const { code, stdout } = await this.#setup.kubectl.run(['get', 'events', field, '-o', 'json']);
    return code === 0 ? lastWarning(stdout) : null;
  }

  #report(reason: string | null): void {
    if (reason === null || reason === this.#waitingFor) return;
    this.#waitingFor = reason;
    this.#setup.phase(`waiting for pods: ${reason.slice(0, 200)}`);
  }
}

/** Of the k6 in a pod's image. */
export async function imageVersion(pods: Pods, [pod]: readonly PodState[]): Promise<string> {
  const said = pod === undefined ? '' : await pods.ask(pod, ['/shakedown/k6', 'version']);
  return / v(\d[\w.+-]*) /.exec(said)?.[1] ?? 'unknown';
}

function noRunner(index: number, testRun: string, readyTimeoutMs: number, reason: string | null): ShakedownError {
  const why = reason === null ? '' : `: ${reason.slice(0, 300)}`;
  return new ShakedownError(
    'KUBERNETES_OPERATOR',
    `The k6-operator had made no pod for load generator ${index} of TestRun ${testRun} after ${readyTimeoutMs / 1000} s${why}`,
    {
      hint: 'See `kubectl describe testrun`, and whether the operator’s controller runs; kubernetes.readyTimeoutS waits longer.',
      exitCode: exitCodes.inconclusive,
    },
  );
}

function tooLate(index: number, readyTimeoutMs: number, reason: string | null, noRoom: boolean): ShakedownError {
  const seconds = readyTimeoutMs / 1000;
  if (noRoom || /quota/i.test(reason ?? '')) {
    return new ShakedownError(
      'KUBERNETES_NO_ROOM',
      `The cluster had no room for load generator ${index} within ${seconds} s: ${reason}`,
      {
        hint: 'Lower kubernetes.requests or --parallelism, or add nodes.',
        exitCode: exitCodes.inconclusive,
      },
    );
  }
  const why = reason === null ? '' : `: ${reason.slice(0, 300)}`;
  return new ShakedownError(
    'KUBERNETES_LATE',
    `Load generator ${index} had no pod that was ready within ${seconds} s${why}`,
    {
      hint: 'See `kubectl describe pods`; kubernetes.readyTimeoutS gives them longer.',
      exitCode: exitCodes.inconclusive,
    },
  );
}

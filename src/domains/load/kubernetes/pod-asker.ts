import type { ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { exitCodes, ShakedownError } from '../../../model/error.ts';
import type { AskThrough } from '../../companion.ts';
import type { Kubectl } from './kubectl.ts';
import { launcher } from './manifests.ts';
import { readPods } from './watch-pods.ts';

const lineSchema = z.object({
  ready: z.boolean().optional(),
  id: z.number().optional(),
  status: z.number().default(0),
  body: z.string().default(''),
  error: z.string().default(''),
});
type Line = z.output<typeof lineSchema>;

/** Another pod may take a while to come; a target that nobody can look at is neither up nor down. */
const usualLookForMs = 30_000;
const againAfterMs = 500;
const beginAtMostMs = 10_000;
/** For the way there and back, beyond what the target may take. */
const wayMs = 5000;
const keptText = 2000;

type PodQuestion = Parameters<AskThrough>[0];

export interface PodAskerSetup {
  kubectl: Kubectl;
  /** Selects the pods of this run, any of which may be asked. */
  selector: string;
  container: string;
  signal: AbortSignal;
  /** How long a pod is looked for. */
  lookForMs?: number;
}

/**
 * Asks what is seen from inside the cluster, through one of the load's own pods: one exec carries all questions, and another pod's takes over where
 * that pod goes.
 */
export class PodAsker {
  readonly #setup: PodAskerSetup;
  readonly #waiting = new Map<number, { answer(line: Line): void; gone(): void }>();
  #child: Promise<ChildProcess> | null = null;
  #questions = 0;
  #closed = false;

  constructor(setup: PodAskerSetup) {
    this.#setup = setup;
  }

  /**
   * @throws Error in a word or two for what the target did: refused, no answer in time
   * @throws ShakedownError KUBERNETES_ASK where there was no pod to ask from
   */
  async ask(question: PodQuestion): Promise<{ status: number; body: string }> {
    const until = performance.now() + (this.#setup.lookForMs ?? usualLookForMs);
    let why = '';
    while (!this.#closed && performance.now() < until) {
      try {
        const line = await this.#once(question);
        if (line.error !== '') throw new Error(line.error);
        return { status: line.status, body: line.body };
      } catch (error) {
        if (!(error instanceof PodGone)) throw error;
        why = error.message;
      }
      await wait(againAfterMs, undefined, { signal: this.#setup.signal });
    }
    throw new ShakedownError('KUBERNETES_ASK', `No pod could be asked how the target looks from the cluster: ${why}`, {
      hint: 'The image must be of this release (load/Dockerfile). kubernetes.checksFrom: harness asks from here instead.',
      exitCode: exitCodes.inconclusive,
    });
  }

  close(): void {
    this.#closed = true;
    void this.#child?.then(
      (child) => child.kill('SIGKILL'),
      () => {},
    );
  }

  async #once({ tls, ...question }: PodQuestion): Promise<Line> {
    this.#child ??= this.#open();
    const opening = this.#child;
    let child: ChildProcess;
    try {
      child = await opening;
    } catch (error) {
      if (this.#child === opening) this.#child = null;
      throw error;
    }
    const id = ++this.#questions;
    return new Promise<Line>((resolve, reject) => {
      // An exec that hangs takes its pod's place: it is given up with all that wait for it.
      const timer = setTimeout(() => child.kill('SIGKILL'), question.timeoutMs + wayMs);
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(id);
      };
      this.#waiting.set(id, {
        answer: (line) => {
          done();
          resolve(line);
        },
        gone: () => {
          done();
          reject(new PodGone('the pod went while it was asked'));
        },
      });
      if (child.exitCode !== null || child.signalCode !== null) this.#waiting.get(id)?.gone();
      else child.stdin?.write(`${JSON.stringify({ id, ...question, ...tls })}\n`);
    });
  }

  /** @throws PodGone when there is none, or none that answers */
  async #open(): Promise<ChildProcess> {
    const { kubectl, selector, container } = this.#setup;
    const { code, stdout, stderr } = await kubectl.run(['get', 'pods', '-l', selector, '-o', 'json']);
    if (code !== 0) throw new PodGone(stderr.trim().split('\n').at(-1) ?? '');
    const ready = readPods(stdout, () => 0).filter((pod) => pod.ready);
    // Not the same one each time: one of them may be cut off.
    const pod = ready[this.#questions++ % Math.max(1, ready.length)];
    if (pod === undefined) throw new PodGone('no pod is ready');
    const child = kubectl.start(['exec', '-i', pod.name, '-c', container, '--', launcher, 'ask']);
    child.stdin?.on('error', () => {}); // it ended: that is reported below
    const isReady = this.#listen(child);
    const timer = setTimeout(() => child.kill('SIGKILL'), beginAtMostMs);
    try {
      await isReady;
    } finally {
      clearTimeout(timer);
    }
    return child;
  }

  /** Hears a child out. @returns when it said that it is ready; rejects with PodGone when it ended before */
  #listen(child: ChildProcess): Promise<void> {
    let said = '';
    let rest = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-keptText);
    });
    return new Promise((resolve, reject) => {
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const text of lines) {
          const line = parsed(text);
          if (line?.ready === true) resolve();
          else if (line?.id !== undefined) this.#waiting.get(line.id)?.answer(line);
        }
      });
      child.once('error', (error) => reject(new PodGone(error.message)));
      child.once('close', () => {
        this.#child = null;
        for (const { gone } of [...this.#waiting.values()]) gone();
        reject(new PodGone(said.trim().split('\n').at(-1) ?? 'it ended without a message'));
      });
    });
  }
}

/** Of the way to the target, not of the target. */
class PodGone extends Error {}

function parsed(text: string): Line | null {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

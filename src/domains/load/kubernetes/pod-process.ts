import type { ChildProcess } from 'node:child_process';
import { Writable } from 'node:stream';
import type { K6Process, Moment } from '../k6/process.ts';
import { ClockOffset } from './clock.ts';

/** As load/pod says and reads it. */
const protocol = 1;
/** k6 lives no longer than this without a word from us, nor we with it without one from there. */
const leaseMs = 30_000;
const askEveryMs = 5000;
/** While its clock is not needed yet, the more answers the better. */
const askBeforeMs = 250;
/** How often the clock is asked at first, and how quickly: the load begins soon after. */
const quickQuestions = 40;
const quickEveryMs = 50;
/** Of the feed, that k6 has not taken yet. */
const aheadAtMost = 1 << 20;
const keptLines = 20;
const ticksPerSecond = 100;

export interface PodOrder {
  files: Record<string, string>;
  args: string[];
  env: Record<string, string>;
}

/** A k6 in a pod, at the other end of a `kubectl exec`: sessions go in there, samples come out, and what the launcher says comes beside them. */
export class PodProcess implements K6Process {
  readonly pid = null;
  readonly feed: Writable;
  readonly samples;
  readonly ended;
  /** Resolves when k6 was started there; rejects when the exec ended before that. */
  readonly started: Promise<void>;
  readonly where: string;
  readonly #child: ChildProcess;
  readonly #clock = new ClockOffset();
  readonly #asked = new Map<string, bigint>();
  #began = false;
  #questions = 0;
  #timer: NodeJS.Timeout | undefined;
  #heardAtMs = performance.now();
  #lines: string[] = [];
  #rest = '';
  #cpuSeconds: number | null = null;
  #ahead = 0;
  #waiting: (() => void) | null = null;
  #setStarted: () => void = () => {};

  constructor(child: ChildProcess, where: string, order: PodOrder) {
    this.#child = child;
    this.where = where;
    const { stdin, stdout, stderr } = child;
    if (stdin === null || stdout === null || stderr === null) throw new Error('an exec needs its three pipes');
    stdin.on('error', () => {}); // it ended: that is reported where its end is waited for
    this.samples = stdout;
    this.feed = this.#feeder();
    stderr.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    this.ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
      child.once('close', (code, signal) => {
        clearTimeout(this.#timer);
        this.feed.destroy();
        resolve({ code, signal });
      });
    });
    this.started = new Promise((resolve, reject) => {
      this.#setStarted = resolve;
      child.once('error', reject);
      void this.ended.then(() => reject(new Error(this.#lines.slice(-3).join('\n'))));
    });
    this.started.catch(() => {});
    stdin.write(`${JSON.stringify({ protocol, leaseMs, ...order })}\n`);
    this.#ask();
  }

  /** Half of the quickest question's time and answer's: how wrong its clock may be; null before any answer. */
  get clockErrorMs(): number | null {
    return this.#clock.best()?.errorMs ?? null;
  }

  get place(): string {
    const error = this.clockErrorMs;
    return `${this.where}, its clock known to ±${error === null ? '?' : error.toFixed(1)} ms`;
  }

  startLine(at: Moment): string {
    this.#began = true;
    // The pod's own monotonic clock: nobody sets it, here or there.
    return `monotonic ${at.monotonicNs + (this.#clock.best()?.ns ?? 0n)}\n`;
  }

  cpuSeconds(): number | null {
    return this.#cpuSeconds;
  }

  said(): string[] {
    return [...this.#lines];
  }

  async stop(graceMs: number): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.stdin?.write('!stop\n');
    // The launcher ends k6 after a grace of its own; then the way home.
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs + 3000);
    await this.ended;
    clearTimeout(timer);
  }

  /** Words to the launcher are never behind what k6 has not taken: no more is sent than it says it may keep. */
  #feeder(): Writable {
    return new Writable({
      decodeStrings: true,
      write: (chunk: Buffer, _encoding, done) => {
        this.#ahead += chunk.length;
        this.#child.stdin?.write(chunk);
        if (this.#ahead < aheadAtMost) done();
        else this.#waiting = done;
      },
      final: (done) => {
        this.#child.stdin?.write('!fed\n');
        done();
      },
    });
  }

  #hear(text: string): void {
    this.#heardAtMs = performance.now();
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('@')) this.#word(line.slice(1).split(' '));
      else if (line !== '' && !line.startsWith('command terminated')) this.#lines.push(line);
    }
    this.#lines.splice(0, Math.max(0, this.#lines.length - keptLines));
  }

  #word([verb, first = '', ...figures]: string[]): void {
    if (verb === 'started') this.#setStarted();
    if (verb === 'took') {
      this.#ahead -= Number(first);
      const go = this.#ahead < aheadAtMost ? this.#waiting : null;
      if (go !== null) {
        this.#waiting = null;
        go();
      }
    }
    if (verb === 'pong') {
      const asked = this.#asked.get(first);
      this.#asked.delete(first);
      if (asked !== undefined) this.#clock.add(asked, process.hrtime.bigint(), BigInt(figures[0] ?? '0'));
      this.#cpuSeconds = Number(figures[1] ?? 0) / ticksPerSecond;
    }
  }

  #everyMs(): number {
    if (this.#questions < quickQuestions) return quickEveryMs;
    return this.#began ? askEveryMs : askBeforeMs;
  }

  /** Asks for its clock: quickly at first, then now and then, so that either side knows that the other is there. */
  #ask(): void {
    if (performance.now() - this.#heardAtMs > leaseMs) {
      this.#lines.push(`nothing was heard from ${this.where} for ${leaseMs / 1000} s`);
      this.#child.kill('SIGKILL');
      return;
    }
    const id = String(this.#questions++);
    this.#asked.set(id, process.hrtime.bigint());
    this.#child.stdin?.write(`!ping ${id}\n`);
    this.#timer = setTimeout(() => this.#ask(), this.#everyMs());
  }
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlannedSession } from '../../../model/plan.ts';
import type { LoadAccounting } from '../accounting/accounting.ts';
import type { LoadInput } from '../engine.ts';
import { type FeedServer, feedDescriptor, serveFeed } from './feed.ts';
import { type EngineMessage, FrameReader } from './frames.ts';
import { LineReader } from './lines.ts';
import type { Places } from './places.ts';
import { type K6Command, type K6Process, type Moment, startK6 } from './process.ts';
import type { Taker } from './taker.ts';
import { SessionWire } from './wire.ts';

const stopGraceMs = 2000;

export interface GeneratorSetup {
  k6: K6Command;
  /** Where its processes run, if not on this machine. */
  places: Places | null;
  accounting: LoadAccounting;
  input: LoadInput;
  /** What k6 is given (script-config.ts), made once for all processes of the run. */
  scriptConfig: unknown;
  /** Folder for it, of this user alone. */
  scratch: string;
  number: number;
  /** Which of the processes that share the load. */
  shard: number;
  /** Aborted when there is no load any more. */
  over: AbortSignal;
  /** Called when sessions can be handed out no longer, as the plan could not be read on. */
  failed(error: unknown): void;
}

/** One k6 process and the sessions it was given. Its clock reads zero at `originMs` of the run's. */
export class Generator {
  readonly process: K6Process;
  /** Resolves when its virtual users are there; also when it ended before that. */
  readonly ready: Promise<void>;
  /** Resolves when it ended and all it said has been read. */
  readonly ended: Promise<void>;
  originMs = 0;
  /** CPU time it has used, when it was last looked at. */
  cpuSeconds = 0;
  /** It was given its last session. */
  fedAll = false;
  gone = false;
  stopped = false;
  /** What the run's clock read when it was heard last; null: it had not begun. */
  heardMs: number | null = null;
  /** What it gets of its part of the run; null before that begins. */
  taker: Taker | null = null;
  #answered = 0;
  #setup: GeneratorSetup;
  #begin: (lines: AsyncIterable<string>, at: Moment) => void;

  private constructor(
    setup: GeneratorSetup,
    process: K6Process,
    feed: FeedServer | null,
    begin: (lines: AsyncIterable<string>, at: Moment) => void,
    ready: Promise<void>,
    receive: (generator: Generator) => Promise<void>,
  ) {
    this.#setup = setup;
    this.process = process;
    this.#begin = begin;
    const read = receive(this);
    this.ended = Promise.all([process.ended, read])
      .then(() => {
        this.gone = true;
      })
      .finally(() => feed?.close());
    this.ready = Promise.race([ready, this.ended]);
  }

  /** @throws ShakedownError ENGINE_START */
  static async launch(setup: GeneratorSetup): Promise<Generator> {
    const { k6, places, input, scratch, number, scriptConfig } = setup;
    let setReady: () => void = () => {};
    const ready = new Promise<void>((resolve) => {
      setReady = resolve;
    });
    if (places !== null) {
      const { caFile } = input.tls;
      const process = await places.start({
        shard: setup.shard,
        scriptConfig,
        caFile,
        http2: input.http2,
        over: setup.over,
      });
      const begin = feedTo(process, setup.failed);
      return new Generator(setup, process, null, begin, ready, (generator) => generator.#receive(setReady));
    }
    const configFile = join(scratch, `engine-${number}.json`);
    // Client keys may be in it: for this user's eyes only.
    await writeFile(configFile, JSON.stringify(scriptConfig), { mode: 0o600 });
    const feed = k6.build === 'stock' ? await serveFeed(setReady, setup.failed) : null;
    const process = await startK6({
      k6,
      configFile,
      feedUrl: feed?.url ?? null,
      caFile: input.tls.caFile,
      http2: input.http2,
    }).catch(async (error: unknown) => {
      await feed?.close();
      throw error;
    });
    const begin =
      feed === null
        ? feedTo(process, setup.failed)
        : (lines: AsyncIterable<string>, at: Moment) => feed.begin(lines, at.unixMs);
    return new Generator(setup, process, feed, begin, ready, (generator) => generator.#receive(setReady));
  }

  /** Looks at its CPU time, seconds. */
  readCpuSeconds(): number {
    // A pod says 0 of a k6 that is gone.
    this.cpuSeconds = Math.max(this.cpuSeconds, this.process.cpuSeconds() ?? 0);
    return this.cpuSeconds;
  }

  /** Requests that are its own and that it has not answered for. */
  get outstanding(): number {
    return Math.max(0, (this.taker?.planned ?? 0) - this.#answered);
  }

  /** When the last request it was given is due, on the run's clock. */
  get lastDueMs(): number {
    return this.taker?.lastDueMs ?? 0;
  }

  /**
   * Sets its clock and gives it sessions as they come. Its clock reads zero where the run's reads what its taker begins with.
   * @param sessions null: nothing more for a while
   */
  go(at: Moment, taker: Taker, sessions: AsyncIterable<PlannedSession | null>): void {
    this.taker = taker;
    this.originMs = taker.fromMs;
    this.#begin(this.#lines(sessions), at);
  }

  async *#lines(sessions: AsyncIterable<PlannedSession | null>): AsyncGenerator<string> {
    const { input } = this.#setup;
    const wire = new SessionWire(input.plan);
    for await (const session of sessions) {
      yield session === null ? '' : wire.encode(session, input.overlay(), this.originMs);
    }
    this.fedAll = true;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.process.stop(stopGraceMs);
    await this.ended.catch(() => {}); // what it sent could not be read: that is reported where its end is followed
  }

  /** Resolves when the stream of samples is at its end. */
  async #receive(ready: () => void): Promise<void> {
    const { k6, accounting, input, number } = this.#setup;
    const receiver = {
      samples: (words: Uint32Array, from: number, to: number) => {
        // What it sends while it is being ended is of requests that we broke off.
        if (this.stopped) return;
        this.#answered += (to - from) >>> 3;
        accounting.samples(words, from, to, this.originMs, number);
      },
      message: (message: EngineMessage) => {
        if (message.kind === 'ready') ready();
        else if (message.kind === 'login') accounting.login(message.step, message.status, message.problem);
        else accounting.note(message.key, message.message);
      },
    };
    const { samples } = this.process;
    if (k6.build === 'shakedown') {
      const reader = new FrameReader(receiver);
      for await (const chunk of samples) {
        this.heardMs = accounting.nowMs();
        reader.push(chunk as Buffer);
      }
      return;
    }
    const reader = new LineReader(receiver, (line) => input.on.warning(`k6: ${line.slice(0, 300)}`));
    samples.setEncoding('utf8');
    for await (const chunk of samples) {
      this.heardMs = accounting.nowMs();
      reader.push(chunk as string);
    }
  }
}

function feedTo(
  process: K6Process,
  failed: (error: unknown) => void,
): (lines: AsyncIterable<string>, at: Moment) => void {
  return (lines, at) => {
    if (process.feed !== null) feedDescriptor(process.startLine(at), lines, process.feed).catch(failed);
  };
}

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
  /** Resolves when it was given its last session, or will take no more. */
  readonly fed: Promise<void>;
  readonly startedAtMs = performance.now();
  originMs = 0;
  /** CPU time it has used, when it was last looked at. */
  cpuSeconds = 0;
  /** It was given its last session. */
  fedAll = false;
  gone = false;
  stopped = false;
  #planned = 0;
  #answered = 0;
  #handed: PlannedSession[] = [];
  #lastDueMs = 0;
  #setup: GeneratorSetup;
  #begin: (lines: AsyncIterable<string>, at: Moment) => void;
  #setFed: () => void = () => {};

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
    this.fed = new Promise((resolve) => {
      this.#setFed = resolve;
    });
    const read = receive(this);
    this.ended = Promise.all([process.ended, read]).then(async () => {
      this.gone = true;
      this.#setFed();
      await feed?.close();
    });
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
      const process = await places.start({ shard: setup.shard, scriptConfig, caFile, http2: input.http2 });
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
    });
    const begin =
      feed === null
        ? feedTo(process, setup.failed)
        : (lines: AsyncIterable<string>, at: Moment) => feed.begin(lines, at.unixMs);
    return new Generator(setup, process, feed, begin, ready, (generator) => generator.#receive(setReady));
  }

  /** Requests it was given and has not answered for. */
  get outstanding(): number {
    return this.#planned - this.#answered;
  }

  /** When the last request it was given is due, on the run's clock. */
  get lastDueMs(): number {
    return this.#lastDueMs;
  }

  /** Sets its clock and gives it sessions as fast as it takes them. @param originMs what the run's clock reads at that moment */
  go(at: Moment, originMs: number, sessions: AsyncIterable<PlannedSession>): void {
    this.originMs = originMs;
    this.#begin(this.#lines(sessions), at);
  }

  async *#lines(sessions: AsyncIterable<PlannedSession>): AsyncGenerator<string> {
    const { input } = this.#setup;
    const wire = new SessionWire(input.plan);
    try {
      for await (const session of sessions) {
        this.#planned += session.requests.length;
        this.#handed.push(session);
        const last = session.requests.reduce((most, { dueMs }) => Math.max(most, dueMs), 0);
        this.#lastDueMs = Math.max(this.#lastDueMs, session.startMs + last);
        yield wire.encode(session, input.overlay(), this.originMs);
      }
      this.fedAll = true;
    } finally {
      this.#setFed();
    }
  }

  /** Forgets what has begun by now. */
  forget(nowMs: number): void {
    const begun = this.#handed.findIndex(({ startMs }) => startMs > nowMs);
    this.#handed.splice(0, begun < 0 ? this.#handed.length : begun);
  }

  /** Sessions it was given that begin at `fromMs` or later, for another to take; they are no longer its own. */
  takeBack(fromMs: number): PlannedSession[] {
    const back = this.#handed.filter(({ startMs }) => startMs >= fromMs);
    this.#handed = [];
    for (const { requests } of back) this.#planned -= requests.length;
    return back;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.process.stop(stopGraceMs);
    await this.ended;
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
      for await (const chunk of samples) reader.push(chunk as Buffer);
      return;
    }
    const reader = new LineReader(receiver, (line) => input.on.warning(`k6: ${line.slice(0, 300)}`));
    samples.setEncoding('utf8');
    for await (const chunk of samples) reader.push(chunk as string);
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

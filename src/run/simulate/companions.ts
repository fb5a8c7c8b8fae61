import { setTimeout as sleep } from 'node:timers/promises';
import type { Asked, Beside, OpenRun } from '../../domains/companion.ts';
import type { Domain } from '../../domains/domain.ts';
import type { Teardown } from '../../evidence/teardown.ts';
import type { JournalData } from '../../model/event.ts';
import type { Program } from '../../model/results.ts';
import { domains } from '../domains.ts';

/** Rolling back, recovering and reading back take minutes at the most; what hangs for longer is not to cost the run. */
const endAtMostMs = 15 * 60_000;

interface Member {
  /** Its id. */
  domain: string;
  of: Beside;
}

/** Everything that runs beside the load of one run, in the order in which it begins. */
export class Companions {
  readonly #all: readonly Member[];
  readonly #opened: { of: Beside; end(): Promise<void> }[] = [];
  #warn: (text: string) => void = () => {};

  private constructor(all: readonly Member[]) {
    this.#all = all;
  }

  static get none(): Companions {
    return new Companions([]);
  }

  /** @throws ShakedownError for what stands in the way of the run */
  static async prepare(
    asked: Asked,
    table: readonly Pick<Domain, 'id' | 'companions'>[] = domains,
  ): Promise<Companions> {
    const prepared: Member[] = [];
    for (const { id, companions } of table) {
      for (const companion of (await companions?.()) ?? []) {
        const beside = await companion.prepare(asked);
        if (beside !== null) prepared.push({ domain: id, of: beside });
      }
    }
    return new Companions(prepared);
  }

  get programs(): Program[] {
    return this.#all.flatMap(({ of }) => of.programs ?? []);
  }

  get injectsFaults(): boolean {
    return this.#all.some(({ of }) => of.injectsFaults === true);
  }

  get toxiproxyUrl(): string | null {
    return this.#all.find(({ of }) => of.toxiproxyUrl !== undefined)?.of.toxiproxyUrl ?? null;
  }

  recorded(session: Parameters<NonNullable<Beside['recorded']>>[0]): void {
    for (const { of } of this.#all) of.recorded?.(session);
  }

  /** Lets them know what an earlier part of the run has done. */
  async recall(events: AsyncIterable<JournalData>): Promise<void> {
    const asking = this.#all.filter(({ of }) => of.recall !== undefined);
    if (asking.length === 0) return;
    for await (const event of events) for (const { of } of asking) of.recall?.(event);
  }

  /**
   * Opens one after the other.
   * @param note shows what one of a domain is doing
   * @throws ShakedownError that one cannot be opened: those before it are ended by the teardown
   */
  async open(
    run: Omit<OpenRun, 'note'>,
    teardown: Teardown,
    note: (domain: string, text: string | null) => void,
  ): Promise<void> {
    this.#warn = run.warn;
    for (const { domain, of: beside } of this.#all) {
      const { title } = beside;
      await beside.open?.({ ...run, note: (text) => note(domain, text) });
      let ended: Promise<void> | undefined;
      const end = () => {
        ended ??= this.#end(beside);
        return ended;
      };
      this.#opened.push({ of: beside, end });
      // Where the load cannot be begun, or ends in an error.
      teardown.before(`end ${title}`, end);
    }
  }

  begin(fromMs: number): void {
    for (const { of } of this.#opened) this.#guarded(of, 'could not begin', () => of.begin?.(fromMs));
  }

  progress(atMs: number, done: number, failed: number): void {
    for (const { of } of this.#opened) of.progress?.(atMs, done, failed);
  }

  disturbed(fromMs: number, toMs: number): string | null {
    for (const { of } of this.#opened) {
      const fault = of.disturbed?.(fromMs, toMs) ?? null;
      if (fault !== null) return fault;
    }
    return null;
  }

  /** Ends them, the last one first. One that fails to is said, and no reason to lose what was measured. */
  async end(): Promise<void> {
    for (const { end } of this.#opened.toReversed()) await end();
  }

  async #end(beside: Beside): Promise<void> {
    const late = new AbortController();
    const tooLong = sleep(endAtMostMs, 'too long', { signal: late.signal }).catch(() => '');
    try {
      const how = await Promise.race([beside.end?.(), tooLong]);
      if (how === 'too long') this.#warn(`After ${endAtMostMs / 60_000} minutes ${beside.title} had not ended.`);
    } catch (error) {
      this.#warn(`Ending ${beside.title} failed: ${messageOf(error)}`);
    } finally {
      late.abort();
    }
  }

  #guarded(beside: Beside, what: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#warn(`${sentence(beside.title)} ${what}: ${messageOf(error)}`);
    }
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
const sentence = (title: string) => title.charAt(0).toUpperCase() + title.slice(1);

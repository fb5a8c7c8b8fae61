import { count } from '../../../report-kit/format.ts';
import type { CaseState, Format, ReadCase, ReadResult } from './result.ts';

const mostCases = 100_000;
const mostSentences = 50;
const longestName = 500;
const longestMessage = 1000;

export interface FoundCase {
  /** From the outside in: file or class, groups. */
  place: readonly string[];
  name: string;
  state: CaseState;
  message?: string;
  durationMs?: number | null;
  attempts?: number;
}

/** Gathers what a reader finds in one file, within bounds. */
export class Cases {
  readonly #cases: ReadCase[] = [];
  readonly #seen = new Map<string, number>();
  readonly #faults: string[] = [];
  readonly #notes = new Set<string>();
  #saidAtMs: number | null = null;
  #isSaidExactly = false;

  add({ place, name, state, message = '', durationMs = null, attempts = 1 }: FoundCase): void {
    if (this.#cases.length >= mostCases) {
      this.fault(`It has more than ${count(mostCases)} tests; the rest was not read.`);
      return;
    }
    const path = [...place, name === '' ? '(no name)' : name].map(clean).filter((part) => part !== '');
    const whole = short(path.join(' › '), longestName);
    const before = this.#seen.get(whole) ?? 0;
    this.#seen.set(whole, before + 1);
    this.#cases.push({
      id: before === 0 ? whole : `${whole} (${before + 1})`,
      state,
      message: short(plain(message).trim(), longestMessage),
      durationMs: durationMs !== null && Number.isFinite(durationMs) && durationMs >= 0 ? durationMs : null,
      attempts,
    });
  }

  get size(): number {
    return this.#cases.length;
  }

  /** How many are in one of these states. */
  in(...states: readonly CaseState[]): number {
    return this.#cases.filter(({ state }) => states.includes(state)).length;
  }

  /**
   * Node's test runner names a file as one test that passed where its process reported no test and ended with 0: there is none in it, or one of them
   * called `process.exit`. @returns whether that is so
   */
  isSilentFile(name: string): boolean {
    if (!/^(\/|[A-Za-z]:[\\/]|\.{0,2}\/)?\S.*\.[cm]?[jt]sx?$/.test(name)) return false;
    this.fault(`${name} ended without the result of a test: it has none, or ended itself in the middle.`);
    return true;
  }

  fault(sentence: string): void {
    if (this.#faults.length < mostSentences && !this.#faults.includes(sentence)) this.#faults.push(sentence);
  }

  /** A count that the file states of itself. @param stated undefined: it states none */
  expect(what: string, stated: unknown, ...found: readonly number[]): void {
    const figure = typeof stated === 'string' && /^\d+$/.test(stated.trim()) ? Number(stated) : stated;
    if (typeof figure !== 'number' || found.includes(figure)) return;
    this.fault(`It says ${count(figure)} ${what} and has ${count(found[0] ?? 0)}.`);
  }

  note(sentence: string): void {
    if (this.#notes.size < mostSentences) this.#notes.add(sentence);
  }

  /** A moment that the file gives, as text or as ms. */
  said(moment: unknown): void {
    const atMs = typeof moment === 'string' ? Date.parse(moment) : typeof moment === 'number' ? moment : Number.NaN;
    if (!Number.isFinite(atMs) || atMs <= 0 || atMs < (this.#saidAtMs ?? 0)) return;
    this.#saidAtMs = atMs;
    this.#isSaidExactly = typeof moment === 'number' || /\d\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)$/i.test(String(moment).trim());
  }

  result(format: Format | null): ReadResult {
    return {
      format,
      cases: this.#cases,
      faults: this.#faults,
      notes: [...this.#notes],
      saidAtMs: this.#saidAtMs,
      isSaidExactly: this.#isSaidExactly,
    };
  }
}

/** Without the colours and other commands of a terminal. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '');
}

/** On one line. */
function clean(text: string): string {
  return plain(text).replace(/\s+/g, ' ').trim();
}

function short(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

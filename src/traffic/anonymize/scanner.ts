import type { RecordedSession } from '../../model/traffic.ts';
import { isTestCard } from './detectors/card.ts';
import { countDigits, mayHold } from './detectors/detector.ts';
import { isReservedDomain } from './detectors/email.ts';
import { isUnassignedPhone } from './detectors/phone.ts';
import { detectors } from './detectors/table.ts';
import { formsOf } from './forms.ts';
import { HashSet } from './hash-set.ts';
import { type Place, textsOf } from './places.ts';
import type { TextHash } from './text-hash.ts';
import { eachToken } from './tokens.ts';
import type { Traces } from './traces.ts';

export interface Finding {
  /** Position in the recording, from 0; `request` is -1 for the session's own id. */
  session: number;
  request: number;
  /** Where in the request, such as `headers.cookie` or `body.data`; never the value. */
  field: string;
  /** `original`, `canary`, or the kind that a detector names. */
  kind: string;
}

const mostFindings = 200;
const mostRemembered = 100_000;

/** Kinds whose pseudonyms show by their form that they are ours. */
const ours: Record<string, (text: string) => boolean> = {
  email: isReservedDomain,
  card: isTestCard,
  phone: isUnassignedPhone,
};

/** Looks through sessions for what must not be there. Reads texts as they are; it shares no code with the walk that rewrote them. */
export class Scanner {
  /** Texts and decoded forms looked at. */
  checked = 0;
  count = 0;
  readonly findings: Finding[] = [];
  /** Pseudonyms that a detector takes for real; written beside the recording, so that a later scan knows them. */
  readonly excused = new HashSet();
  /** In lower case. */
  readonly seenCanaries = new Set<string>();
  readonly #traces: Traces | undefined;
  readonly #hash: TextHash;
  readonly #known: HashSet;
  readonly #canaries: readonly string[];
  #clean = new Set<string>();

  /**
   * @param traces of the rewriting; absent when a finished recording is scanned again: detectors and canaries only
   * @param known pseudonyms that an earlier scan excused
   */
  constructor(hash: TextHash, options: { traces?: Traces; known?: HashSet; canaries?: readonly string[] }) {
    this.#hash = hash;
    this.#traces = options.traces;
    this.#known = options.known ?? new HashSet();
    this.#canaries = (options.canaries ?? []).filter((canary) => canary !== '').map((canary) => canary.toLowerCase());
  }

  session(session: RecordedSession, index: number): void {
    for (const place of textsOf(session)) this.#text(place, index);
  }

  #text(place: Place, session: number): void {
    // The same header stands in most requests; what was found clean once stays clean.
    if (this.#clean.has(place.text)) return;
    const before = this.count;
    for (const form of formsOf(place.text)) {
      this.checked++;
      const report = (kind: string) => this.#report({ session, request: place.request, field: place.field, kind });
      this.#detect(form, report);
      const lower = form.toLowerCase();
      for (const canary of this.#canaries) {
        if (!lower.includes(canary)) continue;
        this.seenCanaries.add(canary);
        report('canary');
      }
      if (this.#traces !== undefined) this.#originals(lower, this.#traces, report);
    }
    if (this.count > before || place.text.length > 500) return;
    if (this.#clean.size >= mostRemembered) this.#clean.clear();
    this.#clean.add(place.text);
  }

  #detect(form: string, report: (kind: string) => void): void {
    const digits = countDigits(form);
    for (const detector of detectors) {
      if (!mayHold(detector, form, digits)) continue;
      for (const [from, to] of detector.find(form)) {
        const found = form.slice(from, to);
        if (ours[detector.kind]?.(found)) continue;
        if (this.#isKnown(found)) continue;
        if (this.#isKnown(around(form, from, to, wordUnit)) || this.#isKnown(around(form, from, to, tokenUnit)))
          continue;
        report(detector.kind);
      }
    }
  }

  /** A pseudonym of ours that looks real; remembered, so that a later scan knows it without the traces. */
  #isKnown(found: string): boolean {
    const { lo, hi } = this.#hash.of(found.toLowerCase());
    if (this.#known.has(lo, hi)) return true;
    if (this.#traces?.generated.has(lo, hi) !== true) return false;
    this.excused.add(lo, hi);
    return true;
  }

  #originals(lower: string, traces: Traces, report: (kind: string) => void): void {
    const check = (from: number, to: number) => {
      const { lo, hi } = traces.hash.of(lower, 0, from, to);
      if (traces.originals.has(lo, hi) && !traces.generated.has(lo, hi) && !traces.keptTokens.has(lo, hi))
        report('original');
    };
    eachToken(lower, check);
    if (lower.length >= 5 && lower.length <= 400) check(0, lower.length);
    traces.risky.search(lower, check);
  }

  #report(finding: Finding): void {
    this.count++;
    const last = this.findings[this.findings.length - 1];
    const same = last?.session === finding.session && last.request === finding.request && last.field === finding.field;
    if (this.findings.length < mostFindings && !(same && last?.kind === finding.kind)) this.findings.push(finding);
  }
}

/** The run of token characters that a find stands in: a made-up token can hold something that looks like a number. */
function around(text: string, from: number, to: number, unit: RegExp): string {
  let start = from;
  let end = to;
  while (start > 0 && end - start < 400 && unit.test(text[start - 1] ?? '')) start--;
  while (end < text.length && end - start < 400 && unit.test(text[end] ?? '')) end++;
  return text.slice(start, end);
}

const wordUnit = /[\w-]/;
const tokenUnit = /[\w+/=.~-]/;

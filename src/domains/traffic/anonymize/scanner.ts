import type { RecordedSession } from '../../../model/traffic.ts';
import { isTestCard } from './detectors/card.ts';
import { isReservedDomain } from './detectors/email.ts';
import { isUnassignedPhone } from './detectors/phone.ts';
import { findAll } from './detectors/table.ts';
import { type Finding, maskOf } from './finding.ts';
import { eachForm } from './forms.ts';
import { HashSet } from './hash-set.ts';
import { eachText, fieldOf, type Place } from './places.ts';
import { isPublicText } from './public-words.ts';
import { type Suspect, Suspects } from './suspects.ts';
import type { TextHash } from './text-hash.ts';
import { eachToken, shortestToken } from './tokens.ts';
import type { Traces } from './traces.ts';
import { decodePercent } from './walk/percent.ts';

const percent = 37;
const mostFindings = 200;
const mostRemembered = 100_000;
const longestRemembered = 500;

/** Kinds whose pseudonyms show by their form that they are ours. */
const ours: Record<string, (text: string) => boolean> = {
  email: isReservedDomain,
  card: isTestCard,
  phone: isUnassignedPhone,
  nino: (text) => text.startsWith('QQ'),
};

/** Searches sessions for what must not be there. Reads texts as they are; it shares no code with the walk that rewrote them. */
export class Scanner {
  /** Texts and decoded forms checked. */
  checked = 0;
  count = 0;
  /** Times that something stands here which looks like a leak, and which a rule keeps. */
  keptByRule = 0;
  readonly findings: Finding[] = [];
  /** Pseudonyms that a detector takes for real; written beside the recording, so that a later scan knows them. */
  readonly excused = new HashSet();
  /** In lower case. */
  readonly seenCanaries = new Set<string>();
  readonly #traces: Traces | undefined;
  readonly #hash: TextHash;
  readonly #known: HashSet;
  readonly #canaries: readonly string[];
  readonly #suspects = new Suspects();
  #originals: HashSet | undefined;
  #isFirstPass = true;
  #clean = new Set<string>();
  #session = 0;
  #at = '';
  #place: Place = { request: -1, parent: '', name: '' };

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

  /** Before each pass over the recording: the part of the originals to look for in it. Everything else is looked for once. */
  begin(originals: HashSet | undefined, isFirstPass: boolean): void {
    this.#originals = originals;
    this.#isFirstPass = isFirstPass;
    this.#clean.clear();
  }

  /** After the last pass: decides what had to wait. */
  finish(): void {
    if (this.#traces === undefined) return;
    for (const finding of this.#suspects.judge(this.#traces.generated, (lo, hi) => this.excused.add(lo, hi)))
      this.#report(finding);
  }

  /** @param at shard and line of the session, for the reader */
  session(session: RecordedSession, index: number, at = ''): void {
    this.#session = index;
    this.#at = at;
    eachText(session, this.#text);
  }

  readonly #text = (text: string, place: Place): void => {
    // The same header stands in most requests; what was found clean once stays clean.
    if (text.length <= longestRemembered && this.#clean.has(text)) return;
    const before = this.count;
    this.#place = place;
    eachForm(text, this.#form);
    if (this.count > before || text.length > longestRemembered) return;
    if (this.#clean.size >= mostRemembered) this.#clean.clear();
    this.#clean.add(text);
  };

  readonly #form = (form: string): void => {
    const lower = form.toLowerCase();
    this.#look(lower);
    // A plus may be a space of a form. Detectors are not asked: without its plus a number reads as another one.
    if (lower.includes('+')) this.#look(lower.replaceAll('+', ' '));
    if (!this.#isFirstPass) return;
    this.checked++;
    this.#detect(form);
  };

  #found(kind: string, text: string): Finding {
    const { request } = this.#place;
    return {
      session: this.#session,
      request,
      at: this.#at,
      field: fieldOf(this.#place),
      kind,
      masked: maskOf(text.trim()),
    };
  }

  #look(lower: string): void {
    if (this.#traces !== undefined) this.#lookForOriginals(lower, this.#traces);
    if (!this.#isFirstPass) return;
    for (const canary of this.#canaries) {
      if (!lower.includes(canary)) continue;
      this.seenCanaries.add(canary);
      this.#report(this.#found('canary', canary));
    }
  }

  #detect(form: string): void {
    for (const [from, to, kind] of findAll(form)) {
      const found = form.slice(from, to);
      if (ours[kind]?.(found)) continue;
      // A made-up token can hold something that looks like a number.
      const texts = [found, around(form, from, to, wordUnit), around(form, from, to, tokenUnit)];
      const hashes = texts.map((text) => this.#hashOf(text.toLowerCase()));
      if (hashes.some(([lo, hi]) => this.#known.has(lo, hi))) continue;
      const [own] = hashes;
      if (own !== undefined && this.#traces?.keptByRuleTokens.has(...own)) {
        this.keptByRule++;
        this.excused.add(...own);
        continue;
      }
      this.#suspect(kind, found, hashes);
    }
  }

  #lookForOriginals(lower: string, traces: Traces): void {
    const check = (from: number, to: number) => {
      // The digits of a percent encoding are no part of a word; the text without it is looked at too.
      if (lower.charCodeAt(from - 1) === percent) return;
      const { lo, hi } = traces.hash.of(lower, 0, from, to);
      if (this.#originals?.has(lo, hi)) this.#original(lower.slice(from, to), lo, hi, traces);
    };
    eachToken(lower, check);
    if (lower.length >= shortestToken && lower.length <= 400) check(0, lower.length);
    if (!this.#isFirstPass) return;
    traces.risky.search(lower, (from, to) => {
      const { lo, hi } = traces.hash.of(lower, 0, from, to);
      this.#original(lower.slice(from, to), lo, hi, traces);
    });
  }

  /** Something that was replaced elsewhere is here: a leak, unless it was left on purpose or is of words that say nothing of anyone. */
  #original(text: string, lo: number, hi: number, traces: Traces): void {
    // What is percent-encoded is looked at without that, as all texts are.
    if (/%[\da-f]{2}/.test(text) && decodePercent(text) !== text) return;
    if (traces.keptTokens.has(lo, hi) || isPublicText(text) || this.#isOfKept(text, traces)) return;
    if (traces.keptByRuleTokens.has(lo, hi)) {
      this.keptByRule++;
      return;
    }
    this.#suspect('original', text, [[lo, hi]]);
  }

  /** `http:` where `http` was kept: all words of a piece were left on purpose, or are public. */
  #isOfKept(text: string, traces: Traces): boolean {
    let all = true;
    let any = false;
    for (const word of text.split(/[^\p{L}\p{N}]+/u)) {
      if (word === '') continue;
      any = true;
      const { lo, hi } = traces.hash.of(word);
      all &&= word.length >= shortestToken ? traces.keptTokens.has(lo, hi) || isPublicText(word) : isPublicText(word);
    }
    return any && all;
  }

  #suspect(kind: string, text: string, hashes: Suspect['hashes']): void {
    const generated = this.#traces?.generated;
    const known = hashes.find(([lo, hi]) => generated?.hasInMemory(lo, hi));
    if (known !== undefined) {
      // Remembered, so that a later scan knows it without the traces.
      if (kind !== 'original') this.excused.add(...known);
      return;
    }
    const finding = this.#found(kind, text);
    if (generated?.isSpilled !== true || !this.#suspects.add({ finding, hashes })) this.#report(finding);
  }

  #hashOf(text: string): [lo: number, hi: number] {
    const { lo, hi } = this.#hash.of(text);
    return [lo, hi];
  }

  #report(finding: Finding): void {
    this.count++;
    const last = this.findings[this.findings.length - 1];
    const same = last?.session === finding.session && last.request === finding.request && last.field === finding.field;
    if (this.findings.length < mostFindings && !(same && last?.kind === finding.kind)) this.findings.push(finding);
  }
}

/** The run of such characters that a find stands in. */
function around(text: string, from: number, to: number, unit: RegExp): string {
  let start = from;
  let end = to;
  while (start > 0 && end - start < 400 && unit.test(text[start - 1] ?? '')) start--;
  while (end < text.length && end - start < 400 && unit.test(text[end] ?? '')) end++;
  return text.slice(start, end);
}

const wordUnit = /[\w-]/;
const tokenUnit = /[\w+/=.~-]/;

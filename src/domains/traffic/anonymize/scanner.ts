import { decodePercent } from '../../../model/percent-encoding.ts';
import type { RecordedSession } from '../../../model/traffic.ts';
import { isTestCard } from './detectors/card.ts';
import { isReservedDomain } from './detectors/email.ts';
import { isUnassignedPhone } from './detectors/phone.ts';
import { findAll } from './detectors/table.ts';
import { type Finding, maskOf } from './finding.ts';
import { eachForm } from './forms.ts';
import { HashSet, type SharedHashSet } from './hash-set.ts';
import { eachText, fieldOf, type Place } from './places.ts';
import { isPublicText } from './public-words.ts';
import { RiskyTexts, type SharedRiskyTexts } from './risky-texts.ts';
import type { Suspect } from './suspects.ts';
import { TextHash } from './text-hash.ts';
import { eachToken, shortestToken } from './tokens.ts';
import { Words } from './words.ts';

const percent = 37;
const mostFindings = 200;
const mostRemembered = 20_000;
const longestRemembered = 500;

/** Kinds whose pseudonyms show by their form that they are ours. */
const ours: Record<string, (text: string) => boolean> = {
  email: isReservedDomain,
  card: isTestCard,
  phone: isUnassignedPhone,
  nino: (text) => text.startsWith('QQ'),
};

/** What is looked for; for another thread. */
export interface LookFor {
  /** Of the hashes. */
  seed: Uint8Array;
  /** Values that must not be there. */
  canaries?: readonly string[];
  /** Pseudonyms that an earlier scan excused. */
  known?: SharedHashSet;
  /** Of the rewriting; absent when a finished recording is scanned again: then detectors and canaries only. */
  traces?: {
    /** The part of the originals that is looked for in this pass over the recording. All else is looked for in the first. */
    originals: SharedHashSet;
    isFirstPass: boolean;
    /** As far as it is in memory. */
    generated: SharedHashSet;
    isGeneratedSpilled: boolean;
    kept: SharedHashSet;
    keptByRule: SharedHashSet;
    risky: SharedRiskyTexts;
  };
}

/** What was found in one batch of sessions. */
export interface ScannedBatch {
  /** Texts and decoded forms checked. */
  checked: number;
  count: number;
  /** Times that something stands here which looks like a leak, and which a rule keeps. */
  keptByRule: number;
  findings: Finding[];
  /** Pseudonyms that a detector takes for real: lo, hi. */
  excused: Uint32Array;
  /** In lower case. */
  seenCanaries: string[];
  /** What may be generated, which is not known yet. */
  suspects: Suspect[];
}

/** Searches sessions for what must not be there. Reads texts as they are; it shares no code with the walk that rewrote them. */
export class Scanner {
  readonly #hash: TextHash;
  readonly #known: HashSet;
  readonly #canaries: readonly string[];
  readonly #traces: ScanTraces | undefined;
  readonly #isFirstPass: boolean;
  readonly #excused = new Words();
  readonly #seenCanaries = new Set<string>();
  #findings: Finding[] = [];
  #suspects: Suspect[] = [];
  #checked = 0;
  #count = 0;
  #keptByRule = 0;
  /** Texts in which nothing was found, and how many forms each has. */
  readonly #clean = new Map<string, number>();
  #session = 0;
  #at = '';
  #place: Place = { request: -1, parent: '', name: '' };

  constructor({ seed, canaries, known, traces }: LookFor) {
    this.#hash = new TextHash(Buffer.from(seed));
    this.#known = known === undefined ? new HashSet() : HashSet.of(known);
    this.#canaries = (canaries ?? []).filter((canary) => canary !== '').map((canary) => canary.toLowerCase());
    this.#traces = traces === undefined ? undefined : tracesOf(traces, this.#hash);
    this.#isFirstPass = traces?.isFirstPass ?? true;
  }

  /** @param at shard and line of the session, for the reader */
  session(session: RecordedSession, index: number, at = ''): void {
    this.#session = index;
    this.#at = at;
    eachText(session, this.#text);
  }

  /** What was found since the last time. */
  take(): ScannedBatch {
    const taken: ScannedBatch = {
      checked: this.#checked,
      count: this.#count,
      keptByRule: this.#keptByRule,
      findings: this.#findings,
      excused: this.#excused.take(),
      seenCanaries: [...this.#seenCanaries],
      suspects: this.#suspects,
    };
    this.#checked = 0;
    this.#count = 0;
    this.#keptByRule = 0;
    this.#findings = [];
    this.#suspects = [];
    this.#seenCanaries.clear();
    return taken;
  }

  readonly #text = (text: string, place: Place): void => {
    // The same header stands in most requests; what was found clean once stays clean.
    const isShort = text.length <= longestRemembered;
    const forms = isShort ? this.#clean.get(text) : undefined;
    if (forms !== undefined) {
      this.#checked += forms;
      return;
    }
    const checked = this.#checked;
    const before = this.#count + this.#keptByRule + this.#suspects.length;
    this.#place = place;
    eachForm(text, this.#form);
    if (!isShort || this.#count + this.#keptByRule + this.#suspects.length > before) return;
    if (this.#clean.size >= mostRemembered) this.#clean.clear();
    this.#clean.set(text, this.#checked - checked);
  };

  readonly #form = (form: string): void => {
    const lower = form.toLowerCase();
    this.#look(lower);
    // A plus may be a space of a form. Detectors are not asked: without its plus a number reads as another one.
    if (lower.includes('+')) this.#look(lower.replaceAll('+', ' '));
    if (!this.#isFirstPass) return;
    this.#checked++;
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
    if (this.#traces !== undefined) this.#lookForOriginals(lower);
    if (!this.#isFirstPass) return;
    for (const canary of this.#canaries) {
      if (!lower.includes(canary)) continue;
      this.#seenCanaries.add(canary);
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
      if (own !== undefined && this.#traces?.keptByRule.has(...own)) {
        this.#keptByRule++;
        this.#excused.push2(...own);
        continue;
      }
      this.#suspect(kind, found, hashes);
    }
  }

  #lookForOriginals(lower: string): void {
    this.#lower = lower;
    eachToken(lower, this.#token);
    if (lower.length >= shortestToken && lower.length <= 400) this.#token(0, lower.length);
    if (this.#isFirstPass) this.#traces?.risky.search(lower, this.#risky);
  }

  #lower = '';

  readonly #token = (from: number, to: number): void => {
    const lower = this.#lower;
    // The digits of a percent encoding are no part of a word; the text without it is looked at too.
    if (from > 0 && lower.charCodeAt(from - 1) === percent) return;
    const { lo, hi } = this.#hash.of(lower, 0, from, to);
    if (this.#traces?.originals.has(lo, hi)) this.#original(lower.slice(from, to), lo, hi, this.#traces);
  };

  readonly #risky = (from: number, to: number): void => {
    const { lo, hi } = this.#hash.of(this.#lower, 0, from, to);
    if (this.#traces !== undefined) this.#original(this.#lower.slice(from, to), lo, hi, this.#traces);
  };

  /** Something that was replaced elsewhere is here: a leak, unless it was left on purpose or is of words that say nothing of anyone. */
  #original(text: string, lo: number, hi: number, traces: ScanTraces): void {
    // What is percent-encoded is looked at without that, as all texts are.
    if (/%[\da-f]{2}/.test(text) && decodePercent(text) !== text) return;
    if (traces.kept.has(lo, hi) || isPublicText(text) || this.#isOfKept(text, traces)) return;
    if (traces.keptByRule.has(lo, hi)) {
      this.#keptByRule++;
      return;
    }
    this.#suspect('original', text, [[lo, hi]]);
  }

  /** `http:` where `http` was kept: all words of a piece were left on purpose, or are public. */
  #isOfKept(text: string, traces: ScanTraces): boolean {
    let all = true;
    let any = false;
    for (const word of text.split(/[^\p{L}\p{N}]+/u)) {
      if (word === '') continue;
      any = true;
      const { lo, hi } = this.#hash.of(word);
      all &&= word.length >= shortestToken ? traces.kept.has(lo, hi) || isPublicText(word) : isPublicText(word);
    }
    return any && all;
  }

  #suspect(kind: string, text: string, hashes: Suspect['hashes']): void {
    const generated = this.#traces?.generated;
    const known = hashes.find(([lo, hi]) => generated?.has(lo, hi));
    if (known !== undefined) {
      // Remembered, so that a later scan knows it without the traces.
      if (kind !== 'original') this.#excused.push2(...known);
      return;
    }
    const finding = this.#found(kind, text);
    if (this.#traces?.isGeneratedSpilled === true) this.#suspects.push({ finding, hashes });
    else this.#report(finding);
  }

  #hashOf(text: string): [lo: number, hi: number] {
    const { lo, hi } = this.#hash.of(text);
    return [lo, hi];
  }

  #report(finding: Finding): void {
    this.#count++;
    addFinding(this.#findings, finding);
  }
}

/** Adds a finding where there is room, and the last one is not the same. */
export function addFinding(findings: Finding[], finding: Finding): void {
  const last = findings[findings.length - 1];
  const same = last?.session === finding.session && last.request === finding.request && last.field === finding.field;
  if (findings.length < mostFindings && !(same && last?.kind === finding.kind)) findings.push(finding);
}

function tracesOf(traces: NonNullable<LookFor['traces']>, hash: TextHash) {
  return {
    originals: HashSet.of(traces.originals),
    generated: HashSet.of(traces.generated),
    isGeneratedSpilled: traces.isGeneratedSpilled,
    kept: HashSet.of(traces.kept),
    keptByRule: HashSet.of(traces.keptByRule),
    risky: RiskyTexts.of(traces.risky, hash),
  };
}

type ScanTraces = ReturnType<typeof tracesOf>;

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

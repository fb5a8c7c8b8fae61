import { randomBytes } from 'node:crypto';
import { UnnamedFiles } from '../unnamed-files.ts';
import { holdsGivenName } from './detectors/person-name.ts';
import { findAll } from './detectors/table.ts';
import { HashSet } from './hash-set.ts';
import { RiskyTexts, riskyTextOf } from './risky-texts.ts';
import { TextHash } from './text-hash.ts';
import { eachToken } from './tokens.ts';
import { TraceSet } from './trace-set.ts';
import { Words } from './words.ts';

const riskyKinds = new Set([
  'email',
  'phone',
  'card',
  'iban',
  'jwt',
  'secret',
  'ssn',
  'token',
  'ip',
  'cpf',
  'aadhaar',
  'steuerid',
  'bsn',
  'nino',
  'pan',
  'mac',
  'coordinates',
  'plate',
]);
const recentSize = 40_000;
const mostRemembered = 400_000;

/** Hashes of what one batch of sessions was rewritten from and to. */
export interface TraceNotes {
  /** lo, hi. */
  originals: Uint32Array;
  generated: Uint32Array;
  kept: Uint32Array;
  keptByRule: Uint32Array;
  /** prefix, length, lo, hi. */
  risky: Uint32Array;
}

/** Takes notes of the rewriting; a hash may be noted again, but not without need. */
export class Tracing {
  readonly hash: TextHash;
  readonly #originals = new NewHashes();
  readonly #generated = new NewHashes();
  readonly #kept = new NewHashes();
  readonly #keptByRule = new NewHashes();
  readonly #risky = new Words();
  readonly #recent = new Set<string>();

  constructor(hash: TextHash) {
    this.hash = hash;
    // The name under which all pseudonymous hosts are, and the scheme of a URL, which stays though the word may have been replaced elsewhere.
    this.kept('example');
    this.kept('https');
  }

  replaced(original: string, kind: string, pseudonym: string): void {
    this.#add(this.#originals, original);
    this.#add(this.#generated, pseudonym);
    if (!riskyKinds.has(kind) && !holdsGivenName(original)) return;
    const risky = riskyTextOf(original, this.hash);
    if (risky !== undefined) this.#risky.push4(risky.prefix, risky.length, risky.lo, risky.hi);
  }

  kept(text: string): void {
    if (this.#recent.has(text)) return;
    if (this.#recent.size >= recentSize) this.#recent.clear();
    if (text.length < 200) this.#recent.add(text);
    this.#add(this.#kept, text);
  }

  /** What a rule keeps, with what detectors see in it: the user answers for it. */
  keptByRule(text: string): void {
    this.#add(this.#keptByRule, text);
    for (const [from, to] of findAll(text)) {
      const { lo, hi } = this.hash.of(text.slice(from, to).toLowerCase());
      this.#keptByRule.add(lo, hi);
    }
  }

  made(pseudonym: string): void {
    this.#add(this.#generated, pseudonym);
  }

  take(): TraceNotes {
    return {
      originals: this.#originals.take(),
      generated: this.#generated.take(),
      kept: this.#kept.take(),
      keptByRule: this.#keptByRule.take(),
      risky: this.#risky.take(),
    };
  }

  #add(set: NewHashes, text: string): void {
    const lower = text.toLowerCase();
    eachToken(lower, (from, to) => {
      const { lo, hi } = this.hash.of(lower, 0, from, to);
      set.add(lo, hi);
    });
    // As a whole too, however it is cut: names with short words, dates, numbers with dashes.
    if (lower.length >= 5 && lower.length <= 400) {
      const { lo, hi } = this.hash.of(lower.trim());
      set.add(lo, hi);
    }
  }
}

/** Hashes that were not noted before, as far as is remembered. */
class NewHashes {
  #known = new HashSet();
  readonly #words = new Words();

  add(lo: number, hi: number): void {
    if (!this.#known.add(lo, hi)) return;
    this.#words.push2(lo, hi);
    if (this.#known.size >= mostRemembered) this.#known = new HashSet();
  }

  take(): Uint32Array {
    return this.#words.take();
  }
}

/**
 * What the leak scan must know of the rewriting, as keyed hashes only: what was replaced (originals), what was put in its
 * place (generated), and what was left on purpose (kept). Short originals come back by chance as pseudonyms of others; that
 * a token was generated, or is kept vocabulary, tells those from leaks.
 */
export class Traces {
  readonly hash: TextHash;
  readonly originals: TraceSet;
  readonly generated: TraceSet;
  readonly keptTokens = new HashSet();
  readonly keptByRuleTokens = new HashSet();
  readonly risky: RiskyTexts;
  readonly #files: UnnamedFiles;

  /**
   * @param folder for what does not fit in memory, in unnamed files; hashes only
   * @param mostInMemory hashes of either set; 12 to 24 bytes each
   */
  constructor(folder: string, mostInMemory: number) {
    this.#files = new UnnamedFiles(folder);
    this.originals = new TraceSet(this.#files, mostInMemory);
    this.generated = new TraceSet(this.#files, mostInMemory);
    // Of no key: it is written beside the recording, and a weak key could be tried against what comes from it.
    this.hash = new TextHash(randomBytes(8));
    this.risky = new RiskyTexts(this.hash);
  }

  /** In the order of the batches, so that what is past a cap is the same with any number of threads. */
  add({ originals, generated, kept, keptByRule, risky }: TraceNotes): void {
    addAll(originals, this.originals);
    addAll(generated, this.generated);
    addAll(kept, this.keptTokens);
    addAll(keptByRule, this.keptByRuleTokens);
    for (let at = 0; at < risky.length; at += 4) {
      const [prefix = 0, length = 0, lo = 0, hi = 0] = risky.subarray(at, at + 4);
      this.risky.add({ prefix, length, lo, hi });
    }
  }

  remove(): void {
    this.#files.closeAll();
  }
}

function addAll(pairs: Uint32Array, set: { add(lo: number, hi: number): void }): void {
  for (let at = 0; at < pairs.length; at += 2) set.add(pairs[at] ?? 0, pairs[at + 1] ?? 0);
}

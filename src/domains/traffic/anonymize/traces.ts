import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { holdsGivenName } from './detectors/person-name.ts';
import { findAll } from './detectors/table.ts';
import { HashSet } from './hash-set.ts';
import { RiskyTexts } from './risky-texts.ts';
import { TextHash } from './text-hash.ts';
import { eachToken } from './tokens.ts';
import { TraceSet } from './trace-set.ts';

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
  readonly #folder: string;
  #recent = new Set<string>();

  /**
   * @param folder for what does not fit in memory; hashes only, and gone after `remove`
   * @param mostInMemory hashes of either set; 12 to 24 bytes each
   */
  constructor(folder: string, mostInMemory: number) {
    this.#folder = folder;
    this.originals = new TraceSet(folder, 'originals', mostInMemory);
    this.generated = new TraceSet(folder, 'generated', mostInMemory);
    // Of no key: it is written beside the recording, and a weak key could be tried against what comes from it.
    this.hash = new TextHash(randomBytes(8));
    this.risky = new RiskyTexts(this.hash);
    // The name under which all pseudonymous hosts are.
    this.kept('example');
  }

  replaced(original: string, kind: string, pseudonym: string): void {
    this.#add(this.originals, original);
    this.#add(this.generated, pseudonym);
    if (riskyKinds.has(kind) || holdsGivenName(original)) this.risky.add(original);
  }

  kept(text: string): void {
    if (this.#recent.has(text)) return;
    if (this.#recent.size >= recentSize) this.#recent.clear();
    if (text.length < 200) this.#recent.add(text);
    this.#add(this.keptTokens, text);
  }

  /** What a rule keeps, with what detectors see in it: the user answers for it. */
  keptByRule(text: string): void {
    this.#add(this.keptByRuleTokens, text);
    for (const [from, to] of findAll(text)) {
      const { lo, hi } = this.hash.of(text.slice(from, to).toLowerCase());
      this.keptByRuleTokens.add(lo, hi);
    }
  }

  made(pseudonym: string): void {
    this.#add(this.generated, pseudonym);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #add(set: { add(lo: number, hi: number): void }, text: string): void {
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

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../../evidence/atomic-file.ts';
import { ShakedownError } from '../../../model/error.ts';
import { HashSet, type SharedHashSet } from './hash-set.ts';
import { createKeyed, type Keyed } from './keyed.ts';
import { isOwnedSegment } from './owned-segments.ts';
import { Atoms } from './pseudonyms/atoms.ts';
import { Dates } from './pseudonyms/date.ts';
import { type Pseudonym, Pseudonyms } from './pseudonyms/table.ts';
import { TextHash } from './text-hash.ts';
import { Vocabulary } from './vocabulary.ts';

const fileName = 'vocabulary.bin';
const mostTurns = 1000;
const mostVocabularyBytes = 64 * 2 ** 20;

/**
 * The pseudonym of a value that is not kept, and that is no value that is kept either: two things must not become one. The next one in the
 * permutation is taken until that holds, so no two values share a pseudonym.
 */
export function pastKept(
  pseudonyms: Pseudonyms,
  value: string,
  { isThing, isKept }: { isThing(word: string): boolean; isKept(value: string): boolean },
): Pseudonym {
  let made = pseudonyms.of(value, isThing);
  if (made.isOfSession === true) return made;
  for (let turn = 0; turn < mostTurns && isKept(made.text); turn++) made = pseudonyms.of(made.text, isThing);
  return made;
}

/**
 * Writes down beside a recording which values stayed as they are, as hashes under its key, for what is anonymized to go with it.
 * @param vocabulary null: there is none that anyone could use
 */
export async function keepVocabulary(folder: string, vocabulary: Vocabulary | null): Promise<void> {
  const file = join(folder, fileName);
  // One that is there may be of another key.
  if (vocabulary === null) await rm(file, { force: true });
  else await replaceFile(file, HashSet.of(vocabulary.share()).toBuffer(), { mode: 0o600 });
}

/**
 * What stayed in a recording. @returns null where that was not written down
 * @throws ShakedownError ANONYMIZE_VOCABULARY where what is there cannot be such a file
 */
export async function readVocabulary(folder: string): Promise<SharedHashSet | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(join(folder, fileName));
  } catch {
    return null;
  }
  if (bytes.length > mostVocabularyBytes || bytes.length % 8 !== 0) {
    throw new ShakedownError('ANONYMIZE_VOCABULARY', `${join(folder, fileName)} is no vocabulary of a recording.`, {
      hint: 'Anonymize the recording again with the same key.',
    });
  }
  return HashSet.fromBuffer(bytes).share();
}

/** Pseudonyms of single values, the same as in a recording that was anonymized with the same key. */
export class ValuePseudonyms {
  readonly keyed: Keyed;
  readonly dates: Dates;
  readonly #atoms: Atoms;
  readonly #pseudonyms: Pseudonyms;
  readonly #vocabulary: Vocabulary | undefined;

  /**
   * @param kept what stayed in the recording
   * @param startedAtMs of the recording as it was; null where it has no absolute times
   * @throws ShakedownError ANONYMIZE_KEY
   */
  constructor(key: Buffer | string, kept: SharedHashSet | null, startedAtMs: number | null) {
    this.keyed = createKeyed(key);
    this.dates = new Dates(this.keyed, startedAtMs);
    this.#atoms = new Atoms(this.keyed);
    this.#pseudonyms = new Pseudonyms(this.keyed, this.dates, () => {});
    if (kept === null) return;
    this.#vocabulary = new Vocabulary(2, new TextHash(this.keyed.mac('vocabulary hash', '')));
    this.#vocabulary.restore(kept);
  }

  /** What names a thing: an id, a slug, an address. @param isOpen whether what stayed in the recording stays here too */
  thing(value: string, isOpen: boolean): Pseudonym {
    const isKept = (text: string) => isOpen && this.#vocabulary?.keepsSegment(text) === true;
    if (isKept(value)) return { kind: 'kept', text: value };
    return pastKept(this.#pseudonyms, value, { isThing: always, isKept });
  }

  /** Several words as one name: each depends on all of them, and no two names are the same. */
  name(value: string): string {
    return this.#atoms.name(value);
  }

  /** Under a domain that no one can own. */
  host(value: string): string {
    return this.#pseudonyms.host(value);
  }

  /** Letters and digits one by one, the same everywhere. */
  atom(value: string): string {
    return this.#atoms.atom(value);
  }

  /** Whether what stands behind this word in a path belongs to someone, so that it is never kept for having been asked for by many. */
  static belongsToSomeone(word: string): boolean {
    return isOwnedSegment(word);
  }
}

const always = () => true;

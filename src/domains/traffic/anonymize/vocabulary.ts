import type { Field } from './field.ts';
import { HashSet, type SharedHashSet } from './hash-set.ts';
import type { TextHash } from './text-hash.ts';

const doorSlots = 2 ** 21;
const mostCandidates = 2 ** 19;
/** Of what is counted: a name, a segment of a path, or, from `firstField` on, a value at the place of that number. */
export const placeOf = { name: 2, segment: 3, firstField: 4 };
const value = 0;
/** Long enough for a query that every client of an API sends. */
export const longestWord = 2000;
export const longestSegment = 200;
const individualFrom = 50;
const individualShare = 0.02;

/**
 * Learns which values are shared vocabulary: those that at least k different clients sent or were sent at one place.
 *
 * Memory is bounded: a value's first client is noted in a table whose slots are overwritten on collision; only a value that a
 * second client brings gets an entry with room for k clients. Whatever is lost to a collision or a full table makes fewer values
 * vocabulary, never more: the error is on the side of replacing.
 *
 * That a value is vocabulary is decided for the value, not for the place: a product id that k clients asked for stays itself in
 * the lists that few saw, so references hold. Places that belong to persons, or where values hardly ever repeat from one client
 * to the next, are left out of it, in learning and in keeping.
 */
export class Vocabulary {
  readonly k: number;
  /** Values that were not counted, because the table was full. */
  overflow = 0;
  /** Different values kept, without names and segments. */
  size = 0;
  readonly #hash: TextHash;
  #door = new Uint32Array(doorSlots * 2);
  readonly #entries = new Map<number, number>();
  #clients: Uint32Array;
  #counts: Uint8Array | Uint16Array;
  #kept = new HashSet();

  constructor(k: number, hash: TextHash) {
    this.k = k;
    this.#hash = hash;
    this.#clients = new Uint32Array(1024 * k);
    this.#counts = new Uint16Array(1024);
  }

  /**
   * Counts a client for the value at one place.
   * @param lo and hi: hash of the value alone
   * @param client never 0
   * @param field of a value; absent for a name or a segment
   */
  note(place: number, lo: number, hi: number, client: number, field?: Field): void {
    const placed = this.#hash.placed(lo, hi, field === undefined ? place : placeOf.firstField + field.number);
    // 53 bits of the hash, which a number holds exactly.
    const name = placed.hi * 2 ** 21 + (placed.lo >>> 11);
    const slot = (placed.lo & (doorSlots - 1)) * 2;
    const top = placed.hi;
    const entry = this.#entries.get(name);
    if (entry !== undefined) {
      this.#meet(entry, client, place, lo, hi, field);
      return;
    }
    const sameValue = this.#door[slot] === top;
    const first = this.#door[slot + 1] ?? 0;
    if (!sameValue || first === 0) {
      this.#door[slot] = top;
      this.#door[slot + 1] = client;
      return;
    }
    if (first === client) return;
    if (this.#entries.size >= mostCandidates) {
      this.overflow++;
      return;
    }
    const made = this.#entries.size;
    this.#room(made);
    this.#entries.set(name, made);
    this.#clients[made * this.k] = first;
    this.#counts[made] = 1;
    this.#meet(made, client, place, lo, hi, field);
  }

  /** After everything was learned: which fields are places of identifiers. Frees what only learning needs. */
  settle(fields: Iterable<Field>): void {
    for (const field of fields) {
      field.individual = field.observed >= individualFrom && field.repeated < field.observed * individualShare;
    }
    this.#entries.clear();
    this.#clients = new Uint32Array(0);
    this.#counts = new Uint8Array(0);
    this.#door = new Uint32Array(0);
  }

  keeps(field: Field, text: string): boolean {
    return !field.closed && text.length <= longestWord && this.#has(value, text);
  }

  keepsName(name: string): boolean {
    return this.#has(placeOf.name, name);
  }

  /** As a segment, or as a value that k clients sent. */
  keepsSegment(segment: string): boolean {
    return segment.length <= longestSegment && (this.#has(placeOf.segment, segment) || this.#has(value, segment));
  }

  /** For another thread to read; see HashSet. */
  share(): SharedHashSet {
    return this.#kept.share();
  }

  restore(kept: SharedHashSet): void {
    this.#kept = HashSet.of(kept);
  }

  #has(place: number, text: string): boolean {
    const { lo, hi } = this.#hash.of(text);
    const placed = this.#hash.placed(lo, hi, place);
    return this.#kept.has(placed.lo, placed.hi);
  }

  #meet(entry: number, client: number, place: number, lo: number, hi: number, field: Field | undefined): void {
    const known = this.#counts[entry] ?? 0;
    const from = entry * this.k;
    if (known >= this.k) {
      if (field !== undefined) field.repeated++;
      return;
    }
    for (let i = from; i < from + known; i++) if (this.#clients[i] === client) return;
    if (field !== undefined) field.repeated++;
    this.#clients[from + known] = client;
    this.#counts[entry] = known + 1;
    if (known + 1 < this.k) return;
    const placed = this.#hash.placed(lo, hi, field === undefined ? place : value);
    const isNew = this.#kept.add(placed.lo, placed.hi);
    if (isNew && field !== undefined) this.size++;
  }

  #room(entry: number): void {
    if (entry < this.#counts.length) return;
    const counts = new Uint16Array(this.#counts.length * 2);
    counts.set(this.#counts);
    this.#counts = counts;
    const clients = new Uint32Array(this.#clients.length * 2);
    clients.set(this.#clients);
    this.#clients = clients;
  }
}

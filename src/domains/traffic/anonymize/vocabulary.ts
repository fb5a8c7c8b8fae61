import { email } from './detectors/email.ts';
import { holdsGivenName } from './detectors/person-name.ts';
import { phone } from './detectors/phone.ts';
import { detect, holdsDetected } from './detectors/table.ts';
import type { Field } from './field.ts';
import { isAsset } from './files.ts';
import { HashSet } from './hash-set.ts';
import { isOpaque } from './pseudonyms/identifier.ts';
import type { TextHash } from './text-hash.ts';

const doorSlots = 2 ** 21;
const mostCandidates = 2 ** 19;
/** Long enough for a query that every client of an API sends. */
const longestWord = 2000;
const longestRemembered = 120;
const longestSegment = 200;
/** Of the hashes of what is kept; places have the numbers from `firstField` on. */
const hashSalt = { value: 0, name: 2, segment: 3 };
const firstField = 4;
const individualFrom = 50;
const individualShare = 0.02;

const isContact = (value: string) =>
  value.length <= 120 &&
  (value.includes('@') || value.startsWith('+')) &&
  (email.matches(value) || phone.matches(value));

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
  readonly #fieldIds = new Map<Field, number>();
  readonly #door = new Uint32Array(doorSlots * 2);
  readonly #entries = new Map<number, number>();
  #clients: Uint32Array;
  #counts: Uint8Array | Uint16Array;
  #kept = new HashSet();
  #client = 1;
  readonly #eligible = new Map<string, boolean>();

  constructor(k: number, hash: TextHash) {
    this.k = k;
    this.#hash = hash;
    this.#clients = new Uint32Array(1024 * k);
    this.#counts = new Uint16Array(1024);
  }

  /** @param client what the next values belong to */
  begin(client: string): void {
    // Never 0, which marks an empty slot, and unsigned, as the tables hold it.
    this.#client = (this.#hash.of(client, 1).lo | 1) >>> 0;
  }

  /** A key, a parameter's or a header's name was met. */
  meetName(field: Field, name: string): void {
    if (field.lastClient === this.#client) return;
    field.lastClient = this.#client;
    this.#note(hashSalt.name, name, undefined);
  }

  /** A segment of a path was met where a route has no parameter. */
  meetSegment(segment: string): void {
    if (segment.length <= longestSegment && this.#couldBeSegment(segment))
      this.#note(hashSalt.segment, segment, undefined);
  }

  learn(field: Field, value: string): void {
    field.observed++;
    if (field.parent !== undefined && isContact(value)) field.parent.aboutPerson = true;
    if (field.personal || field.action !== undefined || !this.#couldBeWord(value)) return;
    let id = this.#fieldIds.get(field);
    if (id === undefined) {
      id = this.#fieldIds.size + firstField;
      this.#fieldIds.set(field, id);
    }
    this.#note(id, value, field);
  }

  /** Counts the client for the value at one place. */
  #note(place: number, value: string, field: Field | undefined): void {
    const { lo, hi } = this.#hash.of(value, place);
    // 53 bits of the hash, which a number holds exactly.
    const name = hi * 2 ** 21 + (lo >>> 11);
    const entry = this.#entries.get(name);
    if (entry !== undefined) {
      this.#meet(entry, place, value, field);
      return;
    }
    const slot = (lo & (doorSlots - 1)) * 2;
    const sameValue = this.#door[slot] === hi;
    const first = this.#door[slot + 1] ?? 0;
    if (!sameValue || first === 0) {
      this.#door[slot] = hi;
      this.#door[slot + 1] = this.#client;
      return;
    }
    if (first === this.#client) return;
    if (this.#entries.size >= mostCandidates) {
      this.overflow++;
      return;
    }
    const made = this.#entries.size;
    this.#room(made);
    this.#entries.set(name, made);
    this.#clients[made * this.k] = first;
    this.#counts[made] = 1;
    this.#meet(made, place, value, field);
  }

  /** After everything was learned: which fields are places of identifiers. Frees what only learning needs. */
  settle(fields: Iterable<Field>): void {
    for (const field of fields) {
      field.individual = field.observed >= individualFrom && field.repeated < field.observed * individualShare;
    }
    this.#entries.clear();
    this.#clients = new Uint32Array(0);
    this.#counts = new Uint8Array(0);
    this.#fieldIds.clear();
  }

  keeps(field: Field, value: string): boolean {
    return !field.closed && value.length <= longestWord && this.#has(hashSalt.value, value);
  }

  keepsName(name: string): boolean {
    return this.#has(hashSalt.name, name);
  }

  /** As a segment, or as a value that k clients sent. */
  keepsSegment(segment: string): boolean {
    return (
      segment.length <= longestSegment && (this.#has(hashSalt.segment, segment) || this.#has(hashSalt.value, segment))
    );
  }

  #has(salt: number, text: string): boolean {
    const { lo, hi } = this.#hash.of(text, salt);
    return this.#kept.has(lo, hi);
  }

  #meet(entry: number, place: number, value: string, field: Field | undefined): void {
    const known = this.#counts[entry] ?? 0;
    const from = entry * this.k;
    if (known >= this.k) {
      if (field !== undefined) field.repeated++;
      return;
    }
    for (let i = from; i < from + known; i++) if (this.#clients[i] === this.#client) return;
    if (field !== undefined) field.repeated++;
    this.#clients[from + known] = this.#client;
    this.#counts[entry] = known + 1;
    if (known + 1 < this.k) return;
    const { lo, hi } = this.#hash.of(value, place < firstField ? place : hashSalt.value);
    this.#kept.add(lo, hi);
    if (place >= firstField) this.size++;
  }

  /** The name of an asset may hold a digest, which looks like a token; k clients have it all the same. */
  #couldBeSegment(segment: string): boolean {
    return isAsset(segment)
      ? detect(segment) === undefined && !holdsDetected(segment) && !holdsGivenName(segment)
      : this.#couldBeWord(segment);
  }

  #couldBeWord(value: string): boolean {
    if (value.length === 0 || value.length > longestWord) return false;
    const known = this.#eligible.get(value);
    if (known !== undefined) return known;
    const could = detect(value) === undefined && !holdsDetected(value) && !holdsGivenName(value) && !isOpaque(value);
    if (value.length > longestRemembered) return could;
    if (this.#eligible.size >= 50_000) this.#eligible.clear();
    this.#eligible.set(value, could);
    return could;
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

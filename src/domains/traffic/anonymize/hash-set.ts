/** A set of 64-bit hashes in flat memory: 8 bytes an entry, at most two thirds full. */
export class HashSet {
  #slots: Uint32Array;
  #mask: number;
  #hasZero = false;
  size = 0;

  constructor(expected = 512) {
    let slots = 1024;
    while (slots * 0.66 < expected) slots *= 2;
    this.#slots = shared(slots * 2);
    this.#mask = slots - 1;
  }

  /** The set as it is now, for another thread to read: not copied, so it must not be added to any more on either side. */
  share(): SharedHashSet {
    return { slots: this.#slots, hasZero: this.#hasZero, size: this.size };
  }

  static of({ slots, hasZero, size }: SharedHashSet): HashSet {
    const set = new HashSet(0);
    set.#slots = slots;
    set.#mask = slots.length / 2 - 1;
    set.#hasZero = hasZero;
    set.size = size;
    return set;
  }

  /** @returns true when it was not there before */
  add(lo: number, hi: number): boolean {
    if (lo === 0 && hi === 0) {
      const isNew = !this.#hasZero;
      this.#hasZero = true;
      if (isNew) this.size++;
      return isNew;
    }
    const at = this.#find(lo, hi);
    if (this.#slots[at] !== 0 || this.#slots[at + 1] !== 0) return false;
    this.#slots[at] = lo;
    this.#slots[at + 1] = hi;
    this.size++;
    if (this.size > (this.#mask + 1) * 0.66) this.#grow();
    return true;
  }

  has(lo: number, hi: number): boolean {
    if (lo === 0 && hi === 0) return this.#hasZero;
    const at = this.#find(lo, hi);
    return this.#slots[at] !== 0 || this.#slots[at + 1] !== 0;
  }

  *entries(): Generator<[lo: number, hi: number]> {
    if (this.#hasZero) yield [0, 0];
    for (let at = 0; at < this.#slots.length; at += 2) {
      const lo = this.#slots[at] ?? 0;
      const hi = this.#slots[at + 1] ?? 0;
      if (lo !== 0 || hi !== 0) yield [lo, hi];
    }
  }

  /** Sorted, so that the same set is the same bytes. */
  toBuffer(): Buffer {
    const all = [...this.entries()].sort((x, y) => x[1] - y[1] || x[0] - y[0]);
    const buffer = Buffer.alloc(all.length * 8);
    for (const [index, [lo, hi]] of all.entries()) {
      buffer.writeUInt32LE(lo, index * 8);
      buffer.writeUInt32LE(hi, index * 8 + 4);
    }
    return buffer;
  }

  static fromBuffer(buffer: Buffer): HashSet {
    const set = new HashSet(buffer.length / 8);
    for (let at = 0; at + 8 <= buffer.length; at += 8) set.add(buffer.readUInt32LE(at), buffer.readUInt32LE(at + 4));
    return set;
  }

  /** The bare table, unsorted and cheap; for `load`. */
  dump(): Buffer {
    return Buffer.from(this.#slots.buffer, this.#slots.byteOffset, this.#slots.byteLength);
  }

  static load(buffer: Buffer): HashSet {
    const set = new HashSet(buffer.length / 16);
    for (let at = 0; at + 8 <= buffer.length; at += 8) {
      const lo = buffer.readUInt32LE(at);
      const hi = buffer.readUInt32LE(at + 4);
      if (lo !== 0 || hi !== 0) set.add(lo, hi);
    }
    return set;
  }

  #find(lo: number, hi: number): number {
    let slot = (lo ^ Math.imul(hi, 0x9e3779b1)) & this.#mask;
    for (;;) {
      const at = slot * 2;
      const a = this.#slots[at];
      const b = this.#slots[at + 1];
      if ((a === lo && b === hi) || (a === 0 && b === 0)) return at;
      slot = (slot + 1) & this.#mask;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = shared(old.length * 2);
    this.#mask = this.#slots.length / 2 - 1;
    for (let at = 0; at < old.length; at += 2) {
      const lo = old[at] ?? 0;
      const hi = old[at + 1] ?? 0;
      if (lo === 0 && hi === 0) continue;
      const to = this.#find(lo, hi);
      this.#slots[to] = lo;
      this.#slots[to + 1] = hi;
    }
  }
}

/** What threads pass to each other in place of a HashSet. */
export interface SharedHashSet {
  slots: Uint32Array;
  hasZero: boolean;
  size: number;
}

const shared = (length: number) => new Uint32Array(new SharedArrayBuffer(length * 4));

const slots = 1 << 16;

/** Follows whether each session's requests were sent in the order in which they were planned, in fixed memory. */
export class SessionOrder {
  #session = new Uint32Array(slots);
  #plannedUs = new Float64Array(slots);
  #sentUs = new Float64Array(slots);
  #disordered = new Uint8Array(slots);
  sessions = 0;
  disordered = 0;

  /** Sessions are distinguished as long as fewer than 65,536 are under way at once. */
  add(session: number, plannedUs: number, sentUs: number): void {
    const slot = session & (slots - 1);
    const tag = session + 1;
    if (this.#session[slot] !== tag) {
      this.#session[slot] = tag;
      this.#disordered[slot] = 0;
      this.sessions++;
    } else if (this.#disordered[slot] === 0) {
      // Samples come in the order of their answers, so either of the two may be the earlier one.
      const later = plannedUs > (this.#plannedUs[slot] as number);
      const laterSent = sentUs >= (this.#sentUs[slot] as number);
      if (later !== laterSent && plannedUs !== this.#plannedUs[slot]) {
        this.#disordered[slot] = 1;
        this.disordered++;
      }
    }
    this.#plannedUs[slot] = plannedUs;
    this.#sentUs[slot] = sentUs;
  }
}

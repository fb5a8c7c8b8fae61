/** Numbers of 32 bits, written one after the other, for another thread. */
export class Words {
  #words = new Uint32Array(1024);
  length = 0;

  push2(a: number, b: number): void {
    const at = this.#room(2);
    this.#words[at] = a;
    this.#words[at + 1] = b;
  }

  push3(a: number, b: number, c: number): void {
    const at = this.#room(3);
    this.#words[at] = a;
    this.#words[at + 1] = b;
    this.#words[at + 2] = c;
  }

  push4(a: number, b: number, c: number, d: number): void {
    const at = this.#room(4);
    this.#words[at] = a;
    this.#words[at + 1] = b;
    this.#words[at + 2] = c;
    this.#words[at + 3] = d;
  }

  /** What was written, in an array of its own; empty from then on. */
  take(): Uint32Array {
    const taken = this.#words.slice(0, this.length);
    this.length = 0;
    return taken;
  }

  #room(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.#words.length) {
      const grown = new Uint32Array(this.#words.length * 2);
      grown.set(this.#words);
      this.#words = grown;
    }
    return at;
  }
}

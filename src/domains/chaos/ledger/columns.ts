/** What became of a write; `open` is one without an answer yet. */
export const became = { nothing: 0, open: 1, acknowledged: 2, refused: 3, unknown: 4 } as const;

/** Bits of what a reading back showed of a write. */
export const shown = { once: 1, more: 2, late: 4, damaged: 8, unread: 16 } as const;

/** Figures of operations by number, some 20 bytes each, so that millions of them fit. */
export class Columns {
  state = new Uint8Array(1024);
  /** Bits of `shown`, for each phase of reading back. */
  recovery = new Uint8Array(1024);
  restart = new Uint8Array(1024);
  hash = new Float64Array(1024);
  /** When it was answered, ms. */
  answeredMs = new Float64Array(1024);
  /** Numbers are below this. */
  count = 0;

  reach(operation: number): void {
    if (operation >= this.count) this.count = operation + 1;
    if (operation < this.state.length) return;
    const size = Math.max(operation + 1, this.state.length * 2);
    const bytes = (old: Uint8Array) => {
      const grown = new Uint8Array(size);
      grown.set(old);
      return grown;
    };
    const figures = (old: Float64Array) => {
      const grown = new Float64Array(size);
      grown.set(old);
      return grown;
    };
    this.state = bytes(this.state);
    this.recovery = bytes(this.recovery);
    this.restart = bytes(this.restart);
    this.hash = figures(this.hash);
    this.answeredMs = figures(this.answeredMs);
  }
}

/** One element of the list, as bytes; undefined when it was longer than the cap and skipped. */
export interface JsonEntry {
  bytes: Buffer | undefined;
  /** From 1. */
  number: number;
  line: number;
}

const maxEntryBytes = 64 * 1024 * 1024;
const quote = 34;
const backslash = 92;

/**
 * Finds the elements of a list, such as `log.entries`, in a JSON text (or several, one after the other) that is fed to it piece by piece, without holding more than one of
 * them. It follows strings and nesting only; whether an element is valid JSON is for the one who parses it.
 */
export class EntryScanner {
  #depth = 0;
  #line = 1;
  #inString = false;
  /** The piece before ended in an odd number of backslashes. */
  #escaped = false;
  readonly #path: readonly string[];
  /** Keys of the objects around the list, by depth, as far as read. */
  readonly #keys: string[] = [];
  #text: string[] | undefined;
  #lastText = '';
  #inEntries = false;
  #entryLine = 1;
  #entryNumber = 0;
  #inEntry = false;
  #pieces: Buffer[] | undefined;
  #entryBytes = 0;
  /** The list was found. */
  found = false;

  /** @param path keys that lead to the list; none where the text itself is one */
  constructor(path: readonly string[]) {
    this.#path = path;
  }

  #isList(): boolean {
    return this.#depth === this.#path.length + 1 && this.#path.every((key, index) => this.#keys[index + 1] === key);
  }

  /** In the middle of an element, or before the end of the outermost object. */
  get unfinished(): boolean {
    return this.#depth > 0;
  }

  get line(): number {
    return this.#line;
  }

  feed(chunk: Buffer): JsonEntry[] {
    const entries: JsonEntry[] = [];
    let entryStart = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.#inString) {
        at = this.#skipString(chunk, at);
        continue;
      }
      const code = chunk[at] ?? 0;
      at++;
      if (code === quote) {
        this.#inString = true;
        this.#text = this.#depth >= 1 && this.#depth <= this.#path.length ? [] : undefined;
      } else if (code === 10) {
        this.#line++;
      } else if (code === 58) {
        if (this.#depth <= this.#path.length) this.#keys[this.#depth] = this.#lastText;
      } else if (code === 123 || code === 91) {
        if (code === 123 && this.#inEntries && this.#depth === this.#path.length + 1) {
          this.#inEntry = true;
          this.#pieces = [];
          this.#entryBytes = 0;
          this.#entryLine = this.#line;
          this.#entryNumber++;
          entryStart = at - 1;
        }
        this.#depth++;
        if (code === 91 && this.#isList()) {
          this.#inEntries = true;
          this.found = true;
        }
      } else if (code === 125 || code === 93) {
        this.#depth--;
        if (this.#inEntry && this.#depth === this.#path.length + 1) {
          this.#hold(chunk.subarray(entryStart, at));
          entries.push(this.#entry());
        }
        if (this.#depth <= this.#path.length) this.#inEntries = false;
      }
    }
    if (this.#inEntry) this.#hold(chunk.subarray(entryStart));
    return entries;
  }

  #hold(piece: Buffer): void {
    this.#entryBytes += piece.length;
    if (this.#entryBytes > maxEntryBytes) this.#pieces = undefined;
    this.#pieces?.push(piece);
  }

  #entry(): JsonEntry {
    const bytes = this.#pieces === undefined ? undefined : Buffer.concat(this.#pieces);
    this.#pieces = undefined;
    this.#inEntry = false;
    return { bytes, number: this.#entryNumber, line: this.#entryLine };
  }

  /** Moves past the end of the string that `at` is in, or to the end of the chunk. */
  #skipString(chunk: Buffer, at: number): number {
    for (let from = at; ; ) {
      const end = chunk.indexOf(quote, from);
      const stop = end < 0 ? chunk.length : end;
      let slashes = 0;
      while (stop - 1 - slashes >= at && chunk[stop - 1 - slashes] === backslash) slashes++;
      const odd = slashes % 2 === 1;
      const escaped = slashes === stop - at && this.#escaped ? !odd : odd;
      if (end < 0 || !escaped) {
        this.#text?.push(chunk.toString('utf8', at, Math.min(stop, at + 100)));
        if (end < 0) {
          this.#escaped = escaped;
          return chunk.length;
        }
        this.#escaped = false;
        this.#inString = false;
        if (this.#text !== undefined) this.#lastText = this.#text.join('');
        return end + 1;
      }
      from = end + 1;
    }
  }
}

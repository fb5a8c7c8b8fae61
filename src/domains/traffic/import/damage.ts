import { basename } from 'node:path';
import { ShakedownError } from '../../../model/error.ts';
import { visibleText } from '../visible-text.ts';
import type { DamagedPart } from './record.ts';

const keptLines = 20;
const hopelessAfter = 2000;

export interface DamagedLine {
  file: string;
  line: number;
  reason: string;
  /** At most 80 characters, control characters made visible. */
  excerpt: string;
}

/** Counts what could not be read, keeps the first few, and says when it is too much. */
export class DamageLog {
  readonly first: DamagedLine[] = [];
  count = 0;
  records = 0;
  #cut = 0;

  add(file: string, part: DamagedPart): void {
    this.count++;
    // A source that ends inside a record was cut off: that says nothing about the rest of it.
    if (part.truncated) this.#cut++;
    if (this.first.length < keptLines) {
      const { line, reason } = part;
      this.first.push({ file: basename(file), line, reason, excerpt: visibleText(part.text, 80) });
    }
  }

  /** @throws ShakedownError TRAFFIC_DAMAGED once so much is damaged that reading on is pointless. */
  checkEarly(): void {
    if (this.count > hopelessAfter && this.count > this.records) this.check(0.5);
  }

  /** @throws ShakedownError TRAFFIC_DAMAGED when more than `maxShare` of all records were damaged. */
  check(maxShare: number): void {
    const share = (this.count - this.#cut) / (this.count + this.records);
    if (!(share > maxShare)) return;
    const examples = this.first.slice(0, 3).map(({ file, line, reason }) => `${file}:${line} ${reason}`);
    throw new ShakedownError(
      'TRAFFIC_DAMAGED',
      `${this.count} of ${this.count + this.records} lines cannot be read (${(share * 100).toFixed(1)} %, allowed ${maxShare * 100} %): ${examples.join('; ')}.`,
      {
        hint: `Check that every file is whole and of one format, or allow more: --max-damaged ${Math.min(100, Math.ceil(share * 100))}%.`,
      },
    );
  }
}

import { detectionsIn, maskOf } from '../../traffic/public.ts';
import { type Action, type ColumnPlan, holdsText, keeps } from '../plan/action.ts';
import type { TablePlan } from '../plan/plan.ts';
import { type Elements, readArray, readRow } from '../postgres/literals.ts';
import type { Originals } from '../values/originals.ts';

const mostListed = 50;
const uuid = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

export interface Finding {
  /** `public.users.email`. */
  place: string;
  /** `original`, or what a detector calls it. */
  kind: string;
  masked: string;
}

/** What was found in one part of the result. */
export interface Found {
  /** Texts that were looked at, leaves of arrays and JSON each for itself. */
  checked: number;
  /** Something of the source, by place: number of the text, how often, and as it is listed. */
  originals: [place: string, met: [hash: number, count: number, masked: string][]][];
  /** What looks like someone's, and is not of a form that nobody can have. */
  detected: number;
  listed: Finding[];
  /** The same in columns that a rule keeps: the user answers for them. */
  keptByRule: number;
}

/** Looks through rows of the result for what may not be there. It shares no code with what wrote them but the reading of rows. */
export class ResultScanner {
  readonly #plan: TablePlan;
  readonly #originals: Originals;
  readonly #met = new Map<string, Map<number, { count: number; masked: string }>>();
  #found: Omit<Found, 'originals'> = { checked: 0, detected: 0, listed: [], keptByRule: 0 };

  constructor(plan: TablePlan, originals: Originals) {
    this.#plan = plan;
    this.#originals = originals;
  }

  row(fields: readonly (string | null)[]): void {
    const { columns } = this.#plan;
    for (let at = 0; at < columns.length; at++) {
      const column = columns[at] as ColumnPlan;
      const value = fields[at];
      if (value === null || value === undefined) continue;
      if (keeps(column.action) || column.action.do === 'fixed') {
        // Numbers and labels that stay by their type hold no text.
        if (column.why.includes('by rule')) this.#kept(value);
      } else this.#value(column.action, value, column);
    }
  }

  take(): Found {
    const originals = [...this.#met].map(
      ([place, met]) =>
        [place, [...met].map(([hash, { count, masked }]) => [hash, count, masked])] as Found['originals'][number],
    );
    return { ...this.#found, originals };
  }

  #kept(value: string): void {
    this.#found.checked++;
    let isTelling = false;
    this.#originals.search(value, () => {
      isTelling = true;
    });
    for (const { isMadeUp } of detectionsIn(value)) isTelling ||= isMadeUp !== true;
    if (isTelling) this.#found.keptByRule++;
  }

  #value(action: Action, value: string, column: ColumnPlan): void {
    if (action.do === 'array') {
      const each = (list: Elements): void => {
        for (const element of list) {
          if (Array.isArray(element)) each(element);
          else if (element !== null) this.#value(action.of, element, column);
        }
      };
      each(readArray(value, action.separator).elements);
    } else if (action.do === 'row') {
      for (const [index, field] of readRow(value).entries()) {
        const of = action.fields[index];
        if (field !== null && of !== undefined && !keeps(of.action)) this.#value(of.action, field, column);
      }
    } else if (action.do === 'json') this.#json(JSON.parse(value), column);
    else if (action.do === 'digits') this.#original(value, column);
    else if (holdsText(action) && !column.isInteger) this.#text(value, column);
  }

  #json(value: unknown, column: ColumnPlan): void {
    const waiting = [value];
    for (let next = waiting.pop(); waiting.length > 0 || next !== undefined; next = waiting.pop()) {
      if (typeof next === 'string') this.#text(next, column);
      else if (Array.isArray(next)) waiting.push(...next.filter((each) => each !== null));
      else if (typeof next === 'object' && next !== null)
        for (const [name, member] of Object.entries(next)) {
          this.#original(name, column);
          if (member !== null) waiting.push(member);
        }
    }
  }

  #text(value: string, column: ColumnPlan): void {
    this.#original(value, column);
    // What looks like the number of a card in it is there by chance.
    if (uuid.test(value)) return;
    for (const { from, to, kind, isMadeUp } of detectionsIn(value)) {
      if (isMadeUp !== false) continue;
      this.#found.detected++;
      if (this.#found.listed.length < mostListed)
        this.#found.listed.push({ place: this.#place(column), kind, masked: maskOf(value.slice(from, to)) });
    }
  }

  #original(value: string, column: ColumnPlan): void {
    this.#found.checked++;
    this.#originals.search(value, (hash, text) => {
      const place = this.#place(column);
      let met = this.#met.get(place);
      if (met === undefined) {
        met = new Map();
        this.#met.set(place, met);
      }
      const known = met.get(hash);
      if (known === undefined) met.set(hash, { count: 1, masked: maskOf(text) });
      else known.count++;
    });
  }

  #place = (column: ColumnPlan) => `${this.#plan.place}.${column.name}`;
}

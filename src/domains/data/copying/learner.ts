import { detectionsIn, isFieldName, isPersonalName, isPublicText } from '../../traffic/public.ts';
import { type Action, type ColumnPlan, holdsText, keeps } from '../plan/action.ts';
import type { TablePlan } from '../plan/plan.ts';
import { type Elements, readArray, readRow } from '../postgres/literals.ts';
import { mayBeShared } from '../values/forms.ts';
import { rewriteJson } from '../values/json.ts';
import type { Learned } from '../values/maker.ts';
import type { Originals } from '../values/originals.ts';

/** Of one path more: it is no vocabulary. */
const mostTexts = 1000;
const mostPaths = 400;
const mostNames = 2000;

/** Texts by path, and whose they are. */
export type Counted = [path: string, texts: [text: string, owners: string[]][] | null][];

export interface TableLessons {
  columns: { texts: Counted; names: [name: string, rows: number][] }[];
}

/** What was learned of a column, for another thread. */
export interface LearnedColumn {
  kept: [path: string, texts: string[]][];
  names: string[];
}

export const learnedOf = ({ kept, names }: LearnedColumn): Learned => ({
  kept: new Map(kept.map(([path, texts]) => [path, new Set(texts)])),
  names: new Set(names),
});

interface Counts {
  /** Null: too many for a vocabulary. */
  texts: Map<string, Map<string, Set<string>> | null>;
  names: Map<string, number>;
}

/** Learns from the rows of one table which texts many owners share, and remembers what may not be in the result. */
export class TableLearner {
  readonly #plan: TablePlan;
  readonly #originals: Originals;
  readonly #k: number;
  readonly #columns: Counts[];
  #row = 0;

  constructor(plan: TablePlan, originals: Originals, k: number) {
    this.#plan = plan;
    this.#originals = originals;
    this.#k = k;
    this.#columns = plan.columns.map(() => ({ texts: new Map(), names: new Map() }));
  }

  row(fields: readonly (string | null)[]): void {
    this.#row++;
    const { columns, owner } = this.#plan;
    const whose = (owner === null ? null : fields[owner]) ?? `row ${this.#row}`;
    for (let at = 0; at < columns.length; at++) {
      const column = columns[at] as ColumnPlan;
      const value = fields[at];
      if (value === null || value === undefined || keeps(column.action)) continue;
      this.#value(column.action, value, { at, path: '', whose, isPersonal: column.isPersonal, column });
    }
  }

  take(): TableLessons {
    return {
      columns: this.#columns.map(({ texts, names }) => ({
        texts: [...texts].map(([path, counts]) => [
          path,
          counts === null ? null : [...counts].map(([text, owners]) => [text, [...owners]]),
        ]),
        names: [...names],
      })),
    };
  }

  #value(action: Action, value: string, about: Place): void {
    if (action.do === 'array') {
      const each = (list: Elements): void => {
        for (const element of list) {
          if (Array.isArray(element)) each(element);
          else if (element !== null) this.#value(action.of, element, { ...about, path: `${about.path}[]` });
        }
      };
      each(readArray(value, action.separator).elements);
    } else if (action.do === 'row') {
      for (const [index, field] of readRow(value).entries()) {
        const of = action.fields[index];
        if (field === null || of === undefined) continue;
        this.#value(of.action, field, {
          ...about,
          path: `${about.path}.${of.name}`,
          isPersonal: about.isPersonal || isPersonalName(of.name),
        });
      }
    } else if (action.do === 'json') this.#json(value, about);
    else if (action.do === 'digits') this.#originals.add(value);
    else if (action.do === 'thing' && about.column.isInteger) return;
    else if (holdsText(action)) this.#text(action, value, about);
  }

  #text(action: Action, value: string, { at, path, whose, isPersonal, column }: Place): void {
    if (value === '' || column.structure.includes(value)) return;
    if (isPersonal) this.#originals.addPieces(value);
    for (const { from, to } of detectionsIn(value)) this.#originals.add(value.slice(from, to));
    const isShared = action.do === 'text' && this.#count(at, path, value, whose);
    // What may yet turn out to be shared is added in the end, if it is not.
    if (!isShared) this.#originals.add(value);
  }

  /** @returns whether it may be shared vocabulary */
  #count(at: number, path: string, value: string, whose: string): boolean {
    const { texts } = this.#columns[at] as Counts;
    let counts = texts.get(path);
    if (counts === undefined) {
      counts = texts.size >= mostPaths ? null : new Map();
      texts.set(path, counts);
    }
    if (counts === null) return false;
    let owners = counts.get(value);
    if (owners === undefined) {
      if (isPublicText(value)) return true;
      if (!mayBeShared(value)) return false;
      if (counts.size >= mostTexts) {
        for (const text of counts.keys()) this.#originals.add(text);
        texts.set(path, null);
        return false;
      }
      owners = new Set();
      counts.set(value, owners);
    }
    if (owners.size < this.#k) owners.add(whose);
    return true;
  }

  #json(value: string, about: Place): void {
    const { names } = this.#columns[about.at] as Counts;
    rewriteJson(
      value,
      {
        isPersonal: isPersonalName,
        name: (name) => {
          if (!isFieldName(name)) {
            this.#originals.add(name);
            return '*';
          }
          if (names.size < mostNames || names.has(name)) names.set(name, (names.get(name) ?? 0) + 1);
          return name;
        },
        number: (text, _path, _name, isPersonal) => {
          if (isPersonal) this.#originals.add(text);
          return text;
        },
        text: (text, path, name, isPersonal) => {
          if (!/^\d{4}-\d\d-\d\d(?:$|[T ])/.test(text)) {
            const isKey = /(?:^|_)id$|[a-z]Id$|uuid/i.test(name);
            this.#text(isPersonal || isKey ? { do: 'name' } : { do: 'text' }, text, { ...about, path, isPersonal });
          }
          return text;
        },
      },
      about.isPersonal,
    );
  }
}

interface Place {
  at: number;
  path: string;
  whose: string;
  isPersonal: boolean;
  column: ColumnPlan;
}

/** What all parts of a table taught together. @param remember called for what is no vocabulary after all */
export function settled(
  lessons: readonly TableLessons[],
  k: number,
  remember: (text: string) => void,
): LearnedColumn[] {
  const columns = lessons[0]?.columns ?? [];
  return columns.map((_, at) => {
    const paths = new Map<string, Map<string, Set<string>> | null>();
    const names = new Map<string, number>();
    for (const [part, { columns: taught }] of lessons.entries()) {
      for (const [name, rows] of taught[at]?.names ?? []) names.set(name, (names.get(name) ?? 0) + rows);
      for (const [path, texts] of taught[at]?.texts ?? []) include(paths, path, texts, part);
    }
    const kept: LearnedColumn['kept'] = [];
    for (const [path, texts] of paths) {
      const shared: string[] = [];
      for (const [text, owners] of texts ?? []) {
        if (texts !== null && texts.size <= mostTexts && owners.size >= k) shared.push(text);
        else remember(text);
      }
      if (shared.length > 0) kept.push([path, shared]);
    }
    return { kept, names: [...names].flatMap(([name, rows]) => (rows >= k ? [name] : [])) };
  });
}

function include(
  paths: Map<string, Map<string, Set<string>> | null>,
  path: string,
  texts: Counted[number][1],
  part: number,
): void {
  const known = paths.get(path);
  // Somewhere there were too many: it is no vocabulary anywhere.
  const all = known === null || texts === null ? null : (known ?? new Map<string, Set<string>>());
  if (all === null) {
    for (const [text] of known ?? []) addTo(rejectedOf(paths), text);
    for (const [text] of texts ?? []) addTo(rejectedOf(paths), text);
    paths.set(path, null);
    return;
  }
  for (const [text, owners] of texts ?? []) {
    const set = all.get(text) ?? new Set<string>();
    // Rows without an owner are counted from the beginning in each part.
    for (const owner of owners) set.add(owner.startsWith('row ') ? `${part} ${owner}` : owner);
    all.set(text, set);
  }
  paths.set(path, all);
}

const rejectedPath = '\0';

function rejectedOf(paths: Map<string, Map<string, Set<string>> | null>): Map<string, Set<string>> {
  const known = paths.get(rejectedPath) ?? new Map<string, Set<string>>();
  paths.set(rejectedPath, known);
  return known;
}

/** No owner: it is below any k, and remembered. */
const addTo = (rejected: Map<string, Set<string>>, text: string) => rejected.set(text, new Set());

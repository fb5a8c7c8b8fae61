import type { ReadAnswer } from './answer.ts';
import type { Field, List } from './field.ts';

/** Three of a kind: of the current version, of it again, and of the candidate. */
export type Three<T> = readonly [current: T, again: T, candidate: T];

/** What is compared of a field. */
export type Aspect =
  /** Whether it is there, and of which type. */
  | 'presence'
  | 'value'
  /** Whether an id comes back where it was seen before. */
  | 'link'
  /** What it looks like, where no two values are the same. */
  | 'form'
  /** The elements of a list, whatever their order; and their order. */
  | 'members'
  | 'order';

export interface Compared {
  path: string;
  aspect: Aspect;
  three: Three<string>;
  /** The three values as an example in the report shows them: what they are like, never what they are. */
  shown: Three<string>;
  levels: Three<number> | null;
}

const none = 'not there';

/** Compares three answers to one request, field by field. Where statuses differ, or kinds of bodies, nothing else is compared: it would differ for that reason. */
export function compareAnswers(answers: Three<ReadAnswer>): Compared[] {
  const statuses = map(answers, ({ status }) => status);
  const found: Compared[] = [plain('status', statuses)];
  if (!same(statuses)) return found;
  const kinds = map(answers, ({ kind }) => kind);
  found.push(plain('body (kind)', kinds));
  const paths = new Set(answers.flatMap(({ fields }) => [...fields.keys()]));
  const gone = new Set<string>();
  for (const path of paths) {
    if (!same(kinds) && !/^(header|cookie) /.test(path)) continue;
    compareField(path, answers, gone, found);
  }
  for (const path of new Set(answers.flatMap(({ lists }) => [...lists.keys()]))) compareList(path, answers, found);
  return found;
}

function compareField(path: string, answers: Three<ReadAnswer>, gone: Set<string>, found: Compared[]): void {
  const fields = map(answers, (answer) => answer.fields.get(path));
  const types = map(fields, (field) => field?.type ?? none);
  // What is in something that is not there is not there either: that is said once.
  if (path.startsWith('$') ? isBelow(path, gone) : isInGone(path, gone)) {
    if (!same(types)) gone.add(placeIn(path));
    return;
  }
  found.push({ ...plain(path, types), aspect: 'presence' });
  if (!same(types)) {
    gone.add(path.startsWith('$') ? path : placeIn(path));
    return;
  }
  const [first, second, third] = fields;
  if (first === undefined || second === undefined || third === undefined) return;
  const whole: Three<Field> = [first, second, third];
  const values = map(whole, ({ value }) => value);
  // A container has no value of its own.
  if (first.form === '') return;
  const shown = map(whole, shownOf);
  if (isComparable(path, answers)) {
    const levels = map(whole, ({ level }) => level);
    const areLevels = levels.every((level) => level !== null);
    const numbers = areLevels ? (levels as unknown as Three<number>) : null;
    found.push({ path, aspect: 'value', three: values, shown: relative(shown, numbers), levels: numbers });
    const links = map(whole, ({ link }) => link);
    if (links.every((link) => link !== null))
      found.push({
        path,
        aspect: 'link',
        three: links as Three<string>,
        shown: map(links, (link) => `first seen as ${(link ?? '').replace(/[^\w {}()$.[\]>@-]/g, ' ').slice(0, 80)}`),
        levels: null,
      });
  }
  if (new Set(values).size === 3) {
    const forms = map(whole, ({ form }) => form);
    found.push({ path, aspect: 'form', three: forms, shown, levels: null });
  }
}

function isBelow(path: string, gone: ReadonlySet<string>): boolean {
  if (gone.size === 0) return false;
  for (let above = parentOf(path); above !== ''; above = parentOf(above)) if (gone.has(above)) return true;
  return false;
}

/** `$.items[].id` → `$.items[]` → `$.items` → `$`; empty: there is none. */
function parentOf(path: string): string {
  for (const end of [/ \(count\)$/, /\[\]$/, /\.[^.]*$/]) {
    const [found] = end.exec(path) ?? [];
    if (found !== undefined) return path.slice(0, -found.length);
  }
  return '';
}

/** `main > ul.grid > li.card @class` → `main > ul.grid > li.card` */
function placeIn(path: string): string {
  return path.replace(/ (\(count\)|@[\w-]+)$/, '');
}

/** Whether an element of a page, or the one that it is in, is in only some of the answers: that is said once. */
function isInGone(path: string, gone: ReadonlySet<string>): boolean {
  if (gone.size === 0 || !path.includes(' > ')) return false;
  const place = placeIn(path);
  if (gone.has(place)) return true;
  const above = place.split(' > ').slice(0, -1);
  return above.length > 1 && [...gone].some((one) => one.endsWith(above.join(' > ')));
}

/** Values of elements are compared where the same elements are held against each other. */
function isComparable(path: string, answers: Three<ReadAnswer>): boolean {
  for (let end = path.indexOf('[]'); end >= 0; end = path.indexOf('[]', end + 2)) {
    const lists = map(answers, (answer) => answer.lists.get(path.slice(0, end + 2)));
    const members = map(lists, (list) => list?.members ?? none);
    const areById = lists.every((list) => list === undefined || list.aligned === 'id');
    if (areById ? !same(members) : same(members) && !same(map(lists, (list) => list?.order ?? none))) return false;
  }
  return true;
}

function compareList(path: string, answers: Three<ReadAnswer>, found: Compared[]): void {
  const lists = map(answers, (answer) => answer.lists.get(path));
  if (lists.some((list) => list === undefined)) return;
  const all = lists as unknown as Three<List>;
  const members = map(all, (list) => list.members);
  if (all.every(({ aligned }) => aligned === 'id'))
    found.push({ path, aspect: 'members', three: members, shown: tokens(members, 'elements'), levels: null });
  if (same(members)) {
    const orders = map(all, ({ order }) => order);
    found.push({ path, aspect: 'order', three: orders, shown: tokens(orders, 'order'), levels: null });
  }
}

function plain(path: string, three: Three<string>): Compared {
  return { path, aspect: 'value', three, shown: three, levels: null };
}

function shownOf({ type, form }: Field): string {
  return type === 'string' || form.includes(type) ? form : `${type}: ${form}`;
}

/** For what has no form of its own: which are the same. */
function tokens(three: Three<string>, word: string): Three<string> {
  const seen = [...new Set(three)];
  return map(three, (each) => `${word} ${'ABC'[seen.indexOf(each)]}`);
}

/** Numbers are not shown; by how much they differ is. */
function relative(shown: Three<string>, levels: Three<number> | null): Three<string> {
  if (levels === null || !/^(whole )?number/.test(shown[0])) return shown;
  const [base] = levels;
  return map3(shown, levels, (form, level, i) => {
    if (i === 0 || level === base) return form;
    if (base === 0) return `${form}, not 0`;
    const percent = 100 * (level / base - 1);
    const amount = Math.abs(percent) < 1 ? 'by less than 1 %' : `by ${Math.abs(percent).toFixed(0)} %`;
    return `${form}, ${percent > 0 ? 'larger' : 'smaller'} ${amount}`;
  });
}

export function same(three: Three<unknown>): boolean {
  return three[0] === three[1] && three[1] === three[2];
}

export function map<A, B>([a, b, c]: Three<A>, by: (each: A) => B): Three<B> {
  return [by(a), by(b), by(c)];
}

function map3<A, B, C>(a: Three<A>, b: Three<B>, by: (left: A, right: B, i: number) => C): Three<C> {
  return [by(a[0], b[0], 0), by(a[1], b[1], 1), by(a[2], b[2], 2)];
}

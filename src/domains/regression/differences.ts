import type { JudgedField } from './compare/findings.ts';
import type { ArmsEvidence } from './evidence.ts';

type Declared = ArmsEvidence['expected'][number];

/** One difference as the report names it: a field, on a route or on several. */
export interface Difference {
  path: string;
  routes: string[];
  /** The one that shows it most clearly. */
  shown: JudgedField;
  /** Who says that it is meant; null: nobody. */
  declared: Declared | null;
}

export interface Differences {
  undeclared: Difference[];
  declared: Difference[];
  /** Differ in too few sessions to say whose doing it is. */
  open: Difference[];
  unused: Declared[];
}

/** Joins what was found of fields to what a person would call one difference. */
export function differencesOf(judged: readonly JudgedField[], expected: readonly Declared[]): Differences {
  const used = new Set<Declared>();
  const declaredFor = (route: string, path: string): Declared | null => {
    // A declaration of all routes covers what is found over all routes at once.
    const found = expected.filter((one) => matches(one.route, route) && matches(one.path, path));
    for (const one of found) used.add(one);
    return found.find(({ expired }) => !expired) ?? found[0] ?? null;
  };
  const different = grouped(
    judged.filter(({ standing }) => standing === 'different'),
    declaredFor,
  );
  const known = new Set(different.map(({ path }) => path));
  const open = grouped(
    // What differs beyond doubt on one route differs on a route with few sessions for the same reason.
    judged.filter(({ standing, field }) => standing === 'too few' && field.route !== '*' && !known.has(field.path)),
    declaredFor,
  ).filter(({ declared }) => declared === null || declared.expired);
  const isMeant = ({ declared }: Difference) => declared !== null && !declared.expired;
  return {
    undeclared: different.filter((one) => !isMeant(one)),
    declared: different.filter(isMeant),
    open,
    unused: expected.filter((one) => !used.has(one) && !one.path.startsWith('response time')),
  };
}

function grouped(
  found: readonly JudgedField[],
  declaredFor: (route: string, path: string) => Declared | null,
): Difference[] {
  const groups = new Map<string, Difference & { all: JudgedField[] }>();
  for (const one of found) {
    const { route, path } = one.field;
    const declared = declaredFor(route, path);
    const key = `${path}\u0000${declared === null ? '' : `${declared.route} ${declared.path}`}`;
    const group = groups.get(key) ?? { path, routes: [], shown: one, declared, all: [] };
    groups.set(key, group);
    group.all.push(one);
    if (route !== '*' && !group.routes.includes(route)) group.routes.push(route);
  }
  return [...groups.values()].flatMap(({ all, ...group }) => {
    // Over all routes at once, and of single routes under a declaration of their own: those say it.
    const single = all.filter(({ field }) => field.route !== '*');
    if (single.length === 0 && found.some((one) => one.field.path === group.path && one.field.route !== '*')) return [];
    const [shown = group.shown] = (single.length > 0 ? single : all).sort((a, b) => rank(b) - rank(a));
    return [{ ...group, shown }];
  });
}

/** Presence says more than a value, and a value than what follows from it; then the one seen most often. */
function rank({ field, p }: JudgedField): number {
  const aspects = ['form', 'order', 'members', 'link', 'value', 'presence'];
  return aspects.indexOf(field.aspect) * 1e6 + field.oddCandidate * 10 - p;
}

/** `*` stands for any text. */
export function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  const [first = ''] = parts;
  if (parts.length === 1) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  const last = parts.at(-1) ?? '';
  return text.length - at >= last.length && text.endsWith(last);
}

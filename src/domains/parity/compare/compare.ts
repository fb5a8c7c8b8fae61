import { type Aspect, aspectIds, aspectOf, aspects } from '../descriptor/aspects.ts';
import type { Descriptor, Item } from '../descriptor/format.ts';
import { isReadingReason } from '../descriptor/readings.ts';
import { coversItem, gapsOf, isWritten, looksAt, openGaps } from './looked.ts';
import { type Names, named } from './names.ts';
import { ownOf } from './own.ts';
import { type Rule, Rules, ruleWords } from './rules.ts';
import { isSame, isScaled, numbers } from './values.ts';
import { type DifferenceKind, remedy, risk, shownItem } from './words.ts';

export interface Difference {
  readonly item: string;
  readonly aspect: Aspect;
  readonly kind: DifferenceKind;
  readonly production: string;
  readonly staging: string;
  /** What was wanted, beside equality; null: nothing else. */
  readonly rule: string | null;
  readonly risk: string;
  readonly remedy: string;
}

export interface NotCompared {
  readonly item: string;
  readonly reason: string;
}

export interface AspectResult {
  readonly aspect: Aspect;
  readonly equal: number;
  readonly byRule: number;
  readonly different: number;
  readonly notCompared: number;
  /** Left out by rules. */
  readonly ignored: number;
  /** 0…1: how much of it was compared, which nothing that is left out was; null: the whole of it is left out. */
  readonly coverage: number | null;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  readonly notCompared: readonly NotCompared[];
  readonly aspects: readonly AspectResult[];
  /** Share of compared items that are as they should be, 0…100; null: none was compared. */
  readonly score: number | null;
  /** 0…100: each aspect counts the same; one that is left out was not compared. */
  readonly coverage: number;
  readonly ignored: readonly NotCompared[];
  /** Of one environment only: ids and addresses. */
  readonly own: number;
  /** Clocks, loads and the like, which no environment has in common with another. */
  readonly readings: readonly NotCompared[];
  /** Equal in value, where one side has it by default only. */
  readonly byDefault: readonly string[];
  readonly unusedRules: readonly string[];
  readonly expiredRules: readonly string[];
}

export interface CompareOptions {
  readonly rules: readonly Rule[];
  readonly names: Names;
  /** As 2026-11-29. */
  readonly today: string;
}

type Outcome =
  | { kind: 'equal' | 'byRule'; byDefault?: boolean }
  | { kind: 'different'; difference: Difference }
  | { kind: 'notCompared' | 'ignored' | 'own'; reason: string };

/** Item by item; what only one side has is a difference where the other looked, and was not compared where it did not. */
export function compare(
  production: Descriptor,
  other: Descriptor,
  { rules: given, names, today }: CompareOptions,
): Comparison {
  const rules = new Rules(given, today);
  const staging = named(other, names);
  const outcomes = new Map<Aspect, Map<string, Outcome>>(aspectIds.map((aspect) => [aspect, new Map()]));
  const expired = new Set<string>();
  for (const key of [...new Set([...production.items.keys(), ...staging.items.keys()])].sort()) {
    const aspect = aspectOf(key);
    if (aspect === null) continue;
    const ruled = rules.of(key);
    if (ruled.expired !== null) expired.add(`${ruled.expired.item}: ${ruleWords(ruled.expired)}`);
    outcomes.get(aspect)?.set(key, outcomeOf({ key, aspect, ...ruled }, production, staging));
  }
  const results = aspectIds.map((aspect) =>
    aspectResult(aspect, outcomes.get(aspect) ?? new Map(), production, staging, rules),
  );
  const all = [...outcomes.values()].flatMap((each) => [...each]);
  const of = <K extends Outcome['kind']>(kind: K) =>
    all.filter((each): each is [string, Extract<Outcome, { kind: K }>] => each[1].kind === kind);
  const good = of('equal').length + of('byRule').length;
  const differences = of('different').map(([, { difference }]) => difference);
  const sum = results.reduce((total, { coverage }) => total + (coverage ?? 0), 0);
  return {
    differences,
    notCompared: [
      ...of('notCompared').map(([item, { reason }]) => ({ item, reason })),
      ...unseen(results, new Set(of('notCompared').map(([, { reason }]) => reason)), production, staging),
    ],
    aspects: results,
    score: good + differences.length === 0 ? null : (good / (good + differences.length)) * 100,
    coverage: (sum / results.length) * 100,
    ignored: of('ignored').map(([item, { reason }]) => ({ item, reason })),
    own: of('own').length,
    readings: of('own').flatMap(([item, { reason }]) => (isReadingReason(reason) ? [{ item, reason }] : [])),
    byDefault: of('equal').flatMap(([item, { byDefault }]) => (byDefault ? [item] : [])),
    unusedRules: rules.unused().map((rule) => `${rule.item}: ${ruleWords(rule)}`),
    expiredRules: [...expired],
  };
}

interface Asked {
  key: string;
  aspect: Aspect;
  rule: Rule | null;
  expired: Rule | null;
}

function outcomeOf(asked: Asked, production: Descriptor, staging: Descriptor): Outcome {
  const { key, aspect, rule, expired } = asked;
  const [theirs, ours] = [production.items.get(key), staging.items.get(key)];
  if (rule?.rule === 'ignored') return { kind: 'ignored', reason: ruleWords(rule) };
  const own = rule === null ? ownOf(theirs, ours, isWritten(theirs === undefined ? production : staging, key)) : null;
  if (own !== null)
    return own.isOfBoth ? { kind: 'own', reason: own.reason } : { kind: 'notCompared', reason: own.reason };
  const unknown = theirs?.unknown ?? ours?.unknown ?? null;
  if (unknown !== null) return { kind: 'notCompared', reason: unknown };
  if (theirs === undefined && ours !== undefined && !coversItem(production, key, ours))
    return unseenOn(production, aspect);
  if (ours === undefined && theirs !== undefined && !coversItem(staging, key, theirs)) return unseenOn(staging, aspect);
  const different = (kind: DifferenceKind, wanted: string | null): Outcome => {
    const item: Asked & { theirs: Item | undefined; ours: Item | undefined } = { ...asked, theirs, ours };
    return {
      kind: 'different',
      difference: differenceOf(item, kind, wanted ?? (expired && `expired: ${ruleWords(expired)}`)),
    };
  };
  // A person lists what is set, and leaves out what is as usual.
  if (theirs === undefined && ours?.state === 'default' && isWritten(production, key)) return { kind: 'equal' };
  if (ours === undefined && theirs?.state === 'default' && isWritten(staging, key)) return { kind: 'equal' };
  const isThere = (item: Item | undefined): item is Item => item !== undefined && item.state !== 'absent';
  if (!isThere(theirs) && !isThere(ours)) return { kind: 'equal' };
  if (!isThere(ours)) return different('missing', rule && ruleWords(rule));
  if (!isThere(theirs)) return different('extra', rule && ruleWords(rule));
  return judged(asked, theirs, ours, production.keyId === staging.keyId && production.keyId !== null, different);
}

function judged(
  { rule, aspect }: Pick<Asked, 'rule' | 'aspect'>,
  theirs: Item,
  ours: Item,
  sameKey: boolean,
  different: (kind: 'differs', wanted: string | null) => Outcome,
): Outcome {
  if (rule?.rule === 'present') return { kind: 'byRule' };
  if ((theirs.secret || ours.secret) && !sameKey) {
    return {
      kind: 'notCompared',
      reason: 'a secret is compared only where both sides were captured with the same key',
    };
  }
  if (theirs.secret !== ours.secret) {
    return {
      kind: 'notCompared',
      reason: 'one side holds it as a secret and the other does not: mark it as secret: true on both',
    };
  }
  const isDefault = (item: Item) => item.state === 'default' && item.value === null;
  if (isDefault(theirs) && isDefault(ours)) return { kind: 'equal' };
  if (isDefault(theirs) || isDefault(ours)) {
    return {
      kind: 'notCompared',
      reason: 'it is set on one side, and on the other the default holds, which is not known',
    };
  }
  if (theirs.value === null || ours.value === null) return { kind: 'notCompared', reason: 'its value is not known' };
  const same = isSame(theirs, ours, aspect === 'version');
  const wanted = rule && ruleWords(rule);
  switch (rule?.rule) {
    case undefined:
    case 'equal':
      if (!same) return different('differs', wanted);
      return { kind: 'equal', byDefault: theirs.state !== ours.state };
    case 'different':
      return same ? different('differs', wanted) : { kind: 'byRule' };
    default:
      return byNumbers(aspect, rule as Rule, theirs, ours, different);
  }
}

function byNumbers(
  aspect: Aspect,
  rule: Rule,
  theirs: Item,
  ours: Item,
  different: (kind: 'differs', wanted: string | null) => Outcome,
): Outcome {
  const found = numbers(theirs, ours, aspect === 'version');
  if (found === null) return { kind: 'notCompared', reason: `the rule ${rule.rule} needs numbers on both sides` };
  const isCount = theirs.unit === 'count' || ours.unit === 'count';
  const holds =
    rule.rule === 'at-least'
      ? found.staging >= found.production
      : rule.rule === 'at-most'
        ? found.staging <= found.production
        : isScaled(found, rule.scale ?? '1:1', isCount);
  return holds ? { kind: 'byRule' } : different('differs', ruleWords(rule));
}

function differenceOf(
  { key, aspect, theirs, ours }: Asked & { theirs: Item | undefined; ours: Item | undefined },
  kind: DifferenceKind,
  rule: string | null,
): Difference {
  const isSecret = (theirs?.secret ?? false) || (ours?.secret ?? false);
  return {
    ...{ item: key, aspect, kind, production: shownItem(theirs), staging: shownItem(ours), rule },
    ...{ risk: risk(aspect, kind), remedy: remedy(aspect, kind, isSecret) },
  };
}

function unseenOn(side: Descriptor, aspect: Aspect): Outcome {
  const [first, ...more] = gapsOf(side, aspect);
  const why =
    first === undefined ? `nobody looked at this ${aspects[aspect].noun}` : [first, ...more.slice(0, 1)].join('; ');
  return { kind: 'notCompared', reason: `${side.environment}: ${why}` };
}

function aspectResult(
  aspect: Aspect,
  outcomes: ReadonlyMap<string, Outcome>,
  production: Descriptor,
  staging: Descriptor,
  rules: Rules,
): AspectResult {
  const of = (kind: Outcome['kind']) => [...outcomes.values()].filter((each) => each.kind === kind).length;
  const counts = {
    equal: of('equal'),
    byRule: of('byRule'),
    different: of('different'),
    notCompared: of('notCompared'),
    ignored: of('ignored'),
  };
  const compared = counts.equal + counts.byRule + counts.different;
  const asked = compared + counts.notCompared;
  const isLeftOut =
    asked === 0 && (counts.ignored + of('own') > 0 || rules.of(`${aspect}/**`).rule?.rule === 'ignored');
  // Where both looked and found nothing, there is nothing to be compared; where one did not look, nothing is known.
  const bothLooked = looksAt(production, aspect) && looksAt(staging, aspect);
  const gaps = openGaps(production, aspect).length + openGaps(staging, aspect).length;
  const coverage = isLeftOut ? null : asked === 0 ? (bothLooked ? 1 : 0) : compared / (asked + counts.ignored + gaps);
  return { aspect, ...counts, coverage };
}

/** Aspects of which nothing is known on a side, and what is not known of others. */
function unseen(
  results: readonly AspectResult[],
  told: ReadonlySet<string>,
  production: Descriptor,
  staging: Descriptor,
): NotCompared[] {
  return results.flatMap(({ aspect, coverage, notCompared }) => {
    if (coverage === null) return [];
    if (coverage !== 0 || notCompared > 0) {
      return [production, staging].flatMap((side) =>
        openGaps(side, aspect)
          .filter((reason) => !told.has(reason))
          .map((reason) => ({ item: `${aspect}/**`, reason: `not all of it was seen: ${reason}` })),
      );
    }
    const sides = [production, staging].filter((side) => !looksAt(side, aspect)).map((side) => side.environment);
    const [gap] = [production, staging].flatMap((side) => gapsOf(side, aspect));
    const why = gap === undefined ? '' : ` (${gap})`;
    return [{ item: `${aspect}/**`, reason: `nobody looked at it: ${sides.join(', ')}${why}` }];
  });
}

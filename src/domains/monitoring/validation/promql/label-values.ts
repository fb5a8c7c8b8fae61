import { bare, type Expression, everyPart, isSetOperation, type Matcher, type Selector } from './expression.ts';
import { isScalar } from './labels.ts';
import type { Recorded } from './pinned.ts';
import { isMatch, matchingTexts } from './sample-text.ts';
import { matches, satisfies } from './satisfy.ts';

/** What a label's value has to be: as a matcher says it, whichever label it is of. */
export type Wanted = Pick<Matcher, 'operator' | 'value'>;

/** Enough for what people write; a pattern may be hostile. */
const textsAtMost = 1000;

/**
 * Whether there is a text that all of them accept. `none`: there is certainly not. `not-found`: none was found among those that were tried, which is
 * no proof.
 */
export function valuesLeft(wanted: readonly Wanted[]): 'some' | 'none' | 'not-found' {
  const fits = (text: string) => wanted.every((one) => matches(one, text));
  const finite = wanted.map(everyText).filter((one) => one !== null);
  const [shortest] = finite.sort((one, other) => one.length - other.length);
  if (shortest !== undefined) {
    if (shortest.some(fits)) return 'some';
    // Of a pattern that cannot be compiled here nobody knows what it accepts.
    return wanted.every(isKnown) ? 'none' : 'not-found';
  }
  const isTurnedRound = wanted.some(
    ({ operator, value }) =>
      operator === '=~' && wanted.some((other) => other.operator === '!~' && other.value === value),
  );
  if (isTurnedRound) return 'none';
  return witnesses(wanted).some(fits) ? 'some' : 'not-found';
}

function isKnown({ operator, value }: Wanted): boolean {
  return operator === '=' || operator === '!=' || isMatch(value, '') !== null;
}

/** All texts that it accepts; null: there are too many, or it cannot be told. */
function everyText({ operator, value }: Wanted): string[] | null {
  if (operator === '=') return [value];
  if (operator === '!~') return /^\(?\.\*\)?$/.test(value) ? [] : /^\(?\.\+\)?$/.test(value) ? [''] : null;
  return operator === '=~' ? textsOf(value) : null;
}

/** Texts of a pattern that is made of letters, alternatives, groups and `?`; null of any other. */
function textsOf(pattern: string): string[] | null {
  let at = 0;
  const alternatives = (): string[] | null => {
    const all: string[] = [];
    for (;;) {
      const some = sequence();
      if (some === null) return null;
      all.push(...some);
      if (all.length > textsAtMost) return null;
      if (pattern[at] !== '|') return all;
      at++;
    }
  };
  const sequence = (): string[] | null => {
    let all = [''];
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      const next = one();
      if (next === null) return null;
      if (pattern[at] === '?') {
        at++;
        next.push('');
      }
      if ('*+?{'.includes(pattern[at] ?? '.')) return null;
      if (all.length * next.length > textsAtMost) return null;
      all = all.flatMap((before) => next.map((after) => `${before}${after}`));
    }
    return all;
  };
  const one = (): string[] | null => {
    const sign = pattern[at++] ?? '';
    if (sign === '(') {
      if (pattern.startsWith('?:', at)) at += 2;
      else if (pattern[at] === '?') return null;
      const inner = alternatives();
      return inner === null || pattern[at++] !== ')' ? null : inner;
    }
    if (sign === '\\') {
      const escaped = pattern[at++] ?? '';
      return /^[^\w\s]$/.test(escaped) ? [escaped] : null;
    }
    return /^[^.[\]{}*+?^$()|\\]$/s.test(sign) ? [sign] : null;
  };
  const all = alternatives();
  return at === pattern.length ? all : null;
}

/** Texts of which one may be accepted by all: those of each pattern, what differs from them a little, and what two of them make together. */
function witnesses(wanted: readonly Wanted[]): string[] {
  const own = wanted.flatMap(({ operator, value }) =>
    operator === '=' || operator === '!=' ? [value] : matchingTexts(value).slice(0, 12),
  );
  const texts = [...new Set(['', ...own, 'other', '1', '999', 'a', 'z', '10.0.0.1:9100'])].slice(0, 60);
  return [...texts, ...texts.flatMap((one) => texts.flatMap((other) => [`${one}${other}`, `${one}-${other}`]))];
}

const keptByCalls = new Set(
  (
    'rate irate increase delta idelta deriv changes resets abs ceil floor round clamp clamp_min clamp_max ln log2 log10 sqrt exp sgn predict_linear ' +
    'histogram_quantile sort sort_desc label_replace label_join timestamp holt_winters double_exponential_smoothing'
  ).split(' '),
);
const sampling = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);

/**
 * What the value of a label has to be in each of its series, because selectors ask for it and nothing changes it. None where it is not certain.
 * @param recorded the rules that record a metric; others than these may record it too
 */
export function wantedOf(given: Expression, label: string, recorded: Recorded, depth = 0): Wanted[] {
  const expression = bare(given);
  const of = (one: Expression) => wantedOf(one, label, recorded, depth);
  switch (expression.kind) {
    case 'selector':
      return ofSelector(expression, label, recorded, depth);
    case 'call': {
      const { name, arguments: given } = expression;
      if (!keptByCalls.has(name) && !(/_over_time$/.test(name) && !name.startsWith('absent'))) return [];
      if (name === 'histogram_quantile' && label === 'le') return [];
      const written = given[1] === undefined ? null : bare(given[1]);
      if (name.startsWith('label_') && (written?.kind !== 'string' || written.value === label)) return [];
      const argument = given.find((one) => bare(one).kind !== 'string' && !isScalar(one));
      return argument === undefined ? [] : of(argument);
    }
    case 'aggregate': {
      if (sampling.has(expression.name)) return of(expression.of);
      const { grouping, name } = expression;
      if (name === 'count_values' || grouping === null || grouping.names.includes(label) !== grouping.isBy) return [];
      return of(expression.of);
    }
    case 'binary': {
      if (isScalar(expression.left)) return of(expression.right);
      if (isScalar(expression.right)) return of(expression.left);
      const { operator, matching, grouping } = expression;
      if (operator === 'or') return [];
      if (operator === 'unless') return of(expression.left);
      const isMatched = matching === null || matching.names.includes(label) === matching.isOn;
      if (isMatched) return [...of(expression.left), ...of(expression.right)];
      if (isSetOperation(expression)) return of(expression.left);
      if (grouping === null || grouping.names.includes(label)) return [];
      return of(grouping.isLeft ? expression.left : expression.right);
    }
    case 'number':
    case 'string':
      return [];
    default:
      return of(expression.of);
  }
}

function ofSelector({ metric, matchers }: Selector, label: string, recorded: Recorded, depth: number): Wanted[] {
  const own: Wanted[] = matchers.filter((one) => one.label === label);
  // Rules that record other series of the metric than are selected here are none of this.
  const rules =
    metric === null || depth > 5 ? [] : recorded(metric).filter(({ labels }) => mayBeSelected(labels, matchers));
  const each = rules.map(({ labels, expression }): Wanted[] => {
    const value = labels[label];
    return value === undefined ? wantedOf(expression, label, recorded, depth + 1) : [{ operator: '=', value }];
  });
  const [first = []] = each;
  const areAlike = each.every((one) => JSON.stringify(one.map(plain)) === JSON.stringify(first.map(plain)));
  return areAlike ? [...own, ...first] : own;
}

function plain({ operator, value }: Wanted): Wanted {
  return { operator, value };
}

function mayBeSelected(labels: Readonly<Record<string, string>>, matchers: readonly Matcher[]): boolean {
  return satisfies(
    labels,
    matchers.filter(({ label }) => labels[label] !== undefined),
  );
}

/** Labels of which a selector within it says something, or a rule that records what is selected. */
export function labelsNamedIn(given: Expression, recorded: Recorded, depth = 0): string[] {
  return everyPart(given).flatMap((part) => {
    if (part.kind !== 'selector') return [];
    const rules = part.metric === null || depth > 5 ? [] : recorded(part.metric);
    return [
      ...part.matchers.map(({ label }) => label),
      ...rules.flatMap(({ labels, expression }) => [
        ...Object.keys(labels),
        ...labelsNamedIn(expression, recorded, depth + 1),
      ]),
    ];
  });
}

import { bare, type Expression, type Matcher, type Selector } from './expression.ts';

/** Its meaning as text: two expressions with the same text are the same, however they were written. */
export function canonical(given: Expression): string {
  const expression = bare(given);
  switch (expression.kind) {
    case 'number':
      return String(expression.value);
    case 'string':
      return JSON.stringify(expression.value);
    case 'selector':
      return `${expression.metric ?? ''}{${expression.matchers.map(matcherText).sort().join(',')}}`;
    case 'range':
      return `${canonical(expression.of)}[${expression.durationMs}${expression.isSubquery ? `:${expression.stepMs}` : ''}]`;
    case 'offset':
      return `${canonical(expression.of)}offset${expression.offsetMs}`;
    case 'modified':
      return `${canonical(expression.of)}@${expression.to - expression.of.to}`;
    case 'unary':
      return `${expression.operator}(${canonical(expression.of)})`;
    case 'call':
      return `${expression.name}(${expression.arguments.map(canonical).join(',')})`;
    case 'aggregate': {
      const { grouping, parameter } = expression;
      const by = grouping === null ? '' : `${grouping.isBy ? 'by' : 'without'}(${[...grouping.names].sort()})`;
      return `${expression.name}${by}(${parameter === null ? '' : `${canonical(parameter)},`}${canonical(expression.of)})`;
    }
    case 'binary': {
      const { matching, grouping } = expression;
      const on = matching === null ? '' : `${matching.isOn ? 'on' : 'ignoring'}(${[...matching.names].sort()})`;
      const group = grouping === null ? '' : `${grouping.isLeft ? 'left' : 'right'}(${[...grouping.names].sort()})`;
      return `(${canonical(expression.left)})${expression.operator}${expression.isBool ? 'bool' : ''}${on}${group}(${canonical(expression.right)})`;
    }
  }
}

function matcherText({ label, operator, value }: Matcher): string {
  return `${label}${operator}${JSON.stringify(value)}`;
}

/**
 * Whether one expression counts a part of what the other counts, so that their quotient is between 0 and 1:
 * `sum(rate(x{code="500"}[5m]))` of `sum(rate(x[5m]))`. Only where both have the same form, made of sums of rates.
 */
export function isShareOf(part: Expression, whole: Expression): boolean {
  return bare(part).kind === 'aggregate' && isPartOf(part, whole);
}

function isPartOf(givenPart: Expression, givenWhole: Expression): boolean {
  const part = bare(givenPart);
  const whole = bare(givenWhole);
  if (part.kind === 'selector' && whole.kind === 'selector') return isNarrower(part, whole);
  if (part.kind === 'aggregate' && whole.kind === 'aggregate') {
    if (part.name !== whole.name || !['sum', 'count'].includes(part.name)) return false;
    const names = (one: typeof part) => `${one.grouping?.isBy}${[...(one.grouping?.names ?? [])].sort()}`;
    if (names(part) !== names(whole)) return false;
    return part.name === 'count' ? isPartOfCount(part.of, whole.of) : isCounted(part.of) && isPartOf(part.of, whole.of);
  }
  if (part.kind === 'call' && whole.kind === 'call') {
    const [ofPart, ofWhole] = [part.arguments[0], whole.arguments[0]];
    if (part.name !== whole.name || !['rate', 'increase', 'irate'].includes(part.name)) return false;
    return ofPart !== undefined && ofWhole !== undefined && isPartOf(ofPart, ofWhole);
  }
  if (part.kind === 'range' && whole.kind === 'range')
    return !part.isSubquery && part.durationMs === whole.durationMs && isPartOf(part.of, whole.of);
  return false;
}

/** A sum of parts is less than the sum of all only where none is negative. */
function isCounted(given: Expression): boolean {
  const expression = bare(given);
  return expression.kind === 'call' && ['rate', 'increase', 'irate'].includes(expression.name);
}

/** Counted are also those that a comparison left: `count(up == 0)` of `count(up)`. */
function isPartOfCount(givenPart: Expression, givenWhole: Expression): boolean {
  const part = bare(givenPart);
  if (part.kind === 'binary' && ['==', '!=', '>', '<', '>=', '<='].includes(part.operator) && !part.isBool)
    return isPartOf(part.left, givenWhole) || canonical(part.left) === canonical(givenWhole);
  return isPartOf(part, givenWhole);
}

function isNarrower(part: Selector, whole: Selector): boolean {
  if (part.metric !== whole.metric || part.metric === null) return false;
  const has = new Set(part.matchers.map(matcherText));
  return whole.matchers.every((one) => has.has(matcherText(one)));
}

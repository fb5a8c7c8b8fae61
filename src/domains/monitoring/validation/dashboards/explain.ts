import { type Asking, absence } from '../prometheus/absence.ts';
import { bare, type Expression, isComparison } from '../promql/expression.ts';
import { constantOf } from '../promql/questions.ts';

/**
 * Why an expression has no value. `missing`: what it reads is not there; `uncollected`: an exporter does not give it on this machine; `unmatched`: both sides of an operator have series, and no two have the same labels;
 * `short`: its range holds too few samples; `quiet`: nothing has happened yet, or nothing is beyond a bound, which is as it should be; `nothing`: not found out.
 */
export interface Reason {
  kind: 'missing' | 'uncollected' | 'unmatched' | 'short' | 'quiet' | 'nothing';
  words: string;
}

const shownLabels = 6;

/** @param text of the whole expression, into which the parts' places point @throws PrometheusProblem */
export async function explain(expression: Expression, text: string, asking: Asking): Promise<Reason> {
  const { api, nowS } = asking;
  const textOf = (part: Expression) => text.slice(part.from, part.to);
  const isEmpty = async (part: Expression) => (await api.count(textOf(part), nowS)) === 0;
  const of = (part: Expression) => explain(part, text, asking);
  const whole = bare(expression);
  switch (whole.kind) {
    case 'selector': {
      const found = await absence(whole, asking);
      if (found.kind === 'present')
        return { kind: 'nothing', words: 'it has series now, and had none in the time that was asked for' };
      const quiet = found.kind === 'value' || found.kind === 'announced';
      const kind = found.kind === 'uncollected' ? found.kind : quiet ? 'quiet' : 'missing';
      return { kind, words: found.words };
    }
    case 'range': {
      if (await isEmpty(whole.of)) return of(whole.of);
      const words = `the range of ${textOf(whole.of)} holds too few samples: \`[${text.slice(whole.duration.from, whole.duration.to)}]\``;
      return { kind: 'short', words };
    }
    case 'call': {
      if (whole.name.startsWith('absent')) return { kind: 'quiet', words: 'what must not be absent is there' };
      for (const argument of whole.arguments) {
        if (argument.kind === 'range') return of(argument);
        if (isVector(argument) && (await isEmpty(argument))) return of(argument);
      }
      return { kind: 'nothing', words: `\`${whole.name}\` of what has series gives none` };
    }
    case 'aggregate':
      return of(whole.of);
    case 'binary':
      return binary(whole, { textOf, isEmpty, of, asking });
    case 'offset': {
      if (await isEmpty(whole.of)) return of(whole.of);
      return { kind: 'short', words: `\`${textOf(whole.of)}\` was not there so long ago` };
    }
    case 'modified':
    case 'unary':
      return of(whole.of);
    default:
      return { kind: 'nothing', words: 'it reads no series' };
  }
}

interface Ways {
  textOf(part: Expression): string;
  isEmpty(part: Expression): Promise<boolean>;
  of(part: Expression): Promise<Reason>;
  asking: Asking;
}

async function binary(
  whole: Extract<Expression, { kind: 'binary' }>,
  { textOf, isEmpty, of, asking }: Ways,
): Promise<Reason> {
  const { left, right, operator } = whole;
  if (isVector(left) && (await isEmpty(left))) return of(left);
  if (operator === 'unless') return { kind: 'quiet', words: `\`unless\` takes away all of ${textOf(left)}` };
  if (isVector(right) && (await isEmpty(right))) return of(right);
  const bound = constantOf(right) ?? constantOf(left);
  if (isComparison(whole) && (bound !== null || !isVector(right) || !isVector(left)))
    return { kind: 'quiet', words: `nothing is \`${operator} ${bound ?? textOf(right)}\`` };
  if (!isVector(left) || !isVector(right))
    return { kind: 'nothing', words: `\`${operator}\` with a number has no value` };
  const [a, b] = [await labelsOf(left), await labelsOf(right)];
  if (isComparison(whole) && a === b) return { kind: 'quiet', words: `nothing is \`${operator} ${textOf(right)}\`` };
  const by =
    whole.matching === null
      ? 'all labels'
      : `${whole.matching.isOn ? 'on' : 'all labels but'} ${whole.matching.names.join(', ')}`;
  return {
    kind: 'unmatched',
    words: `no series on the two sides of \`${operator}\` have the same labels (${by}): left ${a}, right ${b}`,
  };

  /** The first series of a side, as an example. */
  async function labelsOf(side: Expression): Promise<string> {
    const [first] = await asking.api.instant(textOf(side), asking.nowS);
    const { __name__: _, ...labels } = first?.labels ?? {};
    const shown = Object.keys(labels).sort().slice(0, shownLabels);
    return `{${shown.join(', ')}}`;
  }
}

/** Whether a part is series, and no number or text. */
function isVector(part: Expression): boolean {
  const inner = bare(part);
  if (inner.kind === 'number' || inner.kind === 'string') return false;
  if (constantOf(inner) !== null) return false;
  return !(inner.kind === 'call' && ['time', 'scalar', 'pi'].includes(inner.name));
}

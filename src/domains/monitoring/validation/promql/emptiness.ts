import { type Aggregate, type Binary, bare, type Call, type Expression, isSetOperation } from './expression.ts';
import { isScalar } from './labels.ts';
import { constantOf } from './questions.ts';
import { valuesOf } from './values.ts';

/** Why a call or an aggregation gives nothing whatever it is given; null: it may give something. */
export function whyEmpty(part: Expression): string | null {
  if (part.kind === 'aggregate') return ofAggregate(part);
  if (part.kind === 'call') return ofCall(part);
  return part.kind === 'binary' ? ofUnless(part) : null;
}

function ofAggregate({ name, parameter }: Aggregate): string | null {
  if (parameter === null) return null;
  if (['topk', 'bottomk', 'limitk'].includes(name)) {
    const { high, isSure } = valuesOf(parameter);
    // Prometheus leaves the decimals off.
    return isSure && high < 1 ? `it keeps ${constantOf(parameter) ?? 'fewer than one'} series` : null;
  }
  return name === 'limit_ratio' && constantOf(parameter) === 0 ? 'it keeps none of its series' : null;
}

function ofCall({ name, arguments: given }: Call): string | null {
  const [of, low, high] = given;
  if (name === 'clamp' && low !== undefined && high !== undefined) {
    const [least, most] = [constantOf(low), constantOf(high)];
    return least !== null && most !== null && least > most ? 'its lower bound is above its upper one' : null;
  }
  if (name === 'absent' && of !== undefined && isAlwaysThere(of))
    return 'what it asks for is always there, by its own text';
  return null;
}

/** `x unless on () vector(1)`: everything is a pair of it. */
function ofUnless({ operator, matching, right }: Binary): string | null {
  if (operator !== 'unless' || matching === null || !matching.isOn || matching.names.length > 0) return null;
  return isAlwaysThere(right) ? 'what stands behind `unless` is always there, and takes everything away' : null;
}

const ofTheTime = new Set('hour minute month year day_of_month day_of_week day_of_year days_in_month'.split(' '));

/** Whether it gives a series whatever is scraped, as `x or vector(0)` does. false where it is not certain. */
export function isAlwaysThere(given: Expression): boolean {
  const expression = bare(given);
  switch (expression.kind) {
    case 'call':
      return expression.name === 'vector' || (ofTheTime.has(expression.name) && expression.arguments.length === 0);
    case 'aggregate':
      return expression.parameter === null && isAlwaysThere(expression.of);
    case 'unary':
      return isAlwaysThere(expression.of);
    case 'binary': {
      const { left, right, operator } = expression;
      if (operator === 'or') return isAlwaysThere(left) || isAlwaysThere(right);
      if (isSetOperation(expression)) return false;
      // A comparison may take it away.
      if (!'+-*/%^'.includes(operator) && !expression.isBool) return false;
      return (isAlwaysThere(left) && isScalar(right)) || (isScalar(left) && isAlwaysThere(right));
    }
    default:
      return false;
  }
}

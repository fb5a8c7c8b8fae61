import { plural } from '../../../../report-kit/format.ts';
import type { Of } from './evidence.ts';
import { checkOfMany, troubleOf } from './finding.ts';
import type { Found, Piece } from './piece.ts';

/** Whether rules have what they use, use it rightly, and record what they are to record. */
export function judgeUses(found: Found): Piece {
  const uses = found('use');
  const troubles = found('trouble');
  const [looked] = found('uses');
  const misused = found('misuse');
  const recording = found('recording');
  const missing = (one: Of<'use'>) => ['never', 'uncollected', 'label', 'target', 'stale'].includes(one.state);
  const notYet = uses.filter(({ state }) => state === 'value' || state === 'announced');
  const asked = troubleOf(troubles, 'series that are used', 'rules') ?? null;
  const noRules = uses.length === 0 ? 'no rules are loaded' : null;
  const late = uses.filter(({ ageS, intervalS }) => ageS !== null && intervalS !== null && ageS > 2 * intervalS + 1);
  return {
    figures: [
      {
        name: 'Series of rules that exist',
        value: `${uses.filter(({ state }) => state === 'present').length} of ${uses.length}`,
      },
    ],
    coverage: [
      {
        ...{ of: 'selectors of rules', total: uses.length },
        covered: uses.filter(({ state }) => state === 'present').length,
        gaps: [...uses.filter(missing), ...notYet].map((one) => `${one.words} (${one.usedBy.join(', ')})`),
      },
    ],
    checks: [
      checkOfMany('series', 'Series that rules use exist', {
        wrong: uses.filter(missing).map((one) => `${one.usedBy.join(', ')}: ${one.words}`),
        open: asked === null ? [] : [asked],
        none: noRules,
        fine: `${uses.length - notYet.length} of ${plural(uses.length, 'selector')} have series${
          notYet.length === 0 ? '' : `, and ${notYet.length} wait for something that has not happened`
        }`,
      }),
      checkOfMany('stale', 'Series that rules use are fresh', {
        wrong: late.map(
          (one) => `${one.selector} is ${one.ageS?.toFixed(0)} s old, and is scraped every ${one.intervalS} s`,
        ),
        open: asked === null ? [] : [asked],
        none: noRules,
        fine: 'none is older than two scrapes',
      }),
      checkOfMany('counters', 'Counters and gauges are used as what they are', {
        wrong: misused.filter(({ severity }) => severity === 'wrong').map((one) => `${one.usedBy}: ${one.words}`),
        open: [
          ...misused.filter(({ severity }) => severity === 'doubtful').map((one) => `${one.usedBy}: ${one.words}`),
          ...(looked?.unread ?? []).map((one) => `not read: ${one}`),
        ],
        none:
          looked === undefined || looked.types === 0
            ? (troubleOf(troubles, 'types of metrics') ?? 'no target says of what type its metrics are')
            : looked.expressions === 0
              ? 'no rules are loaded'
              : null,
        fine: `in ${plural(looked?.expressions ?? 0, 'expression')}, by the types of ${looked?.types ?? 0} metrics`,
      }),
      ...(recording.length === 0 && troubleOf(troubles, 'recording rules') === undefined ? [] : [recorded(found)]),
    ],
  };
}

function recorded(found: Found) {
  const rules = found('recording');
  return checkOfMany('recording', 'Rules record what their expressions come to', {
    wrong: rules.flatMap((one) => {
      if (one.health === 'err') return [`${one.rule} cannot be evaluated: ${one.error}`];
      return one.compared > 0 && one.agreed === 0 ? [`${one.rule}: ${one.difference}`] : [];
    }),
    open: rules.flatMap((one) => {
      if (one.health === 'unknown') return [`${one.rule} was not evaluated yet`];
      if (one.agreed > 0 && one.agreed <= one.compared / 2)
        return [`${one.rule} agrees at ${one.agreed} of ${one.compared} moments: ${one.difference}`];
      return [];
    }),
    none: rules.length === 0 ? (troubleOf(found('trouble'), 'recording rules') ?? 'there is none') : null,
    fine: `${plural(rules.length, 'rule')}, at ${rules.reduce((sum, { compared }) => sum + compared, 0)} moments`,
  });
}

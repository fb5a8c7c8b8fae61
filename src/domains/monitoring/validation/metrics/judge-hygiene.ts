import { plural } from '../../../../report-kit/format.ts';
import { checkOfMany, troubleOf } from './finding.ts';
import { fewAtATime, isUnbounded } from './labels.ts';
import type { Found, Piece } from './piece.ts';

/** So many times the limit is beyond any doubt. */
const farBeyond = 10;

/** Whether there are no more series than what is watched needs, and no person or secret in them. */
export function judgeHygiene(found: Found): Piece {
  const labels = found('label');
  const [cardinality] = found('cardinality');
  const troubles = found('trouble');
  const names = found('name');
  const noLabels = labels.length === 0 ? (troubleOf(troubles, 'labels') ?? 'there are no labels') : null;
  const unread = labels
    .filter(({ unread: is }) => is)
    .map(({ name }) => `the values of ${name} were too many to be looked at`);
  const many = (factor: number) =>
    labels.filter(({ name, values, limit }) => !fewAtATime.has(name) && values > factor * limit);
  const large = (factor: number) =>
    cardinality?.metrics.filter(({ series }) => series > factor * cardinality.limit) ?? [];
  const metricWords = ({ name, series }: { name: string; series: number }) => `${name} has ${series} series`;
  const labelWords = ({ name, values }: { name: string; values: number }) => `label ${name} has ${values} values`;
  const misleading = names.filter(({ words }) => /at another$/.test(words));
  return {
    figures: [
      {
        name: 'Series',
        value: cardinality?.series === null ? 'not known' : String(cardinality?.series ?? 'not known'),
      },
    ],
    checks: [
      checkOfMany('personal', 'Labels hold no person and no secret', {
        wrong: labels.flatMap(({ name, emails, tokens }) => [
          ...(emails > 0 ? [`label ${name} holds ${plural(emails, 'e-mail address', 'e-mail addresses')}`] : []),
          ...(tokens > 0 ? [`label ${name} holds ${plural(tokens, 'token')}`] : []),
        ]),
        ...{ open: unread, none: noLabels, fine: `in the values of ${plural(labels.length, 'label')}` },
      }),
      checkOfMany('unbounded', 'Labels do not grow with users or requests', {
        wrong: labels
          .filter((one) => isUnbounded(one.name, one))
          .map(
            ({ name, ids, values }) =>
              `${ids} of the ${values} values of label ${name} are ids: each makes series of its own`,
          ),
        ...{ open: unread, none: noLabels, fine: `in the values of ${plural(labels.length, 'label')}` },
      }),
      checkOfMany('cardinality', 'There are no more series than are needed', {
        wrong: [...large(farBeyond).map(metricWords), ...many(farBeyond).map(labelWords)],
        open: [...large(1).map(metricWords), ...many(1).map(labelWords)],
        none: cardinality === undefined ? (troubleOf(troubles, 'cardinality') ?? 'it was not asked') : null,
        fine: `${cardinality?.series ?? 'not known how many'} series; the most of one metric are ${cardinality?.metrics[0]?.series ?? 0} of ${cardinality?.metrics[0]?.name ?? 'none'}`,
      }),
      checkOfMany('names', 'Names do not mislead', {
        wrong: [],
        open: misleading.map(({ metric, words }) => `\`${metric}\` ${words}`),
        none: troubleOf(troubles, 'types of metrics') ?? null,
        fine: `by their types; ${plural(names.length, 'name')} differ from the conventions, which breaks nothing`,
      }),
    ],
    tables:
      names.length === 0
        ? []
        : [
            {
              title: 'Names that differ from the conventions',
              head: ['Metric', 'How'],
              rows: names.slice(0, 100).map(({ metric, words }) => [metric, words]),
              figures: 0,
            },
          ],
  };
}

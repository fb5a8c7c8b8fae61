import { describe, expect, it } from 'vitest';
import { feedbackResult, satisfaction } from '../../../../src/domains/uat/feedback/result.ts';
import { metrics } from '../../../../src/domains/uat/judging/metrics.ts';
import { acceptanceObjectives, satisfactionObjective } from '../../../../src/domains/uat/judging/objectives.ts';
import { judgeAll } from '../../../../src/gate/judge.ts';
import type { Metric } from '../../../../src/gate/metric.ts';
import { Metrics } from '../../../../src/gate/metrics.ts';
import type { FeedbackAnswer } from '../../../../src/model/feedback.ts';
import type { RunFacts } from '../../../../src/model/run-facts.ts';
import { seeded } from '../../../random.ts';

const answers = (scores: readonly number[], role = 'customer', comment = ''): FeedbackAnswer[] =>
  scores.map((score, i) => ({ role, score, comment, scenario: null, date: `2026-11-${10 + (i % 20)}` }));
const judged = (scores: readonly number[]) => {
  const feedback = feedbackResult(answers(scores), '1-5', 0);
  const evidence = { invalidShare: 0, maxInvalidShare: 0, facts: {} as RunFacts };
  const [found] = judgeAll(
    [satisfactionObjective],
    new Metrics(metrics as readonly Metric[]),
    (objective) => satisfaction(feedback, objective),
    evidence,
  );
  return found;
};
const many = (count: number, score: number) => Array.from({ length: count }, () => score);

describe('satisfaction', () => {
  it('is reported by role, with an interval that few answers leave wide', () => {
    const { all, roles, satisfied, promoters, scores } = feedbackResult(
      [...answers([5, 5, 4]), ...answers([1], 'clerk')],
      '1-5',
      0,
    );
    expect(all).toMatchObject({ answers: 4, mean: 3.75 });
    expect(roles.map(({ role, mean }) => [role, mean])).toEqual([
      ['customer', 4.6667],
      ['clerk', 1],
    ]);
    expect(roles[1]?.interval?.low).toBe(1);
    expect(roles[1]?.interval?.high).toBeGreaterThan(4.5);
    expect(satisfied?.percent).toBe(75);
    expect(promoters).toBeNull();
    expect(scores).toEqual([1, 0, 0, 1, 2]);
  });

  it('on 0 to 10 has promoters less detractors', () => {
    const { promoters, satisfied } = feedbackResult(answers([10, 9, 9, 8, 7, 6, 0]), '0-10', 0);
    expect(promoters?.score).toBeCloseTo(14.2857, 3);
    expect(promoters?.interval?.low).toBeLessThan(-30);
    expect(promoters?.interval?.high).toBeGreaterThan(50);
    expect(satisfied).toBeNull();
  });

  it('passes, fails, and is inconclusive where the answers do not decide', () => {
    expect(judged(many(200, 5))?.verdict).toBe('pass');
    expect(judged(many(200, 2))?.verdict).toBe('fail');
    expect(judged(many(5, 5))?.verdict).toBe('inconclusive');
    expect(judged([5, 4, 5, 3, 4, 5, 5, 4])?.verdict).toBe('inconclusive');
    expect(judged(many(3, 1))?.verdict).toBe('inconclusive');
    expect(judged([])).toMatchObject({ verdict: 'inconclusive', reason: 'Not measured: nobody has given feedback.' });
  });

  it('is judged beside the counts of a run as it is alone: none of them fails by chance', () => {
    const table = new Metrics(metrics as readonly Metric[]);
    const evidence = { invalidShare: 0, maxInvalidShare: 0, facts: {} as RunFacts };
    const verdicts = (beside: typeof acceptanceObjectives) =>
      Array.from({ length: 36 }, (_, i) => {
        const feedback = feedbackResult(answers(many(i + 5, 3)), '1-5', 0);
        const found = judgeAll(
          [...beside, satisfactionObjective],
          table,
          (objective) =>
            objective.metric === 'satisfaction' ? satisfaction(feedback, objective) : { value: 0, samples: 1 },
          evidence,
        );
        return found.find(({ objective }) => objective.id === 'satisfaction')?.verdict;
      });
    const alone = verdicts([]);
    expect(new Set(alone)).toEqual(new Set(['inconclusive', 'fail']));
    expect(verdicts(acceptanceObjectives)).toEqual(alone);
  });

  it('is shown with its interval and how many answered', () => {
    const found = judged(many(200, 2));
    expect(found).toMatchObject({ verdict: 'fail', value: 2, samples: 200 });
    expect(found?.words?.observed).toMatch(/^2\.00 \(.*\) of 200 answers$/);
    expect(found?.words?.wanted).toBe('mean of at least 4 on 1 to 5');
    expect(found?.reason).not.toBe('');
  });

  it('has an interval that holds the mean of whoever answers, more often than it says', () => {
    const random = seeded(11);
    // Most are content, some are not at all: what scatters most.
    const draw = () => (random() < 0.8 ? 5 : random() < 0.5 ? 1 : 3);
    const mean = 0.8 * 5 + 0.1 * 1 + 0.1 * 3;
    let held = 0;
    for (let i = 0; i < 400; i++) {
      const { interval } = feedbackResult(answers(Array.from({ length: 12 }, draw)), '1-5', 0).all;
      if (interval !== null && interval.low <= mean && mean <= interval.high) held++;
    }
    expect(held).toBeGreaterThanOrEqual(380);
  });

  it('keeps the newest comments, and says how many it left out', () => {
    const { comments, commentsLeftOut } = feedbackResult(answers(many(70, 3), 'a', 'words'), '1-5', 0);
    expect([comments.length, commentsLeftOut]).toEqual([50, 20]);
    expect(comments[0]?.date).toBe('2026-11-29');
  });
});

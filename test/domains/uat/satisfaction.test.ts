import { describe, expect, it } from 'vitest';
import { feedbackCriterion, feedbackResult, satisfactionObjective } from '../../../src/domains/uat/satisfaction.ts';
import type { FeedbackAnswer } from '../../../src/model/feedback.ts';
import { seeded } from '../../random.ts';

const answers = (scores: readonly number[], role = 'customer', comment = ''): FeedbackAnswer[] =>
  scores.map((score, i) => ({ role, score, comment, scenario: null, date: `2026-11-${10 + (i % 20)}` }));
const judged = (scores: readonly number[]) => feedbackResult(answers(scores), '1-5', 0, satisfactionObjective);
const many = (count: number, score: number) => Array.from({ length: count }, () => score);

describe('satisfaction', () => {
  it('is told by role, with an interval that few answers leave wide', () => {
    const { all, roles, satisfied, promoters, scores } = feedbackResult(
      [...answers([5, 5, 4]), ...answers([1], 'clerk')],
      '1-5',
      0,
      null,
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
    const { promoters, satisfied } = feedbackResult(answers([10, 9, 9, 8, 7, 6, 0]), '0-10', 0, null);
    expect(promoters?.score).toBeCloseTo(14.2857, 3);
    expect(promoters?.interval?.low).toBeLessThan(-30);
    expect(promoters?.interval?.high).toBeGreaterThan(50);
    expect(satisfied).toBeNull();
  });

  it('passes, fails, and is inconclusive where the answers do not decide', () => {
    expect(judged(many(200, 5)).objective?.verdict).toBe('pass');
    expect(judged(many(200, 2)).objective?.verdict).toBe('fail');
    expect(judged(many(5, 5)).objective?.verdict).toBe('inconclusive');
    expect(judged([5, 4, 5, 3, 4, 5, 5, 4]).objective?.verdict).toBe('inconclusive');
    expect(judged(many(3, 1)).objective?.verdict).toBe('inconclusive');
    expect(judged([]).objective).toMatchObject({ verdict: 'inconclusive' });
  });

  it('is a criterion only where an objective was set', () => {
    expect(feedbackCriterion(feedbackResult(answers([5]), '1-5', 0, null))).toEqual([]);
    const [criterion] = feedbackCriterion(judged(many(200, 2)));
    expect(criterion).toMatchObject({ id: 'feedback', requirement: 'U6', verdict: 'fail' });
    expect(criterion?.observed).toMatch(/^2\.00 \(.*\) of 200 answers$/);
    expect(criterion?.reason).not.toBe('');
  });

  it('has an interval that holds the mean of whoever answers, more often than it says', () => {
    const random = seeded(11);
    // Most are content, some are not at all: what scatters most.
    const draw = () => (random() < 0.8 ? 5 : random() < 0.5 ? 1 : 3);
    const mean = 0.8 * 5 + 0.1 * 1 + 0.1 * 3;
    let held = 0;
    for (let i = 0; i < 400; i++) {
      const { interval } = feedbackResult(answers(Array.from({ length: 12 }, draw)), '1-5', 0, null).all;
      if (interval !== null && interval.low <= mean && mean <= interval.high) held++;
    }
    expect(held).toBeGreaterThanOrEqual(380);
  });

  it('keeps the newest comments, and says how many it left out', () => {
    const { comments, commentsLeftOut } = feedbackResult(answers(many(70, 3), 'a', 'words'), '1-5', 0, null);
    expect([comments.length, commentsLeftOut]).toEqual([50, 20]);
    expect(comments[0]?.date).toBe('2026-11-29');
  });
});

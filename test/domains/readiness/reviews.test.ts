import { describe, expect, it } from 'vitest';
import {
  type PullRequestReview,
  type ReviewedRequest,
  reviewDecisions,
} from '../../../src/domains/readiness/reviews.ts';

const commit = 'a'.repeat(40);
const review = (person: string, more: Partial<PullRequestReview> = {}): PullRequestReview => ({
  ...{ person, isBot: false, state: 'approved', commit, at: '2026-11-20T12:00:00Z' },
  ...more,
});
const decided = (reviews: PullRequestReview[], more: Partial<ReviewedRequest> = {}) =>
  reviewDecisions({
    ...{ reviews, commit, postedAt: '2026-11-20T11:00:00Z', authors: ['ann'], committers: ['web-flow'], actor: 'cy' },
    ...more,
  });

describe('reviews of a pull request', () => {
  it('count: the latest of each person', () => {
    const all = decided([
      review('Bob', { state: 'changes_requested', at: '2026-11-20T11:30:00Z' }),
      review('bob', { at: '2026-11-20T12:30:00Z' }),
      review('dora', { state: 'changes_requested' }),
    ]);
    expect(all).toEqual([
      { person: 'bob', decision: 'accept', at: '2026-11-20T12:30:00Z', why: null },
      { person: 'dora', decision: 'reject', at: '2026-11-20T12:00:00Z', why: null },
    ]);
  });

  it('are not taken back by a comment, and are by a dismissal', () => {
    const later = { at: '2026-11-20T13:00:00Z' };
    expect(decided([review('bob'), review('bob', { state: 'commented', ...later })])[0]?.decision).toBe('accept');
    expect(decided([review('bob'), review('bob', { state: 'dismissed', ...later })])).toEqual([]);
  });

  it.each<[string, PullRequestReview, Partial<ReviewedRequest>, RegExp]>([
    ['of the author', review('Ann'), {}, /wrote the candidate/],
    ['of a committer', review('web-flow'), {}, /wrote the candidate/],
    ['of who started the run', review('cy'), {}, /started the run/],
    ['of a program', review('bot', { isBot: true }), {}, /program/],
    ['of an old commit', review('bob', { commit: 'b'.repeat(40) }), {}, /another commit, bbbb/],
    ['of a commit that nobody knows', review('bob'), { commit: 'main' }, /not known/],
    ['from before the report', review('bob', { at: '2026-11-20T10:59:59Z' }), {}, /before the report was posted/],
    ['without a report', review('bob'), { postedAt: null }, /not posted/],
    ['with a time that is none', review('bob', { at: 'yesterday' }), {}, /no date/],
    ['with a report of no time', review('bob'), { postedAt: 'soon' }, /before the report was posted/],
  ])('count for nothing: %s', (_, one, more, why) => {
    expect(decided([one], more)[0]?.why).toMatch(why);
  });

  it('that ask for changes are heard of anyone', () => {
    expect(decided([review('ann', { state: 'changes_requested', commit: 'b'.repeat(40) })])[0]?.why).toBe(null);
  });
});

/** For approvals that are imported from GitHub: how it is asked, what it says of a pull request's reviews and of an environment's approvals, and since when the evidence is posted there. */
export { githubClient } from './github/api.ts';
export { environmentApprovalsOf, type GithubReviews, postedSince, reviewsOf } from './github/reviews.ts';
/** What a report says is done, and what it would say now: whoever approved the one has not decided on the other. */
export { planNow } from './plan/work.ts';

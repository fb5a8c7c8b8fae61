/** For approvals that are imported from GitHub: how it is asked, and what it says of a pull request's reviews and of an environment's approvals. */
export { githubClient } from './github/api.ts';
export {
  environmentApprovalsOf,
  type GithubReviews,
  postedSince,
  reviewsOf,
} from './github/reviews.ts';

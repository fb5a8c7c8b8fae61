/** One review of a pull request, as its host reports it. */
export interface PullRequestReview {
  /** Login. */
  readonly person: string;
  readonly isBot: boolean;
  readonly state: 'approved' | 'changes_requested' | 'commented' | 'dismissed' | 'pending';
  /** Full id of the commit that was looked at. */
  readonly commit: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What reviews are held against. */
export interface ReviewedRequest {
  readonly reviews: readonly PullRequestReview[];
  /** Full id of the candidate's commit. */
  readonly commit: string;
  /** When the report was posted there; null: it was not. */
  readonly postedAt: string | null;
  /** Logins of who wrote and committed it, and of who started the run: their word on their own work is none. */
  readonly authors: readonly string[];
  readonly committers: readonly string[];
  readonly actor: string | null;
  /** What the pull request has now; absent: not asked. */
  readonly headCommit?: string;
  /** Commits of which nobody knows who wrote them: it may be whoever approves. */
  readonly unknownCommits?: readonly string[];
}

/** What one person decided there. */
export interface ReviewDecision {
  readonly person: string;
  readonly decision: 'accept' | 'reject';
  readonly at: string;
  /** Why it counts for nothing, a few words; null: it counts. */
  readonly why: string | null;
}

/** The latest decision of each person. A comment takes back nothing; a review that was dismissed is none. */
export function reviewDecisions(request: ReviewedRequest): ReviewDecision[] {
  const latest = new Map<string, PullRequestReview>();
  const inOrder = [...request.reviews].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  for (const review of inOrder) {
    if (review.state === 'commented' || review.state === 'pending') continue;
    latest.set(review.person.toLowerCase(), review);
  }
  return [...latest.values()]
    .filter(({ state }) => state !== 'dismissed')
    .map((review) => ({
      ...{ person: review.person, at: review.at },
      decision: review.state === 'approved' ? 'accept' : 'reject',
      why: refused(review, request),
    }));
}

function refused(
  { person, isBot, commit, at, state }: PullRequestReview,
  { commit: wanted, postedAt, authors, committers, actor, headCommit, unknownCommits = [] }: ReviewedRequest,
): string | null {
  const is = (name: string) => name.toLowerCase() === person.toLowerCase();
  const atMs = Date.parse(at);
  if (Number.isNaN(atMs)) return 'it has no date';
  // A rejection stands, whoever it is of.
  if (state === 'changes_requested') return null;
  if (isBot) return 'it is a program’s';
  if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(wanted)) return 'the candidate’s commit is not known';
  if (commit !== wanted) return `it is of another commit, ${commit.slice(0, 12)}`;
  if (headCommit !== undefined && headCommit !== wanted)
    return `the pull request has another commit now, ${headCommit.slice(0, 12)}`;
  const [unknown] = unknownCommits;
  if (unknown !== undefined) return `nobody knows who wrote ${unknown.slice(0, 12)}`;
  if (postedAt === null) return 'the report was not posted there';
  if (!(atMs >= Date.parse(postedAt))) return 'it is from before the report was posted';
  if (authors.some(is) || committers.some(is)) return 'the person wrote the candidate';
  return actor !== null && is(actor) ? 'the person started the run' : null;
}

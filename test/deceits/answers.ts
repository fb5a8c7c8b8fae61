import type { FirstSeen } from '../../src/model/answers.ts';
import type { JournalData } from '../../src/model/event.ts';
import { type Deceit, figures, short, shortMs, usual } from './made.ts';

const alike = () => ({});
const ofFirst = (first: object) => (route: number) => (route === 0 ? first : {});
const honest = { ...short, answers: alike };

/** What was seen of the first answers of each route, beside what is watched. */
const firstSeen = (seen: Partial<FirstSeen>): JournalData[] => [
  { type: 'shakedown.answers.learned', data: { routes: [], signs: [], redirects: [], ...seen } },
  ...figures(shortMs, usual),
];
const signs = (problems: number, logins: number) =>
  firstSeen({ signs: [0, 1].map((route) => ({ route, bodies: 60, problems, logins })) });
/** A log that has no bodies and no types. */
const bare = { ...short, answers: () => ({ isKnown: false }) };
const sizes = (got: (route: number) => number) => ({
  ...short,
  routes: ['GET /', 'GET /products', 'GET /cart'],
  answers: (route: number) => ({
    ...{ kind: 'sizes' as const, bodies: 0 },
    bytes: { recorded: [120, 400, 700][route] ?? 0, got: got(route) },
  }),
});
const redirected = (to: [string, number][]) => ({
  ...{ ...short, answers: () => ({ redirects: ['/orders/*', '/'] }) },
  more: firstSeen({ redirects: [{ route: 1, to }] }),
});

const noWrites = {
  recorded: { kept: 153_660, requests: 171_880, ratePerSecond: 1200, requestsAtOnce: 3, dispersion: null },
};
/** A tenth of the traffic is refused, all of it on a route whose requests come after a write that was left out. */
const refused = (status: number, afterLeftOut: number) => ({
  ...{ ...short, ...noWrites, shares: [0.9, 0.1], failingRoute: 1, fidelity: { statusParity: 0.9 } },
  failures: () => ({ kind: 'http', status, count: 600, message: `status ${status}, recorded 200` }) as const,
  answers: (route: number) => (route === 1 ? { statuses: [[status, 1]] as [number, number][], afterLeftOut } : {}),
});

/** What is answered with a good status, and is not what was recorded. */
export const ofAnswers: Deceit[] = [
  {
    what: 'an error with status 200 on every route',
    made: { ...short, answers: () => ({ otherShape: 1 }) },
    verdict: 'fail',
    because: /^240,000 of 240,000 answers of GET \/ had another content.* and so it is with 1 more/,
    // Other ids, lengths, optional keys and texts have the same shape; a page may be larger.
    control: { ...short, answers: () => ({ bytes: { recorded: 5000, got: 6000 } }) },
  },
  {
    what: 'a login form with status 200 on one route in a thousand answers',
    made: { ...short, shares: [0.999, 0.001], answers: (route) => ({ otherShape: route === 1 ? 1 : 0 }) },
    verdict: 'fail',
    because: /^360 of 360 answers of GET \/products had another content/,
    // One of them has another, as a sample of recorded bodies leaves room for.
    control: { ...short, shares: [0.999, 0.001], answers: (route) => ({ otherShape: route === 1 ? 0.003 : 0 }) },
  },
  {
    what: 'empty answers with status 200',
    made: { ...short, answers: ofFirst({ emptied: 1 }) },
    verdict: 'fail',
    because: /^240,000 of 240,000 answers of GET \/ were empty/,
    control: honest,
  },
  {
    what: 'another content type',
    made: { ...short, answers: ofFirst({ otherType: 0.1, example: 'content type html, recorded json' }) },
    verdict: 'fail',
    because: /^24,000 of 240,000 answers of GET \/ had another content type \(content type html, recorded json\)/,
    control: honest,
  },
  {
    what: 'answers packed so that nobody can read them',
    made: { ...short, answers: ofFirst({ otherShape: 1, example: 'a body that is not the gzip it says it is' }) },
    verdict: 'fail',
    because: /^240,000 of 240,000 answers of GET \/ had another content \(a body that is not the gzip it says it is\)/,
    control: honest,
  },
  {
    what: 'answers that could not be read',
    made: { ...short, answers: ofFirst({ unread: 1, example: 'content encoding x-own' }) },
    verdict: 'inconclusive',
    because: /240,000 answers of GET \/ could not be read \(content encoding x-own\)/,
    // Enough others were.
    control: { ...short, answers: ofFirst({ unread: 0.5 }) },
  },
  {
    what: 'answers that lack a key',
    made: { ...short, answers: ofFirst({ changed: 1 }) },
    verdict: 'inconclusive',
    because: /answers changed and need a review: 240,000 of 240,000 answers of GET \/ lack something/,
    control: honest,
  },
  {
    what: 'a few bytes for each page of a recording without bodies',
    made: { ...short, answers: () => ({ bodies: 0, bytes: { recorded: 5000, got: 22 } }) },
    verdict: 'inconclusive',
    because: /are of 2\d bytes at the median, the recorded ones of 5 kB/,
    // Compressed in the recording, and not now.
    control: { ...short, answers: () => ({ bodies: 0, bytes: { recorded: 1500, got: 9000 } }) },
  },
  {
    what: 'answers that nobody counted',
    made: { ...short, answers: alike, areAnswersLost: true },
    verdict: 'inconclusive',
    because: /what was answered is on no record/,
    control: honest,
  },
  {
    what: 'redirections on all of a route that is one answer in a hundred',
    made: {
      ...short,
      shares: [0.99, 0.01],
      failingRoute: 1,
      failures: () => ({ kind: 'http', status: 302, count: 60, message: 'status 302, recorded 200' }),
      answers: (route) => (route === 1 ? { statuses: [[302, 1]] } : {}),
    },
    verdict: 'fail',
    because: /status 302, recorded 200, of GET \/products/,
    // From a cache.
    control: { ...short, shares: [0.99, 0.01], answers: (route) => (route === 1 ? { statuses: [[304, 1]] } : {}) },
  },
  {
    what: 'an error with status 200 on every route, in a first run with a bare log',
    made: { ...bare, more: signs(60, 0) },
    verdict: 'inconclusive',
    because:
      /^Nothing failed, but answers need a review: 60 of 60 answers of GET \/ with 2xx that were looked at report an error, and so it is with 1 more; neither the recording nor a baseline says/,
    // One in thirty is an answer too.
    control: { ...bare, more: signs(2, 0) },
  },
  {
    what: 'a login form with status 200 on every route, in a first run with a bare log',
    made: { ...bare, more: signs(0, 60) },
    verdict: 'inconclusive',
    because: /answers need a review: 60 of 60 answers of GET \/ with 2xx that were looked at ask for a login/,
    control: { ...bare, routes: ['GET /login', 'GET /account'], more: signs(0, 60) },
  },
  {
    what: 'one small answer in the place of all others, by the sizes of a bare log',
    made: sizes(() => 100),
    verdict: 'inconclusive',
    because:
      /all 3 routes whose sizes are known answer with about \d+ bytes, and the recorded answers have 120 bytes to 700 bytes/,
    control: sizes((route) => [120, 400, 700][route] ?? 0),
  },
  {
    what: 'redirects to a login where the recorded ones lead to orders',
    made: redirected([['/login', 60]]),
    verdict: 'inconclusive',
    because:
      /answers changed and need a review: 60 of 60 answers of GET \/products with a redirect lead to \/login, the recorded ones to \/orders\/\* and \//,
    control: redirected([
      ['/orders/*', 40],
      ['/', 20],
    ]),
  },
  {
    what: 'sessions whose login was left out, and that are refused for it',
    made: refused(401, 0.1),
    verdict: 'inconclusive',
    because:
      /^Nothing failed, but 36,000 requests were refused or redirected, by GET \/products, after a write of their session that was left out: a login, perhaps\. No writes were sent: POST and the like, 11 % of production\.$/,
    control: { ...short, ...noWrites, answers: () => ({ afterLeftOut: 0.1 }) },
  },
  {
    what: 'sessions whose login was left out, and that are sent to a form for it',
    made: refused(302, 0.1),
    verdict: 'inconclusive',
    because: /^Nothing failed, but 36,000 requests were refused or redirected/,
  },
  {
    what: 'a build that refuses more than what comes after a login that was left out',
    made: refused(403, 0.05),
    verdict: 'fail',
    because: /^Error rate is 10 % against 0\.1 %: status 403/,
  },
  {
    what: 'a route that is not there, after a write that was left out',
    made: refused(404, 0.1),
    verdict: 'fail',
    because: /^Error rate is 10 % against 0\.1 %: status 404/,
  },
  {
    what: 'answers that are cut off',
    made: { ...short, failures: () => ({ kind: 'truncated', status: 0, count: 30, message: 'unexpected EOF' }) },
    verdict: 'fail',
    because: /answer cut off of GET \//,
    control: short,
  },
];

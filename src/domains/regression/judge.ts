import { grouped, list } from '../../gate/words.ts';
import { plural } from '../../report-kit/format.ts';
import { type Check, check, type Judged, type Recorded } from '../part.ts';
import { type JudgedField, judgeFields } from './compare/findings.ts';
import { type Differences, differencesOf, matches } from './differences.ts';
import {
  type ArmsEvidence,
  type ComparedEvidence,
  type Evidence,
  streamWords,
  type TimesEvidence,
} from './evidence.ts';
import { judgeTimes } from './judge-times.ts';
import { coverageOf, figuresOf, tablesOf } from './shown.ts';
import { differenceWords } from './words.ts';

const checksAtMost = 40;
const routesAtMost = 8;
const expectedTitle = 'What is meant to differ does';

/** What a comparison of answers shows. */
export function judge(pieces: readonly Recorded<Evidence>[]): Judged {
  const all = pieces.map(({ data }) => data);
  const arms = all.find((data) => data.kind === 'arms');
  const compared = all.findLast((data) => data.kind === 'compared');
  if (arms === undefined || compared === undefined || compared.requests === 0) {
    const reason = 'No answers were compared.';
    return { checks: [check('answers', 'Answers are as before', 'inconclusive', reason)], figures: [] };
  }
  const judged = judgeFields(compared.fields, arms.falseAlarms);
  const differences = differencesOf(judged, arms.expected);
  const times = judgeTimes(
    all.filter((data): data is TimesEvidence => data.kind === 'times'),
    arms.marginPercent,
    (subject) =>
      arms.expected.some(
        (one) =>
          !one.expired &&
          one.path.startsWith('response time') &&
          matches(one.route, subject === 'all requests' ? '*' : subject),
      ),
  );
  return {
    checks: [
      ...goneChecks(all),
      ...answerChecks(differences, judged, compared),
      ...openChecks(differences, compared),
      ...declaredChecks(differences, arms),
      ...times.checks,
      ...sameChecks(arms, all),
    ],
    figures: figuresOf(arms, compared, judged, differences),
    tables: tablesOf(differences, judged, times.rows),
    coverage: coverageOf(arms, compared, judged, times.compared),
  };
}

function* goneChecks(all: readonly Evidence[]): Generator<Check> {
  const gone = all.flatMap((data) => (data.kind === 'gone' ? [data] : []));
  const title = 'All versions answer to the end';
  const others = gone.filter(({ arm }) => arm !== 'candidate');
  const candidate = gone.find(({ arm }) => arm === 'candidate');
  for (const { arm, route, error, answered } of others)
    yield check(
      `gone-${arm}`,
      title,
      'inconclusive',
      `The current version (arm ${arm}) answered no more after ${grouped(answered)} requests, last asked for ${route}: ${error}. What comes after is not compared.`,
    );
  if (candidate === undefined) {
    if (others.length === 0)
      yield check('gone', title, 'pass', 'All three arms answered every request, or said why not.');
    return;
  }
  const { route, error, answered } = candidate;
  const words = `The candidate answered no more after ${grouped(answered)} requests, last asked for ${route}: ${error}.`;
  yield others.length > 0
    ? check('gone-candidate', title, 'inconclusive', `${words} So did the current version.`)
    : check('gone-candidate', title, 'fail', `${words} The current version went on answering the same requests.`);
}

function* answerChecks(
  { undeclared, declared }: Differences,
  judged: readonly JudgedField[],
  compared: ComparedEvidence,
): Generator<Check> {
  for (const one of undeclared.slice(0, checksAtMost))
    yield check(
      `differs-${one.path}-${one.routes[0] ?? 'all'}`,
      `${one.path} is as before`,
      'fail',
      differenceWords(one),
    );
  if (undeclared.length > checksAtMost)
    yield check(
      'differs-more',
      'Everything else is as before',
      'fail',
      `${plural(undeclared.length - checksAtMost, 'more field')} differ: they stand in fields.json.`,
    );
  if (undeclared.length > 0) return;
  const noisy = judged.filter(({ standing, field }) => standing === 'noise' && field.route !== '*').length;
  const fields = compared.same.reduce((sum, one) => sum + one.fields, 0);
  const rest = declared.length === 0 ? '' : `, ${declared.length} as declared`;
  const words = `${plural(compared.requests, 'request')} in ${plural(compared.sessions, 'session')}: ${plural(fields, 'field')} the same${rest}; ${plural(noisy, 'field')} no more different than the current version is from itself.`;
  if (fields === 0)
    yield check(
      'answers',
      'Answers are as before',
      'inconclusive',
      'No field was the same in all arms: they were hardly asked the same.',
    );
  else yield check('answers', 'Answers are as before', 'pass', words);
}

function* openChecks({ open }: Differences, compared: ComparedEvidence): Generator<Check> {
  const title = 'Every difference can be judged';
  if (open.length > 0) {
    const named = open.slice(0, routesAtMost).map(({ path, routes }) => `${path} of ${routes[0] ?? 'all routes'}`);
    const more = open.length > routesAtMost ? ` and ${open.length - routesAtMost} more` : '';
    yield check(
      'too-few',
      title,
      'inconclusive',
      `Cannot judge, as too few sessions show it: ${named.join('; ')}${more}. Raise regression.sessionsPerRoute, or use a longer recording.`,
    );
  }
  if (compared.fieldsLeftOut > 0)
    yield check(
      'too-many',
      title,
      'inconclusive',
      `${plural(compared.fieldsLeftOut, 'field')} that differ are past the bound and not judged.`,
    );
  const cut = compared.cut.filter(({ why }) => why !== streamWords);
  if (cut.length > 0)
    yield check(
      'cut',
      'Every answer is compared as a whole',
      'inconclusive',
      `Compared in part only: ${cut
        .slice(0, routesAtMost)
        .map(({ route, why, answers }) => `${plural(answers, 'answer')} of ${route}, as ${why}`)
        .join(
          '; ',
        )}. Raise regression.bytesAtMost or timeoutMs where they say so, or leave the route out of the replay.`,
    );
  const { refused = [] } = compared;
  if (refused.length > 0)
    yield check(
      'refused',
      'What succeeded in the recording is compared as a success',
      'inconclusive',
      `No version answered a request of these with success, so only refusals were compared: ${refused
        .slice(0, routesAtMost)
        .map(({ route, status }) => `${route} (${status})`)
        .join(', ')}${refused.length > routesAtMost ? ` and ${refused.length - routesAtMost} more` : ''}.`,
    );
  const unsent = compared.unsent.filter(({ arm }) => arm !== 'candidate');
  if (unsent.length > 0) {
    const [first] = unsent;
    yield check(
      'unsent',
      'Every request can be sent',
      'inconclusive',
      `${plural(
        unsent.reduce((sum, { requests }) => sum + requests, 0),
        'request',
      )} to the current version could not be sent, for want of a value of an earlier answer: ${first?.route} first.`,
    );
  }
  const logins = Math.min(...compared.failedLogins);
  if (logins > 0)
    yield check(
      'logins',
      'Sessions are logged in',
      'inconclusive',
      `${plural(logins, 'request')} of logins did not succeed in any arm: what is behind them was compared for a stranger.`,
    );
  if (compared.sessions < compared.sessionsWanted)
    yield check(
      'sessions',
      'All sessions are replayed',
      'inconclusive',
      `${compared.sessions} of ${compared.sessionsWanted} were.`,
    );
}

function* declaredChecks({ declared, undeclared, unused }: Differences, { expected }: ArmsEvidence): Generator<Check> {
  if (expected.length === 0) return;
  const expired = undeclared.filter((one) => one.declared !== null);
  if (unused.length > 0)
    yield check(
      'unused',
      expectedTitle,
      'inconclusive',
      `Declared, and not seen: ${unused
        .slice(0, routesAtMost)
        .map(({ route, path }) => `${path} of ${route}`)
        .join('; ')}. The change is not in the candidate, or no session shows it: correct regression.expected.`,
    );
  else if (expired.length === 0)
    yield check('declared', expectedTitle, 'pass', `${plural(declared.length, 'difference')} as declared.`);
}

function* sameChecks(arms: ArmsEvidence, all: readonly Evidence[]): Generator<Check> {
  const after = all.find((data) => data.kind === 'after');
  const same = 'Every arm stayed the same build';
  const digests = (artifacts: ArmsEvidence['arms'][number]['artifacts']) =>
    artifacts === null
      ? null
      : artifacts
          .map(({ name, digest }) => `${name} ${digest}`)
          .sort()
          .join('\n');
  const before = arms.arms.map(({ artifacts }) => digests(artifacts));
  const silent = arms.arms.filter((_, i) => before[i] === null).map(({ id }) => id);
  const changed = arms.arms
    .filter((_, i) => after !== undefined && before[i] !== digests(after.artifacts[i] ?? null))
    .map(({ id }) => id);
  if (changed.length > 0)
    yield check(
      'same',
      same,
      'inconclusive',
      `The arm ${list(changed)} changed during the comparison: what was found is of no one build.`,
    );
  else if (silent.length > 0)
    yield check(
      'same',
      same,
      'inconclusive',
      `The arm ${list(silent)} does not say what it is made of. Set target.artifactPath.`,
    );
  else if (after === undefined) yield check('same', same, 'inconclusive', 'The arms were not asked again at the end.');
  else yield check('same', same, 'pass', 'Their digests at the end are those of the beginning.');
  const [current, again, candidate] = before;
  if (current === null || again === null || candidate === null) return;
  if (current !== again)
    yield check(
      'alike',
      'The current version is one build',
      'inconclusive',
      'Its two arms are different builds, so what they differ in is no noise.',
    );
  if (current === candidate)
    yield check(
      'two-versions',
      'Two versions are compared',
      'inconclusive',
      'The candidate is the same build as the current version, by its digest: this says nothing of a change.',
    );
}

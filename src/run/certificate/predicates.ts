import type { Results } from '../../model/results.ts';
import { shortened } from '../../report-kit/text.ts';
import type { ReleasePredicate, Subject, TestResult, VerificationSummary } from '../../signing/statement.ts';

const longestWords = 4000;
const mostNotShown = 2000;
const brief = (text: string) => shortened(text, longestWords);

/** What is certified: the artifacts by their digests, as the running target named them. */
export function subjectsOf({ candidate: { artifacts } }: Results): Subject[] {
  const probed = artifacts.filter(({ source }) => source === 'probed');
  const unique = new Map(probed.map(({ name, digest }) => [`${digest} ${name}`, { name, digest }]));
  return [...unique.values()].map(({ name, digest }) => ({ name, digest: { sha256: digest.replace(/^sha256:/, '') } }));
}

export interface Issuing {
  results: Results;
  /** Of `results.json` as it was written for this. */
  resultsSha256: string;
  policy: NonNullable<Results['policy']> & { sha256: string };
  version: string;
  issued: string;
  expires: string;
  restsOn: ReleasePredicate['evidence']['restsOn'];
  supersedes: ReleasePredicate['supersedes'];
}

/** Our own predicate. */
export function releaseOf(of: Issuing): ReleasePredicate {
  const { results, resultsSha256, policy, version, issued, expires, restsOn, supersedes } = of;
  const { run, candidate, evidence } = results;
  return {
    word: 'READY',
    sentence: brief(results.sentence),
    candidate: { name: candidate.name, version: candidate.version, baselineVersion: candidate.baselineVersion },
    environment: { name: results.environment.name },
    policy: { name: policy.name, title: brief(policy.title), sha256: policy.sha256, gates: [...policy.gates] },
    run: {
      id: run.id,
      command: brief(run.command),
      attempt: run.attempt,
      startedAt: run.startedAt,
      endedAt: run.endedAt ?? '',
    },
    judgedBy: { name: 'shakedown', version },
    gates: results.gates.map(({ id, title, verdict, score, summary }) => ({
      ...{ id, title: brief(title), verdict, score },
      summary: brief(summary),
    })),
    measurements: results.objectives.map(({ objective, subject, verdict, value, interval, samples }) => ({
      ...{ objective: objective.id, title: brief(subject), gate: objective.gate, verdict, value },
      interval: interval === null ? null : { low: interval.low, high: interval.high, confidence: interval.confidence },
      ...{ comparison: objective.comparison, target: objective.target, unit: objective.unit, samples },
    })),
    notShown: results.missing.slice(0, mostNotShown).map(brief),
    evidence: {
      ...{ files: evidence.files, bytes: evidence.bytes, manifestSha256: evidence.manifestSha256 ?? '' },
      ...{ resultsSha256, restsOn },
    },
    ...{ issued, expires, supersedes },
  };
}

/** SLSA's summary. Nothing is said of how the artifact was built: its level is not evaluated. */
export function summaryOf(
  { results, policy, version, issued }: Issuing,
  about: { verifier: string; resourceUri: string | null; inputs: { name: string; sha256: string }[] },
): VerificationSummary {
  const { run, candidate } = results;
  return {
    verifier: { id: about.verifier, version: { shakedown: version } },
    timeVerified: issued,
    resourceUri: about.resourceUri ?? packageUri(candidate),
    policy: { uri: `urn:shakedown:policy:${encodeURIComponent(policy.name)}`, digest: { sha256: policy.sha256 } },
    inputAttestations: about.inputs.map(({ name, sha256 }) => ({
      uri: `urn:shakedown:run:${run.id}:${name}`,
      digest: { sha256 },
    })),
    verificationResult: 'PASSED',
    verifiedLevels: ['SLSA_BUILD_LEVEL_UNEVALUATED', 'SHAKEDOWN_READY'],
  };
}

/** What is certified where nobody names it otherwise. */
function packageUri({ name, version }: Results['candidate']): string {
  return `pkg:generic/${encodeURIComponent(name)}@${encodeURIComponent(version)}`;
}

/** in-toto's test result: the gates are its tests. One that was not shown has neither passed nor failed, and stands in no list. */
export function testResultOf(results: Results): TestResult {
  const { gates, policy, evidence, objectives } = results;
  const isWarned = (id: string) => objectives.some(({ objective, isWarning }) => objective.gate === id && isWarning);
  const named = (pick: (gate: Results['gates'][number]) => boolean) => gates.filter(pick).map(({ id }) => id);
  const passed = named(({ id, verdict }) => verdict === 'pass' && !isWarned(id));
  return {
    result: results.verdict === 'pass' ? 'PASSED' : 'FAILED',
    configuration: [
      ...(policy?.sha256 === undefined ? [] : [{ name: `policy ${policy.name}`, digest: { sha256: policy.sha256 } }]),
      ...(evidence.manifestSha256 === null
        ? []
        : [{ name: 'manifest.json', digest: { sha256: evidence.manifestSha256 } }]),
    ],
    passedTests: passed,
    warnedTests: named(({ id, verdict }) => verdict === 'pass' && isWarned(id)),
    failedTests: named(({ verdict }) => verdict === 'fail'),
  };
}

import { list } from '../../gate/words.ts';
import type { VerifyFinding } from '../../model/verify-finding.ts';
import { duration } from '../../report-kit/format.ts';
import type { TrustedKey } from '../../signing/pem-key.ts';
import { predicateTypes, type Statement } from '../../signing/statement.ts';
import { timeStampAt } from '../../signing/time-stamp.ts';
import { certificatesIn, type ReadCertificate, signerOf } from './files.ts';

/** What a certificate is held against; null: nobody said. */
export interface CertificateAsked {
  /** Whose signatures count; empty: nobody said. */
  keys: readonly TrustedKey[];
  /** Each by its digest; where a name was given, by both. */
  artifacts: readonly { label: string; name: string | null; sha256: string }[] | null;
  environment: string | null;
  policy: { label: string; sha256: string } | null;
  maxAgeMs: number | null;
  /** Folder of the runs among which a later certificate is looked for. */
  runs: string | null;
  /** PEM file of the certificates that a time stamp's server must come from. */
  timeStampCa: string | null;
  /** A time stamp was asked for, so without one this is open. */
  isTimeStampAsked: boolean;
}

export const nothingAsked: CertificateAsked = {
  keys: [],
  artifacts: null,
  environment: null,
  policy: null,
  maxAgeMs: null,
  runs: null,
  timeStampCa: null,
  isTimeStampAsked: false,
};

type State = VerifyFinding['state'];
const hourMs = 3_600_000;
/** Clocks of two machines agree within this. */
const agreeWithinMs = 5 * 60_000;

/**
 * Holds one signed statement against what is asked of it: its signature, what it says, of which artifacts, for which environment, by which policy, how
 * old it is, and whether a later one replaced it. What was not asked for is open: a certificate of something else would be none.
 */
export async function checkCertificate(
  read: ReadCertificate,
  asked: CertificateAsked,
  nowMs = Date.now(),
): Promise<VerifyFinding[]> {
  const stamp = await stampOf(read, asked);
  const findings = [
    signatureFinding(read, asked.keys, typeof stamp.atMs === 'number' ? stamp.atMs : null, nowMs),
    ...stamp.findings,
    sayingFinding(read.statement),
    subjectFinding(read.statement, asked),
    environmentFinding(read.statement, asked),
    policyFinding(read.statement, asked),
    ...timeFindings(read.statement, asked, stamp.atMs, nowMs),
    laterFinding(read, asked),
  ];
  return findings.map(([state, text]) => ({ state, subject: 'certificate', text }));
}

type Said = readonly [State, string];

function signatureFinding(
  { envelope, statement }: ReadCertificate,
  keys: readonly TrustedKey[],
  stampedAtMs: number | null,
  nowMs: number,
): Said {
  if (keys.length === 0)
    return [
      'open',
      'Nobody said whose signature counts: name the public key with --key, or in certificate.trustedKeys.',
    ];
  const key = signerOf(envelope, keys);
  if (key === null)
    return ['broken', `Its signature is not one of ${list(keys.map(({ file }) => file))} on what it says.`];
  const atMs = stampedAtMs ?? saidAtMs(statement) ?? nowMs;
  const by = `the key ${key.file} (${key.kind})`;
  if (key.fromMs !== null && atMs < key.fromMs)
    return ['broken', `It was signed with ${by} before that counted, ${day(key.fromMs)}.`];
  if (key.untilMs !== null && atMs > key.untilMs)
    return ['broken', `It was signed with ${by}, which has expired: it counted until ${day(key.untilMs)}.`];
  if (key.untilMs !== null && nowMs > key.untilMs && stampedAtMs === null)
    return [
      'open',
      `It was signed with ${by}, which has expired since, ${day(key.untilMs)}: only a time stamp could show that it was signed before.`,
    ];
  return ['holds', `It is signed with ${by}.`];
}

/** When a statement says that it was made, ms; null: it does not. */
function saidAtMs(statement: Statement): number | null {
  if (statement.kind === 'release') return Date.parse(statement.predicate.issued);
  return statement.kind === 'summary' ? Date.parse(statement.predicate.timeVerified) : null;
}

async function stampOf(
  { envelope, timeStamp }: ReadCertificate,
  { timeStampCa, isTimeStampAsked }: CertificateAsked,
): Promise<{ atMs: number | null; findings: Said[] }> {
  if (timeStamp === null)
    return { atMs: null, findings: isTimeStampAsked ? [['open', 'It has no time stamp, and one was asked for.']] : [] };
  if (timeStampCa === null)
    return {
      atMs: null,
      findings: [
        [
          'open',
          'It has a time stamp, and nobody said whose counts: --time-stamp-ca, or certificate.timeStamp.caFile.',
        ],
      ],
    };
  const at = await timeStampAt(envelope.signature, timeStamp, timeStampCa);
  if (at === undefined)
    return { atMs: null, findings: [['open', 'Its time stamp was not looked at: there is no openssl.']] };
  if (typeof at === 'string') return { atMs: null, findings: [['broken', `Its time stamp does not hold: ${at}.`]] };
  return { atMs: at, findings: [['holds', `Its signature was there at ${instant(at)}, by its time stamp.`]] };
}

function sayingFinding({ kind, predicate }: Statement): Said {
  if (kind === 'release')
    return [
      'holds',
      `It certifies that ${predicate.candidate.name} ${predicate.candidate.version} is ${predicate.word} for ${predicate.environment.name}.`,
    ];
  if (kind === 'summary')
    return predicate.verificationResult === 'PASSED'
      ? ['holds', `It is a verification summary of ${predicate.resourceUri} that says PASSED.`]
      : ['broken', `It is a verification summary of ${predicate.resourceUri} that says FAILED.`];
  return predicate.result === 'PASSED'
    ? ['open', 'It is a test result that says PASSED, which certifies nothing: verify the certificate beside it.']
    : ['broken', `It is a test result that says ${predicate.result}.`];
}

function subjectFinding({ subject }: Statement, { artifacts }: CertificateAsked): Said {
  const named = list(subject.map(({ name }) => name));
  if (artifacts === null)
    return ['open', `Of which artifact it is was not compared: it names ${named}. Name yours with --artifact.`];
  const missing = artifacts.filter(
    ({ name, sha256 }) => !subject.some((one) => one.digest.sha256 === sha256 && (name === null || one.name === name)),
  );
  if (missing.length > 0)
    return [
      'broken',
      `It is not of ${list(missing.map(({ label }) => label))}: it is of ${named}, with other digests.`,
    ];
  return ['holds', `It is of ${list(artifacts.map(({ label }) => label))}, by SHA-256.`];
}

function environmentFinding({ kind, predicate }: Statement, { environment }: CertificateAsked): Said {
  if (kind !== 'release') return ['open', `It names no environment: its predicate, ${predicateTypes[kind]}, has none.`];
  const { name } = predicate.environment;
  if (environment === null)
    return ['open', `For which environment it is was not compared: it names ${name}. Name yours with --environment.`];
  return name === environment
    ? ['holds', `It is for ${name}.`]
    : ['broken', `It is for ${name}, not for ${environment}.`];
}

function policyFinding({ kind, predicate }: Statement, { policy }: CertificateAsked): Said {
  if (kind === 'tests') return ['open', 'It names no policy that its verdict is by.'];
  const sha256 = kind === 'release' ? predicate.policy.sha256 : predicate.policy.digest.sha256;
  const name = kind === 'release' ? `“${predicate.policy.title}”` : predicate.policy.uri;
  if (policy === null)
    return [
      'open',
      `By which policy it is was not compared: it names ${name}, sha256:${sha256}. Name yours with --policy.`,
    ];
  return sha256 === policy.sha256
    ? ['holds', `It is by the policy ${policy.label}, byte for byte.`]
    : ['broken', `It is by the policy ${name}, sha256:${sha256}, and ${policy.label} is sha256:${policy.sha256}.`];
}

function timeFindings(
  statement: Statement,
  { maxAgeMs }: CertificateAsked,
  stampedAtMs: number | null,
  nowMs: number,
): Said[] {
  const saidMs = saidAtMs(statement);
  if (saidMs === null) return [['open', 'How old it is cannot be said: it names no time.']];
  const found: Said[] = [];
  if (saidMs > nowMs + agreeWithinMs)
    found.push(['broken', `It says that it was issued in the future, ${instant(saidMs)}.`]);
  if (stampedAtMs !== null && Math.abs(stampedAtMs - saidMs) > hourMs)
    found.push([
      'broken',
      `It says that it was issued at ${instant(saidMs)}, and its time stamp is of ${instant(stampedAtMs)}.`,
    ]);
  const atMs = stampedAtMs ?? saidMs;
  const age = duration(Math.max(0, nowMs - atMs));
  if (maxAgeMs !== null && nowMs - atMs > maxAgeMs)
    found.push(['broken', `It is ${age} old, and at most ${duration(maxAgeMs)} are asked for.`]);
  if (statement.kind === 'release') {
    const untilMs = Date.parse(statement.predicate.expires);
    found.push(
      nowMs > untilMs
        ? ['broken', `It has expired: it counted until ${instant(untilMs)}.`]
        : ['holds', `It is ${age} old, and counts until ${instant(untilMs)}.`],
    );
  } else if (maxAgeMs === null)
    found.push(['open', `It is ${age} old and does not say how long it counts: ask with --max-age.`]);
  else if (found.length === 0) found.push(['holds', `It is ${age} old.`]);
  return found;
}

/** A later certificate of the same release that says that it replaces this one. */
function laterFinding({ statement, sha256 }: ReadCertificate, { runs, keys, maxAgeMs }: CertificateAsked): Said {
  if (statement.kind !== 'release')
    return ['holds', 'Whether it was replaced is a matter of the certificate beside it.'];
  if (runs === null)
    return maxAgeMs === null
      ? [
          'open',
          'Whether a later certificate replaced it was not looked at: name the folder of the runs with --runs, or its greatest age with --max-age.',
        ]
      : [
          'holds',
          `Whether a later certificate replaced it was not looked at; by --max-age it is at most ${duration(maxAgeMs)} old.`,
        ];
  const later = certificatesIn(runs, keys, null).find(({ release }) =>
    release.predicate.supersedes.some((one) => one.sha256 === sha256),
  );
  return later === undefined
    ? ['holds', `None of the runs beside it has a certificate that replaces it.`]
    : ['broken', `It was replaced by the certificate of ${later.run}.`];
}

const instant = (ms: number) => new Date(ms).toISOString();
const day = (ms: number) => instant(ms).slice(0, 10);

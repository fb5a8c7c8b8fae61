import { z } from 'zod';
import { spacedJson } from './strict-json.ts';

/** What a certificate may say, by the type of its predicate. */
export const predicateTypes = {
  release: 'urn:shakedown:release-certificate:v1',
  summary: 'https://slsa.dev/verification_summary/v1',
  tests: 'https://in-toto.io/attestation/test-result/v0.1',
} as const;

export type PredicateName = keyof typeof predicateTypes;

const statementType = 'https://in-toto.io/Statement/v1';
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const words = z.string().max(4000);
const name = z.string().min(1).max(400);
const descriptor = z.object({ name: name.exactOptional(), uri: name.exactOptional(), digest: z.object({ sha256 }) });
const names = z.array(words).max(5000);

/** in-toto's test-result, version 0.1. */
const tests = z.object({
  result: z.enum(['PASSED', 'WARNED', 'FAILED']),
  configuration: z.array(descriptor).max(100),
  passedTests: names.exactOptional(),
  warnedTests: names.exactOptional(),
  failedTests: names.exactOptional(),
});

/** SLSA's Verification Summary Attestation, version 1. */
const summary = z.object({
  verifier: z.object({ id: name, version: z.record(z.string(), z.string()).exactOptional() }),
  timeVerified: z.iso.datetime(),
  resourceUri: name,
  policy: z.object({ uri: name, digest: z.object({ sha256 }) }),
  inputAttestations: z.array(z.object({ uri: name, digest: z.object({ sha256 }) })).max(1000),
  verificationResult: z.enum(['PASSED', 'FAILED']),
  verifiedLevels: z.array(name).min(1).max(100),
});

const figure = z.number().nullable();
const runDigest = z.object({ run: name, manifestSha256: sha256 });

/** Our own: what was measured, against what, and on which evidence that rests. */
const release = z.object({
  word: z.literal('READY'),
  sentence: words,
  candidate: z.object({ name, version: name, baselineVersion: name.nullable() }),
  environment: z.object({ name }),
  policy: z.object({ name, title: words, sha256, gates: z.array(name).max(200) }),
  run: z.object({
    id: name,
    command: words,
    attempt: z.int().min(1),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime(),
  }),
  judgedBy: z.object({ name, version: name }),
  gates: z.array(z.object({ id: name, title: words, verdict: name, score: figure, summary: words })).max(200),
  measurements: z
    .array(
      z.object({
        objective: name,
        title: words,
        gate: name,
        verdict: name,
        value: figure,
        interval: z.object({ low: z.number(), high: z.number(), confidence: z.number() }).nullable(),
        comparison: name,
        target: z.number(),
        unit: name,
        samples: z.number(),
      }),
    )
    .max(2000),
  notShown: z.array(words).max(2000),
  evidence: z.object({
    files: z.int(),
    bytes: z.number(),
    manifestSha256: sha256,
    resultsSha256: sha256,
    restsOn: z.array(runDigest).max(1000),
  }),
  issued: z.iso.datetime(),
  expires: z.iso.datetime(),
  supersedes: z.array(z.object({ run: name, sha256 })).max(1000),
});

export type TestResult = z.output<typeof tests>;
export type VerificationSummary = z.output<typeof summary>;
export type ReleasePredicate = z.output<typeof release>;

const schemas = { release, summary, tests };

export interface Subject {
  name: string;
  digest: { sha256: string };
}

type Predicates = { release: ReleasePredicate; summary: VerificationSummary; tests: TestResult };

/** A statement of one of the three kinds. */
export type Statement = {
  [K in PredicateName]: { kind: K; subject: Subject[]; predicate: Predicates[K] };
}[PredicateName];

const statementSchema = z.object({
  _type: z.literal(statementType),
  subject: z
    .array(z.object({ name, digest: z.object({ sha256 }) }))
    .min(1)
    .max(1000),
  predicateType: z.string().max(400),
  predicate: z.unknown(),
});

/** The bytes of an in-toto Statement, version 1, that are signed. @throws ZodError where it would be none */
export function statementPayload({ kind, subject, predicate }: Statement): Buffer {
  const statement = {
    _type: statementType,
    subject,
    predicateType: predicateTypes[kind],
    predicate: schemas[kind].parse(predicate),
  };
  return Buffer.from(JSON.stringify(statementSchema.parse(statement)));
}

/**
 * Reads what was signed. Members that are not known are passed over, as in-toto asks; a key twice makes it none.
 * @returns a few words on what is wrong with it, where it is none
 */
export function readStatement(payload: Buffer): Statement | string {
  const text = payload.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(payload)) return 'its payload is no text';
  const value = spacedJson(text);
  if (value === undefined) return 'its payload is no JSON, or has a key twice';
  const read = statementSchema.safeParse(value);
  if (!read.success) return `its payload is no in-toto Statement v1 over SHA-256 digests (${placeOf(read.error)})`;
  const { subject, predicateType, predicate } = read.data;
  const kind = kindOf(predicateType);
  if (kind === undefined) return `its predicate is of another type, ${predicateType}`;
  const about = schemas[kind].safeParse(predicate);
  if (!about.success) return `its predicate is not one of its type, ${predicateType} (${placeOf(about.error)})`;
  return { kind, subject, predicate: about.data } as Statement;
}

function kindOf(type: string): PredicateName | undefined {
  return (Object.keys(predicateTypes) as PredicateName[]).find((each) => predicateTypes[each] === type);
}

function placeOf({ issues }: z.ZodError): string {
  return issues[0]?.path.map(String).join('.') || 'as a whole';
}

import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { ownVersion } from '../../environment/own-files.ts';
import { writeReport } from '../../evidence/atomic-file.ts';
import { digest, intactManifest, isCovered } from '../../evidence/manifest.ts';
import { isAtWork } from '../../evidence/run-folder.ts';
import type { CertificateSettings, Certified } from '../../model/certificate.ts';
import { exitCodes, ShakedownError } from '../../model/error.ts';
import type { Results } from '../../model/results.ts';
import { bundleText } from '../../signing/bundle.ts';
import { envelopeText, inTotoType } from '../../signing/dsse.ts';
import { type CertificateKey, readSigningKey, readTrustedKey, signEnvelope } from '../../signing/pem-key.ts';
import { predicateTypes, type Statement, statementPayload } from '../../signing/statement.ts';
import { requestTimeStamp } from '../../signing/time-stamp.ts';
import { judgeRun } from '../results/build.ts';
import {
  bundleName,
  certificateFolder,
  certificatePage,
  certificatesIn,
  envelopeName,
  isSameRelease,
} from './files.ts';
import { pageOf } from './page.ts';
import { type Issuing, releaseOf, subjectsOf, summaryOf, testResultOf } from './predicates.ts';
import { put, refuseExisting } from './put.ts';
import { artifactRefusals, refusals } from './refusals.ts';
import { ageEndMs, earlierRuns, lookedAt } from './rests-on.ts';

const hourMs = 3_600_000;
const mostReasons = 3;

export interface CertifyRequest {
  settings: CertificateSettings;
  /** Of a run that is NOT READY, a test result that says FAILED is issued; else nothing is. */
  isFailedWanted: boolean;
  /** Writes results and reports of the run, with these results. */
  render(results: Results): Promise<unknown>;
}

/**
 * Issues what a run shows, signed: a certificate where it is READY and nothing speaks against that, a test result that says FAILED where that is
 * asked for, and nothing of a run that is inconclusive. All of it is there at once, or none.
 * @throws ShakedownError CERTIFICATE_REFUSED, CERTIFICATE_EXISTS, CERTIFICATE_KEY, CERTIFICATE_NOT_WRITTEN, TIME_STAMP, OPENSSL_MISSING, NO_MANIFEST, EVIDENCE_CHANGED
 */
export async function certify(folder: string, request: CertifyRequest): Promise<Certified> {
  const { settings } = request;
  if (settings.key === null)
    throw new ShakedownError('CERTIFICATE_KEY', 'Nothing can be certified: no key is named.', {
      hint: 'Name one with --key, or in certificate.key of the configuration.',
    });
  const key = readSigningKey(settings.key, settings.passphraseEnv);
  refuseUntrusted(settings, key);
  refuseExisting(folder);
  if (await isAtWork(folder)) throw refusal(['A process is at work on the run.'], 'inconclusive');
  intactManifest(folder, { act: 'certify' });
  const nowMs = Date.now();
  const { results } = await judgeRun(folder, { nowMs });
  const isFailed = results.verdict === 'fail' && request.isFailedWanted;
  const against = isFailed ? artifactRefusals(results.candidate.artifacts) : refusals(results);
  if (against.length > 0) throw refusal(against, results.verdict);
  await request.render(results);
  const issuing = isFailed ? null : await issuingOf(folder, results, { nowMs, settings, key });
  const subject = subjectsOf(results);
  const sign = (statement: Statement) => signed(statement, results, { settings, key });
  const all = [await sign({ kind: 'tests', subject, predicate: testResultOf(results) })];
  if (issuing !== null) {
    all.push(await sign({ kind: 'release', subject, predicate: releaseOf(issuing) }));
    // It names the digests of both others, so it comes last.
    const inputs = all.map(({ statement, sha256 }) => ({ name: envelopeName(statement.kind), sha256 }));
    all.push(await sign({ kind: 'summary', subject, predicate: summaryOf(issuing, { ...settings, inputs }) }));
  }
  put(
    folder,
    new Map(
      all.flatMap(({ statement: { kind }, text, bundle }) => [
        [envelopeName(kind), text],
        [bundleName(kind), bundle],
      ]),
    ),
  );
  const certificate = all.find(({ statement }) => statement.kind === 'release');
  const page = certificate === undefined ? null : pageOf(certificate.statement, certificate.sha256);
  const at = (name: string) => join(folder, certificateFolder, name);
  return {
    run: results.run.id,
    verdict: isFailed ? 'fail' : 'pass',
    files: all.map(({ statement: { kind }, sha256 }) => ({
      ...{ path: at(envelopeName(kind)), bundle: at(bundleName(kind)), predicateType: predicateTypes[kind], sha256 },
    })),
    page: page === null ? null : await writeReport(folder, certificatePage, page),
    issued: new Date(nowMs).toISOString(),
    expires: issuing?.expires ?? null,
    supersedes: issuing?.supersedes ?? [],
  };
}

interface Signed {
  statement: Statement;
  text: string;
  sha256: string;
  bundle: string;
}

async function signed(
  statement: Statement,
  { verdict }: Results,
  { settings: { timeStamp }, key }: { settings: CertificateSettings; key: CertificateKey },
): Promise<Signed> {
  let payload: Buffer;
  try {
    payload = statementPayload(statement);
  } catch (cause) {
    if (!(cause instanceof z.ZodError)) throw cause;
    // What a statement may hold has bounds: a name of ten thousand characters, say, is refused, and no fault of ours.
    const [issue] = cause.issues;
    const place = issue?.path.map(String).join('.') ?? '';
    throw refusal([`It cannot be said in a statement: ${place}: ${issue?.message ?? ''}.`], verdict);
  }
  const envelope = signEnvelope(inTotoType, payload, key);
  const stamp = timeStamp === null ? null : await requestTimeStamp(envelope.signature, timeStamp);
  const text = envelopeText(envelope);
  return { statement, text, sha256: digest(text), bundle: bundleText(envelope, key.hint, stamp) };
}

async function issuingOf(
  folder: string,
  results: Results,
  { nowMs, settings, key }: { nowMs: number; settings: CertificateSettings; key: CertificateKey },
): Promise<Issuing> {
  const { policy, candidate, environment } = results;
  if (policy?.sha256 === undefined || isCovered(folder, 'results.json'))
    throw refusal(['The run is of an earlier version.'], results.verdict);
  const base = dirname(folder);
  const restsOn = earlierRuns(results);
  const looked = await lookedAt(base, restsOn, policy.maxAgeHours, nowMs);
  if (looked.refusals.length > 0) throw refusal(looked.refusals, results.verdict);
  const ends = [nowMs + settings.validHours * hourMs, looked.untilMs, ageEndMs(results, policy.maxAgeHours, nowMs)];
  const keys = [key, ...settings.trustedKeys.map(({ file }) => readTrustedKey(file))];
  const same = certificatesIn(base, keys, basename(folder)).filter(({ release }) =>
    isSameRelease(release.predicate, { candidate, environment }),
  );
  const replaced = new Set(same.flatMap(({ release }) => release.predicate.supersedes.map(({ sha256 }) => sha256)));
  return {
    ...{ results, restsOn },
    policy: { ...policy, sha256: policy.sha256 },
    resultsSha256: digest(readFileSync(join(folder, 'results.json'))),
    version: ownVersion(),
    issued: new Date(nowMs).toISOString(),
    expires: new Date(Math.min(...ends)).toISOString(),
    supersedes: same.filter(({ sha256 }) => !replaced.has(sha256)).map(({ run, sha256 }) => ({ run, sha256 })),
  };
}

/** A signature that would not count is refused at once. */
function refuseUntrusted({ key, trustedKeys }: CertificateSettings, { hint }: CertificateKey): void {
  if (trustedKeys.length === 0) return;
  const own = trustedKeys.map(({ file, ...time }) => readTrustedKey(file, time)).filter((one) => one.hint === hint);
  const now = Date.now();
  if (own.some(({ fromMs, untilMs }) => (fromMs ?? now) <= now && now <= (untilMs ?? now))) return;
  const why =
    own.length === 0
      ? 'it is none of certificate.trustedKeys'
      : 'by certificate.trustedKeys it does not count at this time';
  throw new ShakedownError('CERTIFICATE_KEY', `What the key ${key} signs would not count: ${why}.`, {
    hint: 'Sign with a key that counts, or have its public half added there.',
  });
}

function refusal(reasons: readonly string[], verdict: Results['verdict']): ShakedownError {
  const more = reasons.length - mostReasons;
  const named = reasons.slice(0, mostReasons).join(' ');
  return new ShakedownError(
    'CERTIFICATE_REFUSED',
    `Nothing was issued. ${named}${more > 0 ? ` And ${more} more.` : ''}`,
    {
      hint:
        verdict === 'fail'
          ? 'A run that is NOT READY gets no certificate; --failed issues a test result that says FAILED.'
          : 'Only a run that is READY under a policy is certified, on artifacts that the running target named.',
      exitCode: verdict === 'fail' ? exitCodes.notReady : exitCodes.inconclusive,
    },
  );
}

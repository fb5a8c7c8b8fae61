import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { digest, readManifestState } from '../../evidence/manifest.ts';
import { list } from '../../gate/words.ts';
import type { Results } from '../../model/results.ts';
import type { VerifyFinding } from '../../model/verify-finding.ts';
import { readBundle } from '../../signing/bundle.ts';
import { envelopeText } from '../../signing/dsse.ts';
import type { PredicateName, Statement } from '../../signing/statement.ts';
import { type CertificateAsked, checkCertificate } from './check.ts';
import {
  bundleName,
  certificateFolder,
  certificatePage,
  envelopeName,
  type ReadCertificate,
  readCertificate,
  textOf,
} from './files.ts';
import { pageOf } from './page.ts';
import { subjectsOf } from './predicates.ts';
import { changeOf } from './rests-on.ts';

type Release = Extract<Statement, { kind: 'release' }>['predicate'];

/** What was issued for a run, as far as it can be read; nothing is verified yet. */
export interface IssuedForRun {
  byKind: ReadonlyMap<PredicateName, ReadCertificate>;
  /** When a certificate says that it was issued, ms; null: there is none. */
  atMs: number | null;
  /** What is wrong with the files as such. */
  findings: VerifyFinding[];
}

const asCertified = 'The evidence is that which was certified, by the digest of manifest.json.';
const kinds: readonly PredicateName[] = ['release', 'tests', 'summary'];
const said = (state: VerifyFinding['state'], text: string): VerifyFinding => ({ state, subject: 'certificate', text });

/** @returns null: nothing was issued for the run */
export function issuedFor(folder: string): IssuedForRun | null {
  const names = namesIn(join(folder, certificateFolder));
  if (names === null) return null;
  const byKind = new Map<PredicateName, ReadCertificate>();
  const findings: VerifyFinding[] = [];
  const at = (name: string) => join(folder, certificateFolder, name);
  const whole =
    names.includes(envelopeName('release')) || names.includes(envelopeName('summary')) ? kinds : (['tests'] as const);
  for (const kind of whole) {
    const text = textOf(at(envelopeName(kind)));
    const read = text === null ? 'it is gone, or no file' : readCertificate(text);
    const wrong =
      typeof read === 'string' ? read : read.statement.kind === kind ? null : 'it has the predicate of another';
    if (wrong !== null || typeof read === 'string')
      findings.push(said('broken', `${certificateFolder}/${envelopeName(kind)}: ${wrong}.`));
    else byKind.set(kind, withStamp(read, textOf(at(bundleName(kind))), kind, findings));
  }
  const known = whole.flatMap((kind) => [envelopeName(kind), bundleName(kind)]);
  for (const name of names.filter((one) => !known.includes(one)))
    findings.push(said('broken', `${certificateFolder}/${name} was added: it was not issued for the run.`));
  const release = byKind.get('release')?.statement;
  return { byKind, findings, atMs: release?.kind === 'release' ? Date.parse(release.predicate.issued) : null };
}

/** null: there is no such folder. */
function namesIn(folder: string): string[] | null {
  try {
    return readdirSync(folder);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : [''];
  }
}

/** Its bundle holds the same envelope, and the time stamp. */
function withStamp(
  read: ReadCertificate,
  text: string | null,
  kind: PredicateName,
  findings: VerifyFinding[],
): ReadCertificate {
  const bundle = text === null ? 'it is gone, or no file' : readBundle(text);
  const name = `${certificateFolder}/${bundleName(kind)}`;
  if (typeof bundle === 'string') findings.push(said('broken', `${name}: ${bundle}.`));
  else if (envelopeText(bundle.envelope) !== envelopeText(read.envelope))
    findings.push(said('broken', `${name} holds another envelope than ${envelopeName(kind)}.`));
  else return { ...read, timeStamp: bundle.timeStamp };
  return read;
}

/**
 * Holds what was issued for a run against the keys that count, what is asked of it, and the run itself.
 * @param results by the evidence, judged at the time at which the certificate was issued; null: it cannot be judged
 */
export async function issuedFindings(
  folder: string,
  issued: IssuedForRun,
  asked: CertificateAsked,
  results: Results | null,
): Promise<VerifyFinding[]> {
  const findings = [...issued.findings];
  const { byKind } = issued;
  const own = withRunsOwn(asked, results, folder);
  for (const [kind, read] of byKind) {
    const about = await checkCertificate(read, own);
    // What the others have no word of stands in the certificate. A test result of a run that failed says so rightly.
    const isFailed = kind === 'tests' && !byKind.has('release');
    const kept = about.filter(({ state }, place) => place === 0 || (state === 'broken' && !isFailed));
    const ofThis = kind === 'release' ? about : kept;
    findings.push(...ofThis.map((one) => ({ ...one, text: `${envelopeName(kind)}: ${one.text}` })));
  }
  if (results === null)
    return [
      ...findings,
      said(
        'open',
        'Whether the run shows what was certified was not compared: its evidence was changed, or cannot be judged.',
      ),
    ];
  findings.push(...agreeing(byKind, results));
  const release = byKind.get('release')?.statement;
  if (release?.kind === 'release') {
    findings.push(...evidenceFindings(folder, release.predicate, results));
    const page = textOf(join(folder, certificatePage));
    const sha256 = byKind.get('release')?.sha256 ?? '';
    if (page === null) findings.push(said('broken', `${certificatePage} is gone, or no file.`));
    else if (page !== pageOf(release, sha256))
      findings.push(said('broken', `${certificatePage} is not what the certificate says.`));
  }
  return findings;
}

/** Whether a certificate that counts shows that the evidence is as it was when that was issued. */
export function isBound(findings: readonly VerifyFinding[]): boolean {
  return findings.some(({ text }) => text === asCertified) && findings.every(({ state }) => state === 'holds');
}

/** Where nobody asks for more, a certificate in a run has to be of that run's artifacts, environment and policy. */
function withRunsOwn(asked: CertificateAsked, results: Results | null, folder: string): CertificateAsked {
  if (results === null) return { ...asked, runs: asked.runs ?? dirname(folder) };
  const { policy, environment } = results;
  const own = subjectsOf(results).map(({ name, digest: { sha256 } }) => ({ label: name, name, sha256 }));
  return {
    ...asked,
    artifacts: asked.artifacts ?? (own.length === 0 ? null : own),
    environment: asked.environment ?? environment.name,
    policy: asked.policy ?? (policy?.sha256 === undefined ? null : { label: policy.name, sha256: policy.sha256 }),
    runs: asked.runs ?? dirname(folder),
  };
}

/** The statements say the same of the same, and the run says it too. */
function agreeing(byKind: IssuedForRun['byKind'], results: Results): VerifyFinding[] {
  const wrong: string[] = [];
  const subjects = JSON.stringify(subjectsOf(results));
  for (const [kind, { statement }] of byKind)
    if (JSON.stringify(statement.subject) !== subjects)
      wrong.push(`${envelopeName(kind)} is of other artifacts than the run`);
  const [release, tests, summary] = (['release', 'tests', 'summary'] as const).map((kind) => byKind.get(kind));
  if (release?.statement.kind === 'release' && release.statement.predicate.run.id !== results.run.id)
    wrong.push(`${envelopeName('release')} is of another run, ${release.statement.predicate.run.id}`);
  if (tests?.statement.kind === 'tests') {
    const { result, configuration } = tests.statement.predicate;
    const manifest = configuration.find(({ name }) => name === 'manifest.json')?.digest.sha256;
    if (result === 'FAILED' ? results.verdict !== 'fail' : results.verdict !== 'pass')
      wrong.push(`${envelopeName('tests')} says ${result}, and the run is ${results.word}`);
    if (manifest !== undefined && manifest !== results.evidence.manifestSha256)
      wrong.push(`${envelopeName('tests')} is on other evidence`);
  }
  if (summary?.statement.kind === 'summary') {
    const { verificationResult, policy } = summary.statement.predicate;
    if (verificationResult !== 'PASSED' || policy.digest.sha256 !== results.policy?.sha256)
      wrong.push(`${envelopeName('summary')} says ${verificationResult} by another policy than the run’s`);
    const inputs = summary.statement.predicate.inputAttestations.map((one) => one.digest.sha256);
    if ([release, tests].some((one) => one !== undefined && !inputs.includes(one.sha256)))
      wrong.push(`${envelopeName('summary')} rests on other statements`);
  }
  return wrong.length === 0
    ? [said('holds', 'What was issued says the same as the run, and of the same artifacts.')]
    : wrong.map((text) => said('broken', `${text}.`));
}

function evidenceFindings(folder: string, { evidence, judgedBy }: Release, results: Results): VerifyFinding[] {
  const { sha256 } = readManifestState(folder);
  if (sha256 !== evidence.manifestSha256)
    return [said('broken', 'The evidence is not that which was certified: manifest.json has another digest.')];
  const found = [said('holds', asCertified)];
  const made = digest(`${JSON.stringify(results, null, 1)}\n`);
  // The evidence is the same, so another version must have judged it otherwise.
  found.push(
    made === evidence.resultsSha256
      ? said('holds', 'It still gives the results that were certified, byte for byte.')
      : said(
          'open',
          `This version of Shakedown judges the evidence otherwise than ${judgedBy.version}, which certified it: ${results.word}.`,
        ),
  );
  if (evidence.restsOn.length === 0) return found;
  const base = dirname(folder);
  const states = evidence.restsOn.map((one) => ({ run: one.run, change: changeOf(base, one) }));
  const runsThat = (change: (typeof states)[number]['change']) =>
    list(states.filter((one) => one.change === change).map(({ run }) => run));
  const has = (change: (typeof states)[number]['change']) => states.some((one) => one.change === change);
  if (has('gone')) found.push(said('open', `It rests on runs that are not here: ${runsThat('gone')}.`));
  if (has('changed'))
    found.push(said('broken', `It rests on runs whose evidence was changed: ${runsThat('changed')}.`));
  if (has('other'))
    found.push(said('broken', `It rests on runs whose evidence is not the one that was judged: ${runsThat('other')}.`));
  if (!has('gone') && !has('changed') && !has('other'))
    found.push(said('holds', `The evidence of the runs that it rests on is as it was: ${runsThat(null)}.`));
  return found;
}

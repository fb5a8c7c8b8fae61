import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isCovered, isEvidence, readManifestState } from '../../evidence/manifest.ts';
import { isAtWork } from '../../evidence/run-folder.ts';
import type { Results } from '../../model/results.ts';
import type { SigningTrust } from '../../model/sign-off.ts';
import type { RunAcceptance } from '../../model/uat-under-load.ts';
import type { VerifyFinding } from '../../model/verify-finding.ts';
import { renderReports, resultsText } from '../../report/write.ts';
import { plural } from '../../report-kit/format.ts';
import { acceptanceOf, signOffDoubts } from '../../signing/acceptance.ts';
import type { Receipt } from '../../signing/receipt.ts';
import { type CertificateAsked, nothingAsked } from '../certificate/check.ts';
import { certificateFolder, certificatePage } from '../certificate/files.ts';
import { type IssuedForRun, isBound, issuedFindings, issuedFor } from '../certificate/in-run.ts';
import { domains } from '../domains.ts';
import { judgeRun } from '../results/build.ts';
import { differenceWords } from './differences.ts';
import { signOffFindings, witnessFindings } from './sign-offs.ts';

export interface Verified {
  /** By the evidence as it is now; null: it cannot be judged. */
  results: Results | null;
  acceptance: RunAcceptance;
  findings: VerifyFinding[];
}

export interface VerifyOptions {
  /** Whose signatures count; null: nobody said. */
  trust: SigningTrust | null;
  /** What signers kept; null: none were given. */
  receipts: readonly Receipt[] | null;
  /** What a certificate of the run is held against; absent: nobody said. */
  certificate?: CertificateAsked;
}

/**
 * Holds everything in a run's folder against what it should be, and writes nothing: the evidence against its manifest, the results against those
 * that the evidence gives, the pages against those that the results give, sign-offs against the keys of those who may sign and the receipts of
 * those who did.
 */
export async function verifyRun(folder: string, options: VerifyOptions): Promise<Verified> {
  const acceptance = await acceptanceOf(folder, options.trust);
  if (await isAtWork(folder)) {
    const text = 'A process is at work on this run: verify it when that has ended.';
    return { results: null, acceptance, findings: [{ state: 'open', subject: 'evidence', text }] };
  }
  const evidence = evidenceFindings(folder);
  const changes = await signOffDoubts(folder);
  const witness = witnessFindings(folder, acceptance, options.receipts);
  const issued = issuedFor(folder);
  const isEvidenceChanged = evidence.some(({ state }) => state === 'broken');
  const { results, findings } = await madeFromIt(folder, acceptance, {
    areSignOffsChanged: changes.length > 0,
    isEvidenceChanged,
    issuedAtMs: issued?.atMs ?? null,
  });
  const certified =
    issued === null
      ? []
      : await issuedFindings(
          folder,
          issued,
          options.certificate ?? nothingAsked,
          results === null || isEvidenceChanged ? null : await asIssued(folder, issued, changes.length > 0),
        );
  const signed = signOffFindings(acceptance, changes, isBound(certified));
  return { results, acceptance, findings: [...evidence, ...findings, ...signed, ...witness, ...certified] };
}

/** What the evidence came to when something was issued; what was done to sign-offs since is said of these. */
async function asIssued(folder: string, { atMs }: IssuedForRun, isWithoutSignOffs: boolean): Promise<Results> {
  return (await judgeRun(folder, { ...(atMs === null ? {} : { nowMs: atMs }), isWithoutSignOffs })).results;
}

const broken = (subject: VerifyFinding['subject'], text: string): VerifyFinding => ({ state: 'broken', subject, text });
const holds = (subject: VerifyFinding['subject'], text: string): VerifyFinding => ({ state: 'holds', subject, text });
const open = (subject: VerifyFinding['subject'], text: string): VerifyFinding => ({ state: 'open', subject, text });

function evidenceFindings(folder: string): VerifyFinding[] {
  const { sha256, files, tampered } = readManifestState(folder);
  // What this user may not read may be as it was.
  if (tampered.length > 0)
    return tampered.map((text) => (/cannot be read/.test(text) ? open : broken)('evidence', text));
  if (sha256 === null) return [open('evidence', 'There is no manifest.json: nothing shows what the run left.')];
  return [
    holds(
      'evidence',
      `${plural(files, 'file is', 'files are')} as manifest.json has ${files === 1 ? 'it, and there is no other' : 'them, and there are no others'}.`,
    ),
  ];
}

/** What was already seen to be changed: what follows from it is no change of its own. */
interface Changed {
  areSignOffsChanged: boolean;
  isEvidenceChanged: boolean;
  /** When a certificate was issued, for which the results were made; null: none was. */
  issuedAtMs: number | null;
}

/** Results and pages, made again from the evidence and held against those in the folder. */
async function madeFromIt(
  folder: string,
  acceptance: RunAcceptance,
  changed: Changed,
): Promise<{ results: Results | null; findings: VerifyFinding[] }> {
  let judged: Awaited<ReturnType<typeof judgeRun>>;
  try {
    judged = await judgeRun(folder);
  } catch (error) {
    const state = isDenied(error) ? open : broken;
    return { results: null, findings: [state('results', `The run cannot be judged: ${(error as Error).message}`)] };
  }
  const stored = textIn(folder, 'results.json');
  const isOld = isCovered(folder, 'results.json');
  const endedAtMs = Date.parse(judged.facts.endedAt ?? '');
  // A policy may say how old evidence may be: what was judged in time is not wrong for being old now.
  const { issuedAtMs } = changed;
  const times = [
    {},
    ...(issuedAtMs === null ? [] : [{ nowMs: issuedAtMs }]),
    ...(Number.isNaN(endedAtMs) ? [] : [{ nowMs: endedAtMs }]),
  ];
  // What was done to sign-offs changes the verdict, and is no change of the results that were there before.
  const ways = [{}, ...(changed.areSignOffsChanged ? [{ isWithoutSignOffs: true }] : [])];
  const candidates: Results[] = [];
  for (const way of ways)
    for (const time of times) candidates.push((await judgeRun(folder, { ...time, ...way })).results);
  const same = isOld ? judged.results : candidates.find((results) => resultsText(results) === stored);
  if (same === undefined)
    return {
      results: judged.results,
      findings: [otherResults(stored, candidates.at(-1) ?? judged.results, acceptance, changed)],
    };
  const findings = [
    isOld
      ? open(
          'results',
          'results.json is covered by a manifest of an earlier version, and was not compared with what the evidence gives.',
        )
      : holds('results', `results.json is what the evidence gives: ${same.word}.`),
  ];
  return {
    results: judged.results,
    findings: [...findings, ...(await pageFindings(folder, same, acceptance, changed))],
  };
}

function isDenied(error: unknown): boolean {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return code === 'EACCES' || code === 'EPERM' || (cause instanceof Error && isDenied(cause));
}

function otherResults(
  stored: string | null,
  now: Results,
  acceptance: RunAcceptance,
  { isEvidenceChanged }: Changed,
): VerifyFinding {
  if (stored === null) return broken('results', 'results.json is gone, or no file that can be read.');
  // Nobody need have touched them: other results follow from other evidence.
  if (isEvidenceChanged)
    return open(
      'results',
      'results.json was not compared, nor were the pages: the evidence that they were made from was changed.',
    );
  const differs = differenceWords(stored, resultsText(now));
  const isSigned = acceptance.signOffs.some(({ holds: isHeld, standing }) => isHeld && standing === 'verified');
  if (isSigned)
    return open(
      'results',
      `results.json is what was signed, but this version of Shakedown judges the evidence otherwise: ${now.word}; ${differs}. The pages were not compared.`,
    );
  const said = wordIn(stored);
  return broken(
    'results',
    `results.json is not what the evidence gives: ${said === now.word ? '' : `it says ${said}, the evidence gives ${now.word}; `}${differs}. The pages were not compared.`,
  );
}

function wordIn(stored: string): string {
  try {
    const { word } = JSON.parse(stored) as { word?: unknown };
    return typeof word === 'string' ? word : 'nothing';
  } catch {
    return 'nothing that can be read';
  }
}

/** Pages say who signed, so they were rendered with allowed signers or without. */
async function pageFindings(
  folder: string,
  results: Results,
  acceptance: RunAcceptance,
  { areSignOffsChanged, issuedAtMs }: Changed,
): Promise<VerifyFinding[]> {
  const choices = acceptance.isSignatureAsked ? [acceptance, await acceptanceOf(folder, null)] : [acceptance];
  const rendered = [];
  for (const choice of choices) {
    const { files, index } = await renderReports(results, domains, choice);
    rendered.push(new Map(Object.entries({ ...files, 'index.html': index })));
  }
  const differing = rendered.map((pages) => [...pages].filter(([name, text]) => textIn(folder, name) !== text));
  const fewest = differing.toSorted((a, b) => a.length - b.length)[0] ?? [];
  const [pages] = rendered;
  // What they were rendered with, where no allowed signers are given to compare with, cannot be known.
  const isBlind = acceptance.signOffs.some(({ key, standing }) => key !== null && standing !== 'verified');
  const findings = fewest.map(([name]) => {
    if (textIn(folder, name) === null) return broken('pages', `${name} is gone, or no file`);
    if (areSignOffsChanged)
      return open('pages', `${name} says who signed: it cannot be compared, since the sign-offs were changed.`);
    return isBlind
      ? open('pages', `${name} says who signed: it cannot be compared where a signature cannot be verified.`)
      : broken('pages', `${name} is not what the results and sign-offs give`);
  });
  const all = pages?.size ?? 0;
  if (findings.length === 0)
    findings.push(holds('pages', `${plural(all, 'page is', 'pages are')} what the results and sign-offs give.`));
  // It is made from the certificate, and held against that.
  const ofCertificate = issuedAtMs === null ? [] : [certificatePage];
  // What a promotion sent and packed after it was judged.
  const ofPromotion = results.sections.promotion === undefined ? [] : ['promotion'];
  return [...findings, ...strangers(folder, new Set([...(pages?.keys() ?? []), ...ofCertificate, ...ofPromotion]))];
}

const known = new Set(['results.json', 'manifest.json', 'sign-offs.ndjson', certificateFolder]);

/** What is no evidence and no page of this run. */
function strangers(folder: string, pages: ReadonlySet<string>): VerifyFinding[] {
  return readdirSync(folder)
    .filter((name) => !isEvidence(name) && !known.has(name) && !pages.has(name))
    .map((name) =>
      /^(lock\.json|sign-offs\.lock|reserve|\.)/.test(name)
        ? open('pages', `${name} was left by a process that was killed: it is no part of the run, and can be removed.`)
        : broken('pages', `${name} was added: it is no page of this run`),
    );
}

/** null: it is not there, or no regular file. */
function textIn(folder: string, name: string): string | null {
  try {
    const path = join(folder, name);
    return lstatSync(path).isFile() ? readFileSync(path, 'utf8') : null;
  } catch {
    return null;
  }
}

import type { PartsSection } from '../../domains/part-section.ts';
import { list } from '../../gate/words.ts';
import { type Artifact, artifactConflicts } from '../../model/artifact.ts';
import type { Results } from '../../model/results.ts';

/**
 * Why nothing may be certified of a run, a sentence each; empty: it may. Most of it would have kept the run from its READY already; it is asked here
 * again, because a certificate is believed where nobody sees the run.
 */
export function refusals(results: Results): string[] {
  const { policy, verdict, word, run, evidence, candidate } = results;
  return [
    ...(policy === null
      ? ['No policy says what READY means: the run was judged by its own gates only.']
      : policy.sha256 === undefined
        ? ['The digest of the policy is not known: the run is of an earlier version.']
        : []),
    ...(verdict === 'pass' ? [] : [`It is ${word}: ${results.sentence}`]),
    ...(policy === null ? [] : gateRefusals(results, policy.gates)),
    ...(run.interrupted === null ? [] : [`It did not run to its end: ${run.interrupted}.`]),
    ...(run.isRunning === true ? ['It is still running.'] : []),
    ...(run.endedAt === null ? ['It does not say when it ended.'] : []),
    ...(evidence.manifestSha256 === null ? ['Its evidence was not sealed: there is no manifest.json.'] : []),
    ...artifactRefusals(candidate.artifacts),
    ...skipRefusals(results),
  ];
}

function gateRefusals({ gates }: Results, named: readonly string[]): string[] {
  const open = named.filter((id) => gates.find((gate) => gate.id === id)?.verdict !== 'pass');
  return open.length === 0 ? [] : [`The policy names gates that did not pass: ${list(open)}.`];
}

/** A name and a version can stand for any bytes: what is certified is what the running target said of itself. */
export function artifactRefusals(artifacts: readonly Artifact[]): string[] {
  const probed = artifacts.filter(({ source }) => source === 'probed');
  if (probed.length === 0)
    return [
      'The running target was not asked what it is made of, or did not say: nothing says which build was tested.',
    ];
  const ambiguous = probed.filter((one) =>
    probed.some(({ name, digest }) => name === one.name && digest !== one.digest),
  );
  const unknown = artifacts.filter(
    ({ name, source }) => source === 'declared' && !probed.some((one) => one.name === name),
  );
  return [
    ...artifactConflicts(artifacts),
    ...(unknown.length === 0 ? [] : [`The target does not say whether it runs ${list(names(unknown))}.`]),
    ...(ambiguous.length === 0 ? [] : [`The target names ${list(names(ambiguous))} with several digests.`]),
  ];
}

const names = (artifacts: readonly Artifact[]) => [...new Set(artifacts.map(({ name }) => name))];

/** What of a run, or of one that it rests on, was made by other means or left out without anybody's name. */
export function skipRefusals({ sections }: Pick<Results, 'sections'>): string[] {
  const { load } = sections;
  const engine =
    load === undefined || load.engine.certifiable
      ? []
      : [`Its load was sent by the fallback engine ${load.engine.name}, which cannot certify anything.`];
  const parts = partSections(sections).flatMap(({ notBegun, leftOut = [] }) => [
    ...notBegun.map(({ title }) => `“${title}” was asked for and did not begin.`),
    ...leftOut
      .filter(({ owner }) => owner === null)
      .map(({ title, reason }) => `“${title}” was left out, and nobody’s name stands for that: ${reason}.`),
  ]);
  return [...engine, ...parts];
}

/** Sections of domains whose work is in parts. */
export function partSections(sections: Results['sections']): PartsSection[] {
  return Object.values(sections as Record<string, unknown>).filter(
    (section): section is PartsSection =>
      typeof section === 'object' &&
      section !== null &&
      Array.isArray((section as PartsSection).parts) &&
      Array.isArray((section as PartsSection).notBegun),
  );
}

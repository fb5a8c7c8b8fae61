import { rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { replaceFile } from '../../../evidence/atomic-file.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { RecordingManifest, RouteCount } from '../../../model/traffic.ts';
import { createRecordingWriter, readManifest, readSessions, shardsSha256 } from '../recording.ts';
import { askTarget } from './ask-target.ts';
import { canaryRoute, tryCanaries } from './canary.ts';
import { Clients } from './clients.ts';
import { Learner } from './learner.ts';
import type { AnonymizeOptions } from './options.ts';
import { type AnonymizeReport, countFields, splitCounts, writeReport } from './report.ts';
import { Rewriter } from './rewriter.ts';
import { scanWithTraces } from './scan.ts';
import { rewriteMethod, rewriteRoute, rewriteSession } from './walk/session.ts';
import { prepare, type Workshop } from './workshop.ts';

export type { AnonymizeOptions } from './options.ts';
export type { AnonymizeReport } from './report.ts';
export { type AnonymizeRules, loadRules } from './rules.ts';

type Step = (phase: 'learn' | 'ask' | 'rewrite' | 'scan', sessions: number) => void;

/**
 * Replaces every value of a recording that is not structure by a keyed pseudonym, and scans what was written for leaks. The
 * recording is read twice (to learn what is shared vocabulary, and to rewrite) and the result once; memory is independent of its size.
 *
 * A scan with findings is not an error: the recording is written, marked as not passed, and refused by `verifyPrivacy`.
 * @throws ShakedownError ANONYMIZE_KEY, ANONYMIZE_FOLDER, and as reading and writing recordings do
 */
export async function anonymizeRecording(options: AnonymizeOptions): Promise<AnonymizeReport> {
  const { from, to, signal, onProgress } = options;
  if (resolve(from) === resolve(to)) {
    throw new ShakedownError(
      'ANONYMIZE_FOLDER',
      `${to} is the recording itself; the result needs a folder of its own.`,
    );
  }
  const manifest = await readManifest(from);
  const workshop = prepare(options, manifest);
  const step: Step = (phase, sessions) => {
    signal?.throwIfAborted();
    onProgress?.({ phase, sessions, of: manifest.sessions });
  };
  try {
    await learn(from, manifest, workshop, step);
    if (options.askTarget !== undefined) await findFiles(options.askTarget, workshop, step, signal);
    const rewriter = new Rewriter(workshop);
    const canaries = workshop.apart('POST', canaryRoute, () => tryCanaries(rewriter));
    rewriter.namesReplaced = 0;
    // An older result there must not be taken for this one when this one stops half-way.
    await rm(join(to, 'anonymization.json'), { force: true });
    const written = await rewrite(options, manifest, workshop, rewriter, step);
    const fields = reportFields(workshop, rewriter);
    const scan = await scanWithTraces(to, workshop.traces, {
      canaries: options.canaries ?? [],
      ...(signal === undefined ? {} : { signal }),
      onProgress: (sessions) => step('scan', sessions),
    });
    const passed = scan.passed && canaries.left === 0 && canaries.seenWhenLeft === canaries.planted;
    const { kept, ...counts } = fields;
    const { vocabulary, rare } = workshop;
    const report: AnonymizeReport = {
      format: 'shakedown.anonymization/1',
      sessions: written.sessions,
      requests: written.requests,
      keyGiven: options.key !== undefined,
      ...counts,
      vocabulary: { k: vocabulary.k, values: vocabulary.size, notCounted: vocabulary.overflow, kept },
      paths: { ...workshop.paths },
      names: { replaced: rewriter.namesReplaced },
      rare: { sessions: rare.count, routesOfOneSession: rare.routesOfOne(), listed: rare.listed() },
      canaries,
      scan: { ...scan, passed },
    };
    await writeReport(to, report);
    await finishManifest(to, written, report);
    return report;
  } finally {
    workshop.traces.remove();
  }
}

async function learn(from: string, manifest: RecordingManifest, workshop: Workshop, step: Step): Promise<void> {
  const { vocabulary, rare } = workshop;
  const learner = new Learner(workshop);
  const clients = new Clients();
  let sessions = 0;
  for await (const session of readSessions(from, manifest)) {
    vocabulary.begin(clients.of(session));
    rewriteSession(session, session.id, learner);
    rare.learn(session);
    step('learn', ++sessions);
  }
  vocabulary.settle([...workshop.trees()].flatMap((tree) => [...tree.all()]));
  workshop.structure.settle();
  for (const tree of workshop.trees()) tree.settle();
  rare.settle();
}

/** Files that the target has stay. */
async function findFiles(target: string, { structure }: Workshop, step: Step, signal?: AbortSignal): Promise<void> {
  const found = await askTarget(target, structure.assetsInDoubt(), (asked) => step('ask', asked), signal);
  for (const path of found) structure.files.add(path);
}

async function rewrite(
  { from, to }: AnonymizeOptions,
  manifest: RecordingManifest,
  { fields, dates, startedAtMs, rare, paths }: Workshop,
  rewriter: Rewriter,
  step: Step,
): Promise<RecordingManifest> {
  const writer = await createRecordingWriter(to);
  try {
    let index = 0;
    for await (const session of readSessions(from, manifest)) {
      const id = rewriter.sessionId(session.id);
      const written = rewriteSession(session, id, rewriter);
      paths.add(session.requests, written.requests);
      await writer.write(written);
      rare.judge(session, index, id);
      step('rewrite', ++index);
    }
    const { durationMs, timeResolutionMs, hasResponses, notReplayable } = manifest;
    return await writer.close({
      name: basename(resolve(to)),
      startedAt: startedAtMs === null ? null : new Date(dates.shiftMs(startedAtMs)).toISOString(),
      durationMs,
      timeResolutionMs,
      hasResponses,
      sources: manifest.sources.map((source) => ({ ...source, file: '' })),
      routes: mergedRoutes(
        manifest.routes.map(({ method, route, requests }) => ({
          method: rewriteMethod(fields(method, route), rewriter),
          route: rewriteRoute(fields(method, route), rewriter),
          requests,
        })),
      ),
      notReplayable,
      // Not passed, until the scan says so.
      privacy: privacyOf(false, 0, 0, ''),
    });
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** Routes that became one when what told them apart was replaced. */
function mergedRoutes(routes: readonly RouteCount[]): RouteCount[] {
  const merged = new Map<string, RouteCount>();
  for (const route of routes) {
    const name = `${route.method} ${route.route}`;
    const known = merged.get(name);
    if (known === undefined) merged.set(name, { ...route });
    else known.requests += route.requests;
  }
  return [...merged.values()].sort((a, b) => b.requests - a.requests);
}

function reportFields(workshop: Workshop, rewriter: Rewriter) {
  const trees = [...workshop.trees()].map((tree) => {
    const isToken = tree.method === '' && tree.route === 'jwt';
    return [
      isToken ? 'signed token' : `${rewriteMethod(tree, rewriter)} ${rewriteRoute(tree, rewriter)}`,
      tree,
    ] as const;
  });
  return splitCounts(countFields(trees));
}

function privacyOf(passed: boolean, checked: number, findings: number, digest: string): RecordingManifest['privacy'] {
  return {
    state: 'anonymized',
    scan: { passed, at: new Date().toISOString(), checked, findings, shardsSha256: digest },
  };
}

async function finishManifest(folder: string, written: RecordingManifest, { scan, canaries }: AnonymizeReport) {
  const digest = shardsSha256(written.shards);
  const privacy = privacyOf(scan.passed, scan.checked, scan.findings + canaries.left, digest);
  const file = join(folder, 'recording.json');
  await replaceFile(file, `${JSON.stringify({ ...written, privacy }, null, 2)}\n`);
}

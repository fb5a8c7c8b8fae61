import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { replaceFile } from '../../../evidence/atomic-file.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { RecordingManifest, RouteCount } from '../../../model/traffic.ts';
import { readBatches } from '../batches.ts';
import { createRecordingWriter, readManifest, refuseExisting, shardsSha256 } from '../recording.ts';
import { askTarget } from './ask-target.ts';
import { canaryRoute, tryCanaries } from './canary.ts';
import { Clients } from './clients.ts';
import { splitCounts, sumCounts } from './field-counts.ts';
import type { AnonymizeOptions } from './options.ts';
import { PathCounts } from './path-counts.ts';
import { Pool, threadsFor } from './pool.ts';
import { RareSessions } from './rare.ts';
import { type AnonymizeReport, writeReport } from './report.ts';
import { Rewriter } from './rewriter.ts';
import { scanWithTraces } from './scan.ts';
import { Traces, Tracing } from './traces.ts';
import { keepVocabulary } from './value-pseudonyms.ts';
import { rewriteMethod, rewriteRoute } from './walk/session.ts';
import { settingsOf, Workshop } from './workshop.ts';

const defaultTracesInMemory = 4_000_000;

export type { AnonymizeOptions } from './options.ts';
export type { AnonymizeReport } from './report.ts';
export { type AnonymizeRules, loadRules } from './rules.ts';

/**
 * Replaces every value of a recording that is not structure by a keyed pseudonym, and scans what was written for leaks. The
 * recording is read twice (to learn what is shared vocabulary, and to rewrite) and the result once; memory is independent of its size.
 *
 * A scan with findings is not an error: the recording is written, marked as not passed, and refused by `verifyPrivacy`.
 * @throws ShakedownError ANONYMIZE_KEY, ANONYMIZE_FOLDER, TRAFFIC_EXISTS, and as reading and writing recordings do
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
  if (options.force !== true) await refuseExisting(to);
  const workshop = new Workshop(settingsOf(manifest, options.key ?? randomBytes(32), options.rules));
  const job: Job = {
    options,
    manifest,
    workshop,
    pool: new Pool(options.threads ?? threadsFor(manifest.shards.reduce((sum, { bytes }) => sum + bytes, 0))),
    traces: new Traces(to, options.mostTracesInMemory ?? defaultTracesInMemory),
    rare: new RareSessions(),
    paths: new PathCounts(),
    namesReplaced: 0,
    step(phase, sessions) {
      signal?.throwIfAborted();
      onProgress?.({ phase, sessions, of: manifest.sessions });
    },
  };
  try {
    await learn(job);
    const unanswered = options.askTarget === undefined ? 0 : await findFiles(options.askTarget, job);
    const rewriter = new Rewriter(workshop, new Tracing(job.traces.hash));
    const canaries = workshop.apart('POST', canaryRoute, () => tryCanaries(rewriter));
    // An older result there must not be taken for this one when this one stops half-way.
    await rm(join(to, 'anonymization.json'), { force: true });
    const written = await rewrite(job, rewriter);
    const { kept, ...counts } = await countFields(job, rewriter);
    const scan = await scanWithTraces(to, job.traces, job.pool, {
      canaries: options.canaries ?? [],
      ...(signal === undefined ? {} : { signal }),
      onProgress: (sessions) => job.step('scan', sessions),
    });
    const passed = scan.passed && canaries.left === 0 && canaries.seenWhenLeft === canaries.planted;
    const { vocabulary } = workshop;
    const report: AnonymizeReport = {
      format: 'shakedown.anonymization/1',
      sessions: written.sessions,
      requests: written.requests,
      keyGiven: options.key !== undefined,
      ...counts,
      vocabulary: { k: vocabulary.k, values: vocabulary.size, notCounted: vocabulary.overflow, kept },
      paths: { ...job.paths.sums(), routes: job.paths.routes(), unanswered },
      names: { replaced: job.namesReplaced },
      rare: { sessions: job.rare.count, routesOfOneSession: job.rare.routesOfOne(), listed: job.rare.listed() },
      canaries,
      scan: { ...scan, passed },
    };
    // With a key that is thrown away nobody could read it.
    await keepVocabulary(to, options.key === undefined ? null : vocabulary);
    await writeReport(to, report);
    await finishManifest(to, written, report);
    return report;
  } finally {
    await job.pool.close();
    job.traces.remove();
  }
}

/** What the passes over one recording share. */
interface Job {
  options: AnonymizeOptions;
  manifest: RecordingManifest;
  workshop: Workshop;
  pool: Pool;
  traces: Traces;
  rare: RareSessions;
  paths: PathCounts;
  namesReplaced: number;
  step(phase: 'learn' | 'ask' | 'rewrite' | 'scan', sessions: number): void;
}

async function learn({ options, manifest, workshop, pool, rare, step }: Job): Promise<void> {
  const clients = new Clients();
  await pool.all('begin', workshop.settings);
  for await (const [batch, learned] of pool.each('learn', readBatches(options.from, manifest))) {
    workshop.add(learned, clients.of(learned.identities));
    const { orders } = learned;
    for (let at = 0; at < orders.length; at += 3) rare.learn(orders[at] ?? 0, orders[at + 1] ?? 0, orders[at + 2] ?? 0);
    for (const [route, sessions] of learned.routes) rare.learnRoute(route, sessions);
    step('learn', batch.session + batch.sessions);
  }
  workshop.settle();
  rare.settle();
}

/** Files that the target has stay. @returns how many it gave no answer for */
async function findFiles(target: string, { workshop: { structure }, step, options: { signal } }: Job): Promise<number> {
  const { found, unanswered } = await askTarget(
    target,
    structure.assetsInDoubt(),
    (asked) => step('ask', asked),
    signal,
  );
  for (const path of found) structure.files.add(path);
  return unanswered;
}

async function rewrite(job: Job, rewriter: Rewriter): Promise<RecordingManifest> {
  const { options, manifest, workshop, pool, traces, rare, paths, step } = job;
  // Once for all threads, for it leaves counts and traces.
  const routes = manifest.routes.map(({ method, route, requests }) => {
    const tree = workshop.fields(method, route);
    return { method: rewriteMethod(tree, rewriter), route: rewriteRoute(tree, rewriter), requests };
  });
  for (const tree of workshop.trees()) rewriteRoute(tree, rewriter);
  traces.add(rewriter.traces.take());
  await pool.all('beginRewriting', {
    learned: workshop.learned(),
    rare: rare.criteria,
    seed: traces.hash.seed,
    losesPaths: options.key === undefined,
  });
  const writer = await createRecordingWriter(options.to);
  try {
    for await (const [batch, made] of pool.each('rewrite', readBatches(options.from, manifest))) {
      for (const [index, line] of made.lines.entries()) await writer.writeEncoded(line, made.requests[index] ?? 0);
      traces.add(made.traces);
      paths.include(made.paths);
      job.namesReplaced += made.namesReplaced;
      for (const candidate of made.rare) rare.judge(candidate);
      step('rewrite', batch.session + batch.sessions);
    }
    const { durationMs, timeResolutionMs, hasResponses, notReplayable } = manifest;
    const { startedAtMs } = workshop.settings;
    return await writer.close({
      name: basename(resolve(options.to)),
      startedAt: startedAtMs === null ? null : new Date(workshop.dates.shiftMs(startedAtMs)).toISOString(),
      durationMs,
      timeResolutionMs,
      hasResponses,
      sources: manifest.sources.map((source) => ({ ...source, file: '' })),
      routes: mergedRoutes(routes),
      notReplayable,
      // Not passed, until the scan says so.
      privacy: privacyOf(false, 0, 0, ''),
    });
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** Routes that became one when what distinguished them was replaced. */
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

/** What was done to which fields, in all threads. */
async function countFields({ workshop, pool }: Job, rewriter: Rewriter) {
  const counts = await pool.all('counts', undefined);
  return splitCounts(
    sumCounts(counts.flat(), (method, route) => {
      if (method === '' && route === 'jwt') return 'signed token';
      const tree = workshop.fields(method, route);
      return `${rewriteMethod(tree, rewriter)} ${rewriteRoute(tree, rewriter)}`;
    }),
  );
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

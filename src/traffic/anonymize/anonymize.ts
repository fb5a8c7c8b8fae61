import { randomBytes } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ShakedownError } from '../../model/error.ts';
import type { RecordingManifest } from '../../model/traffic.ts';
import { createRecordingWriter, readManifest, readSessions, shardsSha256 } from '../recording.ts';
import { canaryRoute, tryCanaries } from './canary.ts';
import { clientOf } from './clients.ts';
import { FieldTree } from './field.ts';
import { createKeyed } from './keyed.ts';
import { Learner } from './learner.ts';
import { Dates } from './pseudonyms/date.ts';
import { RareSessions } from './rare.ts';
import { type AnonymizeReport, countFields, splitCounts, writeReport } from './report.ts';
import { Rewriter } from './rewriter.ts';
import { RouteIndex } from './routes.ts';
import type { AnonymizeRules } from './rules.ts';
import { scanWithTraces } from './scan.ts';
import { Traces } from './traces.ts';
import { Vocabulary } from './vocabulary.ts';
import { rewriteMethod, rewriteRoute, rewriteSession } from './walk/session.ts';

export type { AnonymizeReport } from './report.ts';
export { type AnonymizeRules, loadRules } from './rules.ts';

export interface AnonymizeOptions {
  /** Folder of the recording to read, and of the one to write; not the same. */
  from: string;
  to: string;
  /** At least 16 bytes. Absent: made for this recording and thrown away, so that no one can link it to another. */
  key?: Buffer | string;
  rules?: AnonymizeRules;
  /** Values that must not survive, looked for besides what the scan looks for anyway. */
  canaries?: readonly string[];
  signal?: AbortSignal;
  onProgress?: (progress: { phase: 'learn' | 'rewrite' | 'scan'; sessions: number; of: number }) => void;
}

const defaultK = 10;

/**
 * Replaces every value of a recording that is not structure by a keyed pseudonym, and scans what was written for leaks. The
 * recording is read twice (to learn what is shared vocabulary, and to rewrite) and the result once; memory does not grow with it.
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
  const keyed = createKeyed(options.key ?? randomBytes(32));
  const rules = options.rules ?? { rules: [] };
  const startedAt = manifest.startedAt === null ? Number.NaN : Date.parse(manifest.startedAt);
  const dates = new Dates(keyed, Number.isNaN(startedAt) ? null : startedAt);
  const traces = new Traces(keyed);
  const vocabulary = new Vocabulary(rules.k ?? defaultK, traces.hash);
  const routes = new RouteIndex(manifest.routes.map(({ route }) => route));
  const trees = new Map<string, FieldTree>();
  const budget = { fields: 0 };
  const fields = (method: string, route: string) => {
    const name = `${method} ${route}`;
    let tree = trees.get(name);
    if (tree === undefined) {
      tree = new FieldTree(method, route, rules, budget);
      trees.set(name, tree);
    }
    return tree;
  };
  const rare = new RareSessions(traces.hash);

  const learner = new Learner(routes, fields, vocabulary);
  let index = 0;
  const step = (phase: 'learn' | 'rewrite' | 'scan', sessions: number) => {
    signal?.throwIfAborted();
    onProgress?.({ phase, sessions, of: manifest.sessions });
  };
  for await (const session of readSessions(from, manifest)) {
    vocabulary.begin(clientOf(session));
    rewriteSession(session, session.id, learner);
    rare.learn(session);
    step('learn', ++index);
  }
  vocabulary.settle([...trees.values()].flatMap((tree) => [...tree.all()]));
  rare.settle();

  const rewriter = new Rewriter(keyed, dates, routes, fields, vocabulary, traces);
  trees.set(`POST ${canaryRoute}`, new FieldTree('POST', canaryRoute, { rules: [] }, budget));
  const canaries = tryCanaries(rewriter);
  for (const tree of trees.values()) for (const field of tree.all()) field.counts.clear();
  trees.delete(`POST ${canaryRoute}`);

  const writer = await createRecordingWriter(to);
  let written: RecordingManifest;
  try {
    index = 0;
    for await (const session of readSessions(from, manifest)) {
      const id = rewriter.sessionId(session.id);
      await writer.write(rewriteSession(session, id, rewriter));
      rare.judge(session, index, id);
      step('rewrite', ++index);
    }
    written = await writer.close({
      name: manifest.name,
      startedAt: Number.isNaN(startedAt) ? null : new Date(dates.shiftMs(startedAt)).toISOString(),
      durationMs: manifest.durationMs,
      timeResolutionMs: manifest.timeResolutionMs,
      hasResponses: manifest.hasResponses,
      sources: manifest.sources.map((source) => ({ ...source, file: '' })),
      routes: manifest.routes.map(({ method, route, requests }) => ({
        method: rewriteMethod(fields(method, route), rewriter),
        route: rewriteRoute(fields(method, route), rewriter),
        requests,
      })),
      notReplayable: manifest.notReplayable,
      privacy: {
        state: 'anonymized',
        scan: { passed: false, at: new Date().toISOString(), checked: 0, findings: 0, shardsSha256: '' },
      },
    });
  } catch (error) {
    await writer.abort();
    throw error;
  }

  const shownRoutes = [...trees].map(([name, tree]): [string, FieldTree] => [
    name === ' jwt' ? 'signed token' : `${rewriteMethod(tree, rewriter)} ${rewriteRoute(tree, rewriter)}`,
    tree,
  ]);
  const { kept, ...counts } = splitCounts(countFields(shownRoutes));
  const scan = await scanWithTraces(to, traces, {
    canaries: options.canaries ?? [],
    ...(signal === undefined ? {} : { signal }),
    onProgress: (sessions) => step('scan', sessions),
  });
  const passed = scan.passed && canaries.left === 0 && canaries.seenWhenLeft === canaries.planted;
  const report: AnonymizeReport = {
    format: 'shakedown.anonymization/1',
    sessions: written.sessions,
    requests: written.requests,
    keyGiven: options.key !== undefined,
    ...counts,
    vocabulary: { k: vocabulary.k, values: vocabulary.size, notCounted: vocabulary.overflow, kept },
    rare: { sessions: rare.count, routesOfOneSession: rare.routesOfOne(), listed: rare.listed() },
    canaries,
    scan: { ...scan, passed },
  };
  await writeReport(to, report);
  await finishManifest(to, {
    ...written,
    privacy: {
      state: 'anonymized',
      scan: {
        passed,
        at: new Date().toISOString(),
        checked: scan.checked,
        findings: scan.findings + canaries.left,
        shardsSha256: shardsSha256(written.shards),
      },
    },
  });
  return report;
}

async function finishManifest(folder: string, manifest: RecordingManifest): Promise<void> {
  const file = join(folder, 'recording.json');
  await writeFile(`${file}.part`, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(`${file}.part`, file);
}

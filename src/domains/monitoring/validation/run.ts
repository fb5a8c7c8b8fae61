import { join, relative } from 'node:path';
import { inBackground } from '../../../environment/run-program.ts';
import type { Journal } from '../../../evidence/journal.ts';
import { recordRun } from '../../../evidence/recorded-run.ts';
import { RunClock } from '../../../evidence/run-clock.ts';
import type { Teardown } from '../../../evidence/teardown.ts';
import type { LoadedConfig, Services } from '../../command.ts';
import { recordPart } from '../../part-run.ts';
import { validatedMonitoring } from './configuration.ts';
import { nameOfValidated, needNamedFiles } from './named-files.ts';
import { withOperatorResources } from './operator/merged-file.ts';
import type { PartContext, ValidationPart } from './part.ts';
import { needProgramsOfSample } from './programs.ts';
import { openStack } from './stack/open.ts';
import type { Stack } from './stack/stack.ts';

export interface ValidationRun {
  loaded: LoadedConfig;
  chosen: readonly ValidationPart[];
  proves: boolean;
  services: Pick<Services, 'begun' | 'startSample' | 'sampleMonitoring'>;
  signal: AbortSignal;
  say(text: string): void;
}

/**
 * Validates the monitoring, part by part. A part that cannot go on costs no other.
 * @returns the run's folder; it is not judged yet
 * @throws ShakedownError for what stands in the way of all parts
 */
export async function runValidation(asked: ValidationRun): Promise<string> {
  const { config } = asked.loaded;
  await needNamedFiles(config.monitoring);
  await needProgramsOfSample(
    config,
    asked.chosen.map(({ id }) => id),
  );
  return recordRun(config.reports.folder, async (run) => {
    const { monitoring } = config;
    const label = nameOfValidated(monitoring, config.target, (path) => relative(process.cwd(), path) || path);
    run.begin(
      await asked.services.begun(config, {
        ...{ runId: run.id, durationMs: 0, programs: [] },
        target: { label: `monitoring of ${label}`, artifacts: [] },
      }),
    );
    await validateAll({ ...asked, run, journal: run.journal, teardown: run.teardown });
    if (asked.signal.aborted) run.journal.append('shakedown.run.interrupted', { reason: 'by the user' });
  });
}

interface Validating extends ValidationRun {
  run: { path: string };
  journal: Journal;
  teardown: Teardown;
}

async function validateAll(asked: Validating): Promise<void> {
  const { chosen, proves, journal, signal, teardown, say, loaded } = asked;
  journal.append('shakedown.validation.started', { chosen: chosen.map(({ id }) => id), proves });
  const clock = new RunClock();
  clock.set(Date.now());
  let opened: Promise<Stack> | null = null;
  const stack = () => {
    opened ??= openStack({
      config: loaded.config,
      services: asked.services,
      folder: asked.run.path,
      teardown,
      signal,
      say,
    });
    return opened;
  };
  if (chosen.some(({ id }) => id === 'alerts') && loaded.config.target.sample !== null) {
    // It takes as long to start as the first one, which need not be waited for where other parts come before.
    void stack()
      .then(({ isOwn, second }) => (isOwn ? second() : null))
      .catch(() => {});
  }
  const { monitoring, merge: operator } = await withOperatorResources(
    validatedMonitoring(loaded.config, asked.services.sampleMonitoring),
    teardown,
  );
  const quiet = withResolvers();
  const shared = { monitoring, operator, stack, quietIsOver: () => quiet.promise, now: () => clock.nowMs() };
  const one = (part: ValidationPart) => validateOne(part, { ...asked, ...shared });
  const of = (turn: ValidationPart['turn']) => chosen.filter((part) => (part.turn ?? 'quiet') === turn);
  const all = async (some: readonly ValidationPart[]) => {
    await Promise.all(some.map(one));
  };
  const beside = Promise.all([all(of('beside')), inBackground(() => all(of('background')))]);
  // Waited for below; what it fails of is heard there.
  beside.catch(() => {});
  for (const part of of('quiet')) {
    if (signal.aborted) break;
    await one(part);
  }
  quiet.resolve();
  await beside;
}

function validateOne(
  part: ValidationPart,
  asked: Validating & Pick<PartContext, 'monitoring' | 'operator' | 'stack' | 'quietIsOver' | 'now'>,
): Promise<void> {
  const { run, journal, say, loaded, signal, teardown, now, monitoring, operator, stack, quietIsOver } = asked;
  const { title, turn = 'quiet' } = part;
  say(title);
  return recordPart(part, {
    ...{ folder: join(run.path, 'evidence', 'monitoring', part.id), signal, now },
    // Parts that are done side by side say which of them speaks.
    tell: (text) => say(turn === 'quiet' ? `  ${text}` : `  ${title}: ${text}`),
    why: ({ message }) => message,
    append: (kind, data) => journal.append(`shakedown.validation.${kind}`, data as never),
    context: (recording) => ({
      ...recording,
      ...{ config: loaded.config, monitoring, operator, stack, quietIsOver, now, signal, teardown },
    }),
  });
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((resolved) => {
    resolve = resolved;
  });
  return { promise, resolve };
}

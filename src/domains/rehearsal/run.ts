import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Journal } from '../../evidence/journal.ts';
import { type RecordedRun, recordRun } from '../../evidence/recorded-run.ts';
import { RunClock } from '../../evidence/run-clock.ts';
import type { Teardown } from '../../evidence/teardown.ts';
import { firstError } from '../../model/error.ts';
import type { LoadedConfig, Services } from '../command.ts';
import { startGuard } from './guard/guard.ts';
import { type LivePage, type LivePageState, serveLivePage } from './live-page/serve.ts';
import { manualOverride } from './override.ts';
import type { Rehearsal, RehearsalContext, Second } from './rehearsal.ts';
import { readHistory } from './system/history.ts';
import { holdStaging, repairedStaging } from './system/hold.ts';
import { stagingFiles, stagingSettings } from './system/settings-of.ts';
import { Staging } from './system/staging.ts';

const historyAtMost = 20;

export interface RehearsalsRun {
  loaded: LoadedConfig;
  chosen: readonly Rehearsal[];
  /** null: the configuration's version. */
  candidate: string | null;
  /** Of the page that shows it, and on which a person can decide; 0: any free one; null: no page. */
  pagePort: number | null;
  services: Pick<Services, 'begun' | 'sampleSystem' | 'typedLines'>;
  signal: AbortSignal;
  say(text: string): void;
}

/**
 * Does rehearsals one after the other on the staging system, which is started where none runs. Whatever happens, the traffic is afterwards where it was
 * before.
 * @returns the run's folder; it is not judged yet
 * @throws ShakedownError for what stands in the way of all of them
 */
export async function runRehearsals(asked: RehearsalsRun): Promise<string> {
  const { loaded } = asked;
  const files = stagingFiles(loaded.folder);
  const settings = stagingSettings(loaded, asked.services);
  return recordRun(loaded.config.reports.folder, async ({ begin, journal, teardown, ...run }) => {
    await holdStaging(files, teardown);
    await rehearseOn({ ...asked, settings, files, run, journal, teardown, begin });
  });
}

interface Rehearsing extends RehearsalsRun {
  settings: ReturnType<typeof stagingSettings>;
  files: ReturnType<typeof stagingFiles>;
  run: { id: string; path: string };
  journal: Journal;
  teardown: Teardown;
  begin: RecordedRun['begin'];
}

async function rehearseOn(asked: Rehearsing): Promise<void> {
  const { loaded, settings, files, services, signal, say, run, journal, teardown, chosen } = asked;
  const { config } = loaded;
  const candidate = asked.candidate ?? config.version;
  say('preparing the staging system');
  const found = await repairedStaging(settings, say);
  const endGuard = await startGuard({ settings, endsStaging: found === null }, run.path);
  teardown.before('end the guard', endGuard);
  const staging = found ?? (await Staging.start(settings, signal));
  if (found === null) teardown.before('end the staging system', () => staging.end());
  const history = readHistory(files.history);
  const previous = previousVersion(loaded, candidate, staging, history);
  const clock = new RunClock();
  clock.set(Date.now());
  const now = () => clock.nowMs();
  if (staging.current === null) await giveTraffic(staging, previous, signal, say);
  const system = settings.system;
  // That its instances run this is checked when they come up.
  const declared = system === null ? {} : { artifacts: [...system.release(candidate).artifacts] };
  asked.begin(
    await services.begun(
      { ...config, version: candidate, baselineVersion: previous, ...declared },
      {
        runId: run.id,
        durationMs: 0,
        target: {
          label: `staging system at ${staging.switch.baseUrl}`,
          artifacts: [],
        },
        programs: [{ name: staging.switch.title, version: '', origin: staging.switch.driver }],
      },
    ),
  );
  journal.append('shakedown.rehearsal.started', {
    ...{ candidate, previous, driver: staging.driver, switchDriver: staging.switch.title },
    ...{ chosen: chosen.map(({ id }) => id), history: history.slice(-historyAtMost) },
  });
  staging.beginMoving();
  const typed = services.typedLines();
  teardown.before('give the terminal back', async () => typed.end());
  if (typed.isPerson && chosen.some(({ takesWord }) => takesWord === true))
    say('Type promote, pause, resume or abort and Enter to decide by hand.');
  let doing: Rehearsal | null = null;
  const page = await livePage(asked, () => ({
    title: `${candidate} in place of ${previous}`,
    state: doing?.title ?? 'Between rehearsals',
    weights: staging.weights,
    takesWord: doing?.takesWord === true,
  }));
  const next = () => page?.next() ?? typed.next();
  const override = manualOverride(run.path, next, (line) =>
    say(`Not understood: ${line}. Type promote, pause, resume or abort.`),
  );
  try {
    await fromPrevious(staging, previous, signal, say);
    for (const one of chosen) {
      if (signal.aborted) break;
      doing = one;
      await rehearseOne(one, { ...asked, staging, candidate, previous, now, override, page });
      doing = null;
    }
  } finally {
    await restored(staging, journal, now);
  }
  if (signal.aborted) journal.append('shakedown.run.interrupted', { reason: 'by the user' });
}

/** null: nobody asked for it. @throws ShakedownError PORT_TAKEN */
async function livePage(
  { pagePort, say, teardown }: Pick<Rehearsing, 'pagePort' | 'say' | 'teardown'>,
  now: () => LivePageState,
): Promise<LivePage | null> {
  if (pagePort === null) return null;
  const page = await serveLivePage(pagePort, now);
  teardown.before('close the page', () => page.close());
  say(`live view  ${page.address}`);
  return page;
}

/** The version before the candidate: configured, what staging runs, the last one deployed, or the baseline. */
function previousVersion(
  { config }: LoadedConfig,
  candidate: string,
  staging: Staging,
  history: readonly { version: string; status: string }[],
): string {
  const earlier = history.filter(({ version, status }) => status === 'success' && version !== candidate).at(-1);
  const current = staging.current?.version;
  const known = config.rehearsal.previous ?? (current === candidate ? undefined : current) ?? earlier?.version;
  return known ?? config.baselineVersion ?? (config.target.sample === null ? candidate : 'v2.0.0');
}

/** Rehearsals begin with all traffic on the previous version. */
async function fromPrevious(
  staging: Staging,
  previous: string,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<void> {
  if (staging.current?.version !== previous) await giveTraffic(staging, previous, signal, say);
}

async function giveTraffic(
  staging: Staging,
  version: string,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<void> {
  const name = staging.current?.name === 'blue' ? 'green' : 'blue';
  say(`bringing up ${version}, which the candidate takes the place of`);
  await staging.up(name, version, signal);
  await staging.move({ [name]: 100 });
}

interface One extends Rehearsing {
  staging: Staging;
  candidate: string;
  previous: string;
  now(): number;
  override: RehearsalContext['override'];
  page: LivePage | null;
}

/** One that fails for a reason of its own costs no other. */
async function rehearseOne({ id, title, load }: Rehearsal, one: One): Promise<void> {
  const { journal, run, now, say, signal, teardown, staging, candidate, previous, override, loaded, page } = one;
  const folder = join(run.path, 'evidence', 'rehearsal', id);
  await mkdir(folder, { recursive: true });
  say(title);
  journal.append('shakedown.rehearsal.begun', { rehearsal: id, atMs: now() });
  const before = staging.weights;
  const sides = staging.sides.map(({ name }) => name);
  const current = staging.current?.name ?? '';
  const context: RehearsalContext = {
    ...{ config: loaded.config, candidate, previous, folder, signal, teardown, staging, now, override },
    record: (data) => journal.append('shakedown.rehearsal.evidence', { rehearsal: id, atMs: now(), data }),
    mark(mark) {
      const atMs = now();
      journal.append('shakedown.rehearsal.marked', { rehearsal: id, atMs, ...mark });
      page?.mark({ atMs, ...mark });
      say(`  ${mark.text}`);
    },
    second: (second) => journal.append('shakedown.rehearsal.second', { rehearsal: id, ...byRole(second, current) }),
    phase: (text) => say(`  ${text}`),
  };
  let error: string | null = null;
  try {
    await (await load()).run(context);
  } catch (cause) {
    error = signal.aborted ? 'It was interrupted.' : firstError(cause).message;
    say(`  ${error}`);
  }
  // The next one begins where this one did.
  try {
    if (Object.keys(before).length > 0) await staging.move(before);
    for (const { name } of staging.sides.filter((side) => !sides.includes(side.name))) {
      await staging.drained(name, AbortSignal.timeout(loaded.config.deployment.drainMs));
      await staging.down(name);
    }
  } catch (cause) {
    error ??= firstError(cause).message;
  }
  journal.append('shakedown.rehearsal.ended', { rehearsal: id, atMs: now(), error });
}

/** Sides by what they are in the rehearsal: `current`, `control`, `candidate`; empty where nobody knows who answered. */
function byRole({ startMs, weights, sides }: Second, current: string): Second {
  const role = (name: string) =>
    name === current ? 'current' : name === 'control' || name === '' ? name : 'candidate';
  const renamed = <T>(of: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(of).map(([name, value]) => [role(name), value]));
  return { startMs, weights: renamed(weights), sides: renamed(sides) };
}

async function restored(staging: Staging, journal: Journal, now: () => number): Promise<void> {
  try {
    const outcome = await staging.restore();
    const { wanted, found } = outcome ?? { wanted: staging.weights, found: staging.weights };
    journal.append('shakedown.rehearsal.restored', {
      atMs: now(),
      weights: { ...found },
      wanted: { ...wanted },
      error: null,
    });
  } catch (cause) {
    const error = `the traffic could not be put back: ${firstError(cause).message}`;
    journal.append('shakedown.rehearsal.restored', { atMs: now(), weights: {}, wanted: {}, error });
  }
}

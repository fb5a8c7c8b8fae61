import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { readBounded } from '../../../evidence/bounded-file.ts';
import { ShakedownError } from '../../../model/error.ts';
import { Random } from '../../traffic/public.ts';

const bundledFolder = fileURLToPath(new URL('../../../../chaos/', import.meta.url));
const planName = 'plan.yaml';

const planSchema = z.strictObject({
  order: z.enum(['fixed', 'random']).default('fixed').describe('random: shuffled by the seed.'),
  seed: z.int().min(0).default(1),
  startS: z
    .number()
    .min(0)
    .optional()
    .describe('When the first experiment begins; a fifth of the run, at most 5 min, when absent.'),
  whatFits: z
    .boolean()
    .default(false)
    .describe(
      'Whether experiments are optional: one for which there is no time is named and is no loss; otherwise it leaves the gate inconclusive.',
    ),
  pauseS: z.number().min(0).default(15).describe('Pause between two experiments: time to recover, and to measure it.'),
  experiments: z
    .array(
      z.union([
        z.string().min(1),
        z.strictObject({
          file: z.string().min(1),
          atS: z.number().min(0).optional().describe('Earliest start.'),
          optional: z
            .boolean()
            .optional()
            .describe('Whether it is no loss where there is no time for it; as whatFits says when absent.'),
        }),
      ]),
    )
    .min(1),
});

/** Which experiments a run is to have, and when. */
export interface ChaosPlan {
  /** Absolute paths. */
  files: { file: string; notBeforeMs: number | null; optional: boolean }[];
  /** null: by the run's length. */
  startMs: number | null;
  pauseMs: number;
}

/**
 * Makes a plan of what `--chaos` names: plans, experiments and folders of them. Nothing named: `chaos/plan.yaml` of the project, else every
 * experiment of its `chaos/experiments`; for the bundled sample system those that come with it.
 * @param folder of the project
 * @throws ShakedownError CHAOS_PLAN
 */
export async function readChaosPlan(named: readonly string[], folder: string, bundled: boolean): Promise<ChaosPlan> {
  const sources = named.length > 0 ? named.map((one) => resolve(folder, one)) : [await ownSource(folder, bundled)];
  const plan: ChaosPlan = { files: [], startMs: null, pauseMs: 15_000 };
  for (const source of sources) await add(plan, source);
  if (plan.files.length === 0) {
    throw new ShakedownError('CHAOS_PLAN', `There is no experiment in ${sources.join(', ')}.`, {
      hint: 'Write one (.yaml or .json), or name one: --chaos chaos/experiments/slow-database.yaml.',
    });
  }
  return plan;
}

async function ownSource(folder: string, bundled: boolean): Promise<string> {
  for (const place of [join(folder, 'chaos'), ...(bundled ? [bundledFolder] : [])]) {
    for (const source of [join(place, planName), join(place, 'experiments')]) {
      const found = await stat(source).catch(() => null);
      if (found?.isFile() || (found?.isDirectory() && (await experimentsIn(source)).length > 0)) return source;
    }
  }
  throw new ShakedownError(
    'CHAOS_PLAN',
    `There are no experiments: neither ${join(folder, 'chaos', planName)} nor chaos/experiments.`,
    {
      hint: '`shakedown init` writes some to begin with.',
    },
  );
}

async function experimentsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => ['.yaml', '.yml', '.json'].includes(extname(name)))
    .sort()
    .map((name) => join(folder, name));
}

async function add(plan: ChaosPlan, source: string): Promise<void> {
  const found = await stat(source).catch(() => null);
  if (found === null)
    throw new ShakedownError('CHAOS_PLAN', `${source} is not there.`, {
      hint: 'Name an experiment, a plan, or a folder.',
    });
  if (found.isDirectory()) {
    plan.files.push(...(await experimentsIn(source)).map((file) => ({ file, notBeforeMs: null, optional: false })));
    return;
  }
  const written = await planOf(source);
  if (written === null) {
    plan.files.push({ file: source, notBeforeMs: null, optional: false });
    return;
  }
  const { experiments, order, seed, startS, pauseS, whatFits } = written;
  const entries = experiments.map((entry) => (typeof entry === 'string' ? { file: entry } : entry));
  const ordered = order === 'random' ? shuffled(entries, new Random(`chaos ${seed}`)) : entries;
  for (const entry of ordered) {
    const atS = 'atS' in entry ? entry.atS : undefined;
    const optional = ('optional' in entry ? entry.optional : undefined) ?? whatFits;
    const notBeforeMs = atS === undefined ? null : atS * 1000;
    plan.files.push({ file: resolve(dirname(source), entry.file), notBeforeMs, optional });
  }
  plan.startMs = startS === undefined ? plan.startMs : startS * 1000;
  plan.pauseMs = pauseS * 1000;
}

const mostBytes = 2 * 1024 * 1024;

/** null: the file is none; an experiment has a method. */
async function planOf(file: string): Promise<z.output<typeof planSchema> | null> {
  if (extname(file) === '.json') return null;
  let written: unknown;
  try {
    written = parse((await readBounded(file, mostBytes)).toString('utf8'), { maxAliasCount: 0 });
  } catch {
    // It is read again as an experiment, which reports its syntax errors.
    return null;
  }
  if (!isPlan(written, file)) return null;
  const named = (written as { experiments?: unknown } | null)?.experiments ?? [];
  if (Array.isArray(named) && named.length === 0) {
    throw new ShakedownError('CHAOS_PLAN', `${file}: experiments: the plan names no experiment.`, {
      hint: 'Give it a list of files, relative to its folder, such as `experiments: [experiments/slow-database.yaml]`; or remove the plan, and all of chaos/experiments are run.',
    });
  }
  const parsed = planSchema.safeParse(written);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
  throw new ShakedownError('CHAOS_PLAN', `${file}: ${problems.join('; ')}.`, {
    hint: `A plan has ${Object.keys(planSchema.shape).join(', ')}; docs/chaos.md describes it.`,
  });
}

/** By what is in it, or by its name: one without experiments is a plan that lacks them, and no experiment that lacks all else. */
function isPlan(written: unknown, file: string): boolean {
  const keys = typeof written === 'object' && written !== null ? Object.keys(written) : [];
  if (keys.includes('method') || keys.includes('title')) return false;
  const own = Object.keys(planSchema.shape);
  return (
    keys.includes('experiments') ||
    basename(file) === planName ||
    (keys.length > 0 && keys.every((key) => own.includes(key)))
  );
}

/** Fisher–Yates. */
function shuffled<T>(items: readonly T[], random: Random): T[] {
  const list = [...items];
  for (let last = list.length - 1; last > 0; last--) {
    const at = random.uint32() % (last + 1);
    const [one, other] = [list[last], list[at]];
    if (one === undefined || other === undefined) continue;
    list[last] = other;
    list[at] = one;
  }
  return list;
}

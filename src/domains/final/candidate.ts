import { z } from 'zod';
import { type NotRead, readBounded } from '../../evidence/bounded-file.ts';
import { list } from '../../gate/words.ts';
import { areSameArtifacts, artifactConflicts, artifactsOf, unprobedArtifacts } from '../../model/artifact.ts';
import { firstError } from '../../model/error.ts';
import { count, plural } from '../../report-kit/format.ts';
import { candidateLog } from '../candidate-log.ts';
import { type Check, check } from '../part.ts';
import { type ValidationContext, validationWork } from '../validation.ts';

const changesAtMost = 200;
const shownAtMost = 40;
const textBytesAtMost = 1_000_000;

const artifact = z.object({ name: z.string(), digest: z.string(), source: z.enum(['declared', 'probed']) });
const evidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('identity'),
    version: z.string(),
    baselineVersion: z.string().nullable(),
    before: z.array(artifact),
    /** null: it could not be asked again. */
    after: z.array(artifact).nullable(),
    /** Why it could not be asked; empty. */
    error: z.string(),
    features: z.array(z.string()),
    testedBefore: z.array(z.object({ name: z.string(), url: z.string().nullable() })),
  }),
  z.object({
    kind: z.literal('changes'),
    /** Where they are read from: `git log v2.0.0..HEAD`; null: nothing says what changed. */
    source: z.string().nullable(),
    total: z.int().min(0),
    lines: z.array(z.string()),
    error: z.string(),
  }),
]);
type Evidence = z.output<typeof evidence>;
type Identity = Extract<Evidence, { kind: 'identity' }>;

/** What is validated, asked before anything was done and now that all is over. */
export const candidate = validationWork<Evidence>({
  evidence,
  async run({ config, target, record, signal, services }) {
    const opened = await target();
    const { version, baselineVersion, candidate: about } = config;
    const before = artifactsOf(config.artifacts ?? [], opened.artifacts);
    const again = await opened.probe().then(
      (probed) => ({ after: artifactsOf(config.artifacts ?? [], probed), error: '' }),
      (cause: unknown) => ({ after: null, error: firstError(cause).message }),
    );
    const { features, testedBefore } = about;
    record({ kind: 'identity', version, baselineVersion, before, ...again, features, testedBefore });
    record({ kind: 'changes', ...(await changesOf({ config, signal, services })) });
  },
  judge: (pieces) => {
    const identity = pieces.map(({ data }) => data).find((data) => data.kind === 'identity');
    const changes = pieces.map(({ data }) => data).find((data) => data.kind === 'changes');
    return {
      checks: [
        ...(identity === undefined ? [] : [...identityChecks(identity)]),
        ...(changes === undefined ? [] : [changesCheck(changes)]),
      ],
      figures: [
        ...(identity === undefined ? [] : figuresOf(identity)),
        ...(changes === undefined || changes.source === null || changes.error !== ''
          ? []
          : [{ name: 'Changes', value: count(changes.total) }]),
      ],
      tables: [
        {
          title: 'Artifacts',
          head: ['Name', 'Digest', 'Known by'],
          rows: (identity?.before ?? []).map(({ name, digest, source }) => [
            name,
            digest,
            source === 'probed' ? 'the running target' : 'declaration',
          ]),
          figures: 0,
        },
        {
          title: changes?.source === null ? 'Changes' : `Changes, by ${changes?.source ?? ''}`,
          head: ['Change'],
          rows: (changes?.lines ?? []).slice(0, shownAtMost).map((line) => [line]),
          figures: 0,
        },
      ],
    };
  },
});

function* identityChecks({ before, after, error }: Identity): Generator<Check> {
  const known = 'It is known by its digest';
  const probed = before.filter(({ source }) => source === 'probed');
  const conflicts = artifactConflicts(before);
  const [conflict] = conflicts;
  if (conflict !== undefined)
    yield check('identity', known, 'inconclusive', `${conflict} What was tested is not what is named.`);
  else if (probed.length === 0) {
    const why =
      before.length === 0
        ? 'No artifact is declared, and the target does not say what it is made of'
        : 'The target does not say what it is made of';
    yield check(
      'identity',
      known,
      'inconclusive',
      `${why}: what was tested may be another build. Set target.artifactPath.`,
    );
  } else {
    const unknown = unprobedArtifacts(before);
    const verdict = unknown === null ? 'pass' : 'inconclusive';
    yield check(
      'identity',
      known,
      verdict,
      unknown ?? `The target says that it is made of ${list(probed.map(({ name }) => name))}.`,
    );
  }
  const same = 'It stayed the same while it was validated';
  if (after === null) yield check('same', same, 'inconclusive', `It could not be asked again at the end: ${error}`);
  else if (
    !areSameArtifacts(
      probed,
      after.filter(({ source }) => source === 'probed'),
    )
  ) {
    const changed = after.filter((one) => !before.some((each) => each.name === one.name && each.digest === one.digest));
    const names = changed.length === 0 ? 'an artifact is gone' : list(changed.map(({ name }) => name));
    yield check(
      'same',
      same,
      'inconclusive',
      `The target changed while it was validated: ${names}. What was found is of no one candidate.`,
    );
  } else if (probed.length === 0) yield check('same', same, 'inconclusive', 'Nothing says whether it did.');
  else yield check('same', same, 'pass', 'The digests at the end are those of the beginning.');
}

function changesCheck({ source, total, error }: Extract<Evidence, { kind: 'changes' }>): Check {
  const title = 'What changed is known';
  if (error !== '') return check('changes', title, 'inconclusive', error);
  if (source === null)
    return check(
      'changes',
      title,
      'inconclusive',
      'Nothing says what changed: set candidate.repository, or candidate.changes.',
    );
  if (total === 0)
    return check(
      'changes',
      title,
      'inconclusive',
      `${source} names no change, so the candidate is the version before, or this is the wrong place to look.`,
    );
  return check('changes', title, 'pass', `${plural(total, 'change')}, by ${source}.`);
}

function figuresOf({ version, baselineVersion, features, testedBefore }: Identity) {
  return [
    { name: 'Version', value: version },
    { name: 'In place of', value: baselineVersion ?? 'not stated' },
    ...(features.length === 0 ? [] : [{ name: 'New features', value: features.join(', ') }]),
    ...(testedBefore.length === 0
      ? []
      : [
          {
            name: 'Tested before, as stated',
            value: testedBefore.map(({ name, url }) => (url === null ? name : `${name} (${url})`)).join(', '),
          },
        ]),
  ];
}

/** What changed since the version before: by the file that says so, the repository, or the sample system itself. */
export async function changesOf({
  services,
  ...context
}: Pick<ValidationContext, 'config' | 'signal' | 'services'>): Promise<
  Omit<Extract<Evidence, { kind: 'changes' }>, 'kind'>
> {
  const { version, target } = context.config;
  const { repository, changes } = context.config.candidate;
  const isSample = target.sample !== null && repository === null && changes === null;
  const told = isSample ? (services?.sampleSystem('none').release(version).changes ?? []) : [];
  if (told.length > 0)
    return { source: `the sample system ${version} itself`, total: told.length, lines: [...told], error: '' };
  const none = { source: null, total: 0, lines: [], error: '' };
  if (changes !== null)
    return fromText(changes).catch((cause: NotRead) => ({
      ...none,
      error: `candidate.changes names the file ${changes}, and ${cause.message}.`,
    }));
  if (repository === null) return none;
  const log = await candidateLog(context, repository, '%h %s', ['--no-merges']);
  if (log.kind === 'no-beginning')
    return { ...none, error: 'candidate.since is not set, so nothing says what the changes are counted from.' };
  if (log.kind === 'not-run') return { ...none, error: `git could not be run in ${repository}: ${log.reason}.` };
  if (log.kind === 'refused')
    return { ...none, error: `git does not know what changed since ${log.from} in ${repository}: ${log.reason}.` };
  const { from, lines } = log;
  return { source: `git log ${from}..HEAD`, total: lines.length, lines: lines.slice(0, changesAtMost), error: '' };
}

async function fromText(file: string) {
  const text = (await readBounded(file, textBytesAtMost)).toString('utf8');
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  return {
    source: file.split('/').at(-1) ?? file,
    total: lines.length,
    lines: lines.slice(0, changesAtMost),
    error: '',
  };
}

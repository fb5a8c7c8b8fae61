import { z } from 'zod';
import type { Results } from '../../model/results.ts';
import { type Check, check, verdictOf } from '../part.ts';
import type { PartsSection } from '../part-section.ts';
import { type ValidationContext, validationWork } from '../validation.ts';
import { type Control, startOf } from './catalogs.ts';
import { documentWorth } from './documents.ts';
import { oscalControls } from './oscal.ts';

const verdict = z.enum(['pass', 'fail', 'inconclusive']);
const evidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('control'),
    id: z.string(),
    framework: z.string(),
    title: z.string(),
    evidence: z.array(z.object({ reference: z.string(), verdict, words: z.string() })),
    /** Who says that it does not apply, and why; null: nobody. */
    notApplicable: z
      .object({ reason: z.string(), owner: z.string(), expires: z.string(), expired: z.boolean() })
      .nullable(),
  }),
  /** Declared as not applicable, and there is no such control. */
  z.object({ kind: z.literal('unused'), id: z.string() }),
  z.object({ kind: z.literal('none') }),
]);
type Evidence = z.output<typeof evidence>;
type FoundControl = Extract<Evidence, { kind: 'control' }>;

/** Each control of the lists that were asked for, with what shows that it is met. */
export const controls = validationWork<Evidence>({
  evidence,
  async run(context) {
    const { config, record, services, runFolder, mark } = context;
    const asked = await askedControls(config.compliance);
    if (asked.length === 0) {
      record({ kind: 'none' });
      return;
    }
    // What this run has shown so far; it is judged again with the whole. A gate counts with all that belongs to it.
    const judged = new Map<string, Results | null>();
    const resultsFor = async (gate?: string) => {
      const before = judged.get(gate ?? '');
      if (before !== undefined) return before;
      const results = (await services?.judged(runFolder, gate)) ?? null;
      judged.set(gate ?? '', results);
      return results;
    };
    const today = new Date().toISOString().slice(0, 10);
    for (const control of asked) {
      const { id, framework, title } = control;
      const found = await Promise.all(
        control.evidence.map(async (reference) => ({
          reference,
          ...(await shown(reference, resultsFor, config, today)),
        })),
      );
      const excepted = config.compliance.notApplicable.find((one) => one.id === id);
      const notApplicable =
        excepted === undefined
          ? null
          : {
              reason: excepted.reason,
              owner: excepted.owner,
              expires: excepted.expires,
              expired: excepted.expires < today,
            };
      record({ kind: 'control', id, framework, title, evidence: found, notApplicable });
    }
    for (const { id } of config.compliance.notApplicable) {
      if (asked.some((control) => control.id === id)) continue;
      record({ kind: 'unused', id });
      mark({ text: `${id} is declared as not applicable, and no list has it`, kind: 'trouble' });
    }
  },
  judge(pieces) {
    const found = pieces.flatMap(({ data }) => (data.kind === 'control' ? [data] : []));
    const unused = pieces.flatMap(({ data }) => (data.kind === 'unused' ? [data.id] : []));
    const applicable = found.filter(({ notApplicable }) => notApplicable === null || notApplicable.expired);
    const met = applicable.filter((control) => controlVerdict(control).verdict === 'pass').length;
    return {
      checks: [
        ...(found.length === 0
          ? [
              check(
                'controls',
                'A list of controls is there',
                'inconclusive',
                'No controls are named: set compliance.start, compliance.controls or compliance.oscal.',
              ),
            ]
          : []),
        ...applicable.map(controlCheck),
        ...unused.map((id) =>
          check(
            `unused-${id}`,
            'What does not apply is on a list',
            'inconclusive',
            `${id} is declared as not applicable, and no list has it: remove the line, or correct the id.`,
          ),
        ),
      ],
      figures: [
        { name: 'Controls met', value: `${met} of ${applicable.length}` },
        ...(found.length === applicable.length
          ? []
          : [{ name: 'Not applicable', value: String(found.length - applicable.length) }]),
      ],
      tables: [
        {
          title: 'Controls and their evidence',
          head: ['Control', 'Framework', 'Evidence', 'What it shows'],
          rows: applicable.flatMap((control) =>
            control.evidence.map(({ reference, words }) => [control.id, control.framework, reference, words]),
          ),
          figures: 0,
        },
        {
          title: 'Declared as not applicable',
          head: ['Control', 'Reason', 'Who says so', 'Until'],
          rows: found.flatMap(({ id, notApplicable }) =>
            notApplicable === null || notApplicable.expired
              ? []
              : [[id, notApplicable.reason, notApplicable.owner, notApplicable.expires]],
          ),
          figures: 0,
        },
      ],
      coverage: [
        {
          of: 'controls that evidence is tied to',
          covered: applicable.filter((one) => one.evidence.length > 0).length,
          total: applicable.length,
          gaps: applicable
            .filter((one) => one.evidence.length === 0)
            .map(({ id, title }) => `${id}: ${title}: nothing is tied to it.`),
        },
      ],
    };
  },
});

function controlCheck(control: FoundControl): Check {
  const { verdict: came, reason } = controlVerdict(control);
  const expired =
    control.notApplicable?.expired === true
      ? ` That it does not apply was declared until ${control.notApplicable.expires}.`
      : '';
  return check(
    `control-${control.framework}-${control.id}`,
    `${control.id}: ${control.title}`,
    came,
    `${reason}${expired}`,
  );
}

function controlVerdict({ id, evidence: shownBy }: FoundControl): { verdict: Check['verdict']; reason: string } {
  if (shownBy.length === 0)
    return { verdict: 'inconclusive', reason: `${id} is not shown: no evidence is tied to it.` };
  const came = verdictOf(shownBy);
  const worst = shownBy.filter((one) => one.verdict === came);
  const words = worst.map((one) => one.words).join('; ');
  const state = { pass: 'is met', fail: 'is not met', inconclusive: 'is not shown' }[came];
  return { verdict: came, reason: `${id} ${state}: ${words}.` };
}

async function askedControls({
  start,
  controls: own,
  oscal,
  evidence: tied,
}: ValidationContext['config']['compliance']): Promise<Control[]> {
  const all = new Map<string, Control>();
  for (const one of [...start.flatMap(startOf), ...(oscal === null ? [] : await oscalControls(oscal)), ...own])
    all.set(one.id, one);
  return [...all.values()].map((one) => ({
    ...one,
    evidence: Object.hasOwn(tied, one.id) ? (tied[one.id] ?? []) : one.evidence,
  }));
}

type Shown = { verdict: Check['verdict']; words: string };

async function shown(
  reference: string,
  resultsFor: (gate?: string) => Promise<Results | null>,
  { compliance }: ValidationContext['config'],
  today: string,
): Promise<Shown> {
  const [kind, name = ''] = reference.split(/:(.*)/s);
  const open = (words: string): Shown => ({ verdict: 'inconclusive', words });
  if (kind !== 'document' && name.split('.')[0] === 'compliance') return open('a control cannot show itself');
  if (kind === 'document') {
    const document = Object.hasOwn(compliance.documents, name) ? compliance.documents[name] : undefined;
    if (document === undefined) return open(`the document ${name} is not named in compliance.documents`);
    const { counts, why } = await documentWorth(document, today);
    return counts
      ? { verdict: 'pass', words: `the document ${name}, until ${document.expires}` }
      : open(`the document ${name}: ${why}`);
  }
  const results = await resultsFor(kind === 'gate' ? name : undefined);
  if (results === null) return open('what this run has shown cannot be read');
  if (kind === 'gate') {
    const gate = results.gates.find(({ id }) => id === name);
    if (gate === undefined || gate.verdict === 'not run') return open(`the gate ${name} was not judged`);
    const worst = results.objectives.find(
      ({ objective, verdict: came }) => objective.gate === name && came === gate.verdict,
    );
    const words = gate.verdict === 'pass' ? gate.summary : (worst?.reason ?? gate.summary).replace(/\.$/, '');
    return { verdict: gate.verdict, words: `${gate.title}: ${words}` };
  }
  const [domain = '', part] = name.split('.');
  const section = (results.sections as Readonly<Record<string, PartsSection | undefined>>)[domain];
  const parts = (section?.parts ?? []).filter(({ id }) => part === undefined || id === part);
  const { notBegun = [], notAsked = [], leftOut = [] } = section ?? {};
  const left = part === undefined ? [...notBegun, ...notAsked, ...leftOut] : [];
  if (left.length > 0) return open(`of ${name} this was not looked at: ${left.map(({ title }) => title).join(', ')}`);
  if (parts.length === 0) return open(`${name} was not looked at`);
  const came = verdictOf(parts);
  const titles = parts
    .filter((one) => one.verdict === came)
    .map(({ title, checks }) => {
      const reason = checks.find((one) => one.verdict === came)?.reason;
      return came === 'pass' || reason === undefined ? title : `${title}: ${reason.replace(/\.$/, '')}`;
    });
  return { verdict: came, words: titles.join(', ') };
}

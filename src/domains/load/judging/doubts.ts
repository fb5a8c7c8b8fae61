import { amount, list } from '../../../gate/words.ts';
import type { Doubt } from '../../domain.ts';
import type { LoadSection, Reconciliation } from '../section.ts';

export const unreadable: Doubt = {
  clause: 'the baseline that it was to be compared with cannot be read',
  missing: 'Not compared with earlier runs: baseline.json, which was chosen when the run began, cannot be read.',
};

const differencesNamed = 3;

/** Evidence that says one thing here and another there shows neither. */
export function disagreement(reconciliation: Reconciliation | null): Doubt[] {
  const [first] = reconciliation?.differences ?? [];
  if (reconciliation === null || first === undefined) return [];
  const { differences } = reconciliation;
  const named = differences.slice(0, differencesNamed).map(({ file, text }) => `in ${file}, ${text}`);
  const more = differences.length > differencesNamed ? `; and ${differences.length - differencesNamed} more` : '';
  return [
    {
      clause: `the evidence does not agree with itself (${first.file}: ${first.text})`,
      missing: `The evidence does not agree with itself: ${named.join('; ')}${more}.`,
    },
  ];
}

export function fallback({ engine }: LoadSection): Doubt[] {
  if (engine.certifiable) return [];
  return [
    {
      clause: `the run was made on the fallback engine ${engine.name}, which cannot certify anything`,
      missing: `This run was made on the fallback engine ${engine.name}; it cannot certify anything.`,
    },
  ];
}

const none: LoadSection['plan']['leftOut'][number] = { reason: '', requests: 0 };

/** Methods of the writes that the plan left out, and their share of the recorded requests; null where it left none out, or is of an earlier version. */
function leftOutWrites({
  plan: { options, leftOut, recorded },
}: LoadSection): { methods: string | null; share: string } | null {
  const { requests: writes = 0, methods = [] } = leftOut.find(({ reason }) => reason === 'unsafe method') ?? none;
  if (options.writes !== 'safe' || writes === 0 || recorded === undefined || recorded.requests === 0) return null;
  // What is played several times over is left out as often.
  const copies = options.mode === 'recorded' ? Math.max(1, Math.ceil(options.scale)) : 1;
  const share = amount((100 * writes) / (recorded.requests * copies), '%');
  return { methods: methods.length === 0 ? null : list(methods), share };
}

/** The same behind the headline. */
export function writesCaveat(section: LoadSection): string[] {
  const found = leftOutWrites(section);
  return found === null
    ? []
    : [`No writes were sent: ${found.methods ?? 'POST and the like'}, ${found.share} of production.`];
}

/** The same as a sentence for what is missing. */
export function writesLeftOut(section: LoadSection): string[] {
  const found = leftOutWrites(section);
  if (found === null) return [];
  return [
    `No writes were sent: ${found.methods ?? 'POST and the like'} are ${found.share} of the recorded requests. What they do to the target, and what comes after a login among them, was not tried; replay: { writes: 'recorded' } sends them.`,
  ];
}

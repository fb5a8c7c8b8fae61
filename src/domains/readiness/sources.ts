import type { Results } from '../../model/results.ts';
import type { GateSource } from '../earlier-gate.ts';
import { earlierGates, isOwnRun } from '../final/public.ts';
import type { PartsSection } from '../part-section.ts';

/** What a final validation looks at itself, by domain: the gate that it is evidence for, and the part that joins it here. */
export const validations = [
  { id: 'security', gate: 'security', title: 'Security' },
  { id: 'functional', gate: 'functional', title: 'Functional tests' },
  { id: 'integration', gate: 'functional', title: 'Integration' },
  { id: 'regression', gate: 'functional', title: 'Regression' },
  { id: 'parity', gate: 'parity', title: 'Environment parity' },
  { id: 'data', gate: 'data', title: 'Production-like data' },
  { id: 'compliance', gate: 'compliance', title: 'Compliance' },
] as const;

export type ValidationId = (typeof validations)[number]['id'];

/** Where a final validation has found what there is to find of a domain. */
export function validationSource(id: ValidationId): GateSource {
  const { gate, title } = validations.find((one) => one.id === id) ?? { gate: id, title: id };
  return {
    ...{ gate, title, remedy: 'shakedown validate final makes one.' },
    isOwn: ({ sections }) => isWhole(sections[id]),
  };
}

/** A part that was done alone passes nothing, and does not put aside what was found of the whole; what failed in it has failed. */
function isWhole(section: PartsSection | undefined): boolean {
  if (section === undefined) return false;
  return section.notAsked.length === 0 || section.parts.some(({ verdict }) => verdict === 'fail');
}

/** Every source of evidence that the readiness rests on. */
export const sources: readonly {
  id: string;
  gate: string;
  title: string;
  isOwn(of: Pick<Results, 'sections'>): boolean;
}[] = [
  ...earlierGates.map(({ gate, title }) => ({
    ...{ id: gate, gate, title },
    isOwn: (results: Pick<Results, 'sections'>) => isOwnRun(gate, results),
  })),
  ...validations.map(({ id, gate, title }) => ({
    id: `${id}-validation`,
    gate,
    title,
    isOwn: validationSource(id).isOwn,
  })),
];

import type { GateResult, Verdict } from '../../model/verdict.ts';
import type { PartsSection } from '../part-section.ts';
import type { ValidationContext } from '../validation.ts';

/** A part of this very run, as far as it has come. */
export interface OwnPart {
  /** `readiness.approval` */
  readonly id: string;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly figures: readonly { name: string; value: string }[];
}

/** What this run has come to until now: what comes last rests on what came before. */
export async function ownRun({ services, runFolder }: Pick<ValidationContext, 'services' | 'runFolder'>): Promise<{
  gates: readonly GateResult[];
  own: readonly OwnPart[];
}> {
  const results = (await services?.judged(runFolder)) ?? null;
  if (results === null) return { gates: [], own: [] };
  const sections = Object.entries(results.sections as Readonly<Record<string, Partial<PartsSection> | undefined>>);
  const own = sections.flatMap(([domain, section]) =>
    (section?.parts ?? []).map(({ id, verdict, checks, figures }) => ({
      id: `${domain}.${id}`,
      verdict,
      reason: checks.find((one) => one.verdict === verdict)?.reason ?? 'It showed nothing.',
      figures,
    })),
  );
  return { gates: results.gates, own };
}

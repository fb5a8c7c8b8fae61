import type { Results } from '../../../model/results.ts';
import { scoreBar } from '../../../report-kit/chart/score-bar.ts';
import { count, duration, milliseconds, percent, plainNumber, score } from '../../../report-kit/format.ts';
import type { SvgMarkup } from '../../../report-kit/svg.ts';
import { shortened } from '../../../report-kit/text.ts';
import type { Fact } from '../../../report-kit/verdict.ts';

export interface FidelityView {
  score: string;
  parts: { name: string; score: string; weight: string; detail: string; bar: SvgMarkup | null }[];
  scales: { bin: string; correlation: string; dispersion: string }[];
  facts: Fact[];
}

const share = (value: number | null) => percent(value === null ? null : value * 100);

/** How the score is made up, and what it rests on. */
export function fidelityView({ sections: { load } }: Results): FidelityView | null {
  if (load === undefined) return null;
  const { fidelity } = load;
  const { latenessMs } = fidelity;
  return {
    score: fidelity.score === null ? 'not known' : `${score(fidelity.score)} of 100`,
    parts: fidelity.parts.slice(0, 20).map((part) => ({
      name: shortened(part.name, 80),
      score: score(part.score),
      weight: plainNumber(part.weight, 2),
      detail: shortened(part.detail, 200),
      bar: scoreBar(part.score),
    })),
    scales: fidelity.scales.slice(0, 8).map(({ binMs, correlation, dispersionRatio }) => ({
      bin: duration(binMs),
      correlation: plainNumber(correlation, 4),
      dispersion: plainNumber(dispersionRatio, 3),
    })),
    facts: [
      { name: 'Requests planned', value: count(fidelity.plannedRequests) },
      { name: 'Requests sent', value: count(fidelity.sentRequests) },
      { name: 'Route mix as planned', value: share(fidelity.routeMix) },
      { name: 'Sessions in planned order', value: share(fidelity.sessionOrder) },
      { name: 'Answers with the recorded status', value: share(fidelity.statusParity) },
      {
        name: 'Lateness, p50 · p99 · highest',
        value: [latenessMs.p50, latenessMs.p99, latenessMs.max].map((value) => milliseconds(value)).join(' · '),
      },
    ],
  };
}

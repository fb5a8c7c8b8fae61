import type { Results } from '../../../model/results.ts';
import { scoreBar } from '../../../report-kit/chart/score-bar.ts';
import { count, duration, milliseconds, percent, perSecond, plainNumber, score } from '../../../report-kit/format.ts';
import type { SvgMarkup } from '../../../report-kit/svg.ts';
import { shortened } from '../../../report-kit/text.ts';
import type { Fact } from '../../../report-kit/verdict.ts';
import type { LoadSection } from '../section.ts';

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
      ...recordingFacts(load),
    ],
  };
}

/** The recording beside what the target got. */
function recordingFacts({ fidelity, plan, averageRatePerSecond, service, requests }: LoadSection): Fact[] {
  const { recording } = fidelity;
  const { recorded } = plan;
  if (recording === undefined || recorded === undefined) return [];
  const { dispersion, requestsAtOnce } = recorded;
  const sentAtOnce =
    service.mean === null || averageRatePerSecond === null || requests.sent === 0
      ? null
      : (averageRatePerSecond * service.mean) / 1000;
  return [
    {
      name: 'Requests of the recording that are planned',
      value: `${count(recorded.kept)} of ${count(recorded.requests)} (${share(recording.kept)})`,
    },
    { name: 'Route mix as recorded', value: share(recording.mix) },
    {
      name: 'Rate, recorded · sent',
      value: `${perSecond(recorded.ratePerSecond)} · ${perSecond(averageRatePerSecond)}`,
    },
    {
      name: 'Requests at once on average, recorded · sent',
      value: `${requestsAtOnce === null ? 'not known' : plainNumber(requestsAtOnce, 2)} · ${plainNumber(sentAtOnce, 2)}`,
    },
    ...recording.scales.slice(0, 8).map(({ binMs, correlation }) => ({
      name: `Arrivals at the recorded moments, correlation at ${duration(binMs)}`,
      value: plainNumber(correlation, 3),
    })),
    ...(dispersion === null || dispersion.recorded <= 0
      ? []
      : [
          {
            name: 'Burstiness of the plan, of the recorded',
            value: `${plainNumber(dispersion.planned / dispersion.recorded, 2)} ×, at 10 ms`,
          },
        ]),
  ];
}

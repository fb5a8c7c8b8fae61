import type { FidelityState } from '../../model/fidelity.ts';
import type { PlanSummary } from '../../model/plan.ts';
import type { FidelityResult } from '../../model/results.ts';
import { LatencyHistogram } from '../../stats/histogram.ts';
import { decodeHistogramInto, encodeHistogram } from '../../stats/payload.ts';
import { scaleFigures } from './windows/arrivals.ts';
import type { SampleIngest } from './windows/ingest.ts';

/** Weights of the parts; a part that cannot be measured is left out, and the others count for more. */
const weights = { sent: 3, correlation: 3, dispersion: 2, mix: 1, order: 1, status: 2, kept: 3 } as const;

/** At which a part scores nothing: requests not sent by a tenth, a burstiness half or twice the recorded one. */
const sentLossAtWorst = 0.1;

/**
 * The sums so far.
 * @param planned requests a route, by route index, that were planned in the time covered
 * @param sent the same, sent
 * @param statuses answers with a recorded status to compare with, and how many had it
 */
export function fidelityState(
  ingest: SampleIngest,
  planned: number[],
  sent: number[],
  { compared, matched }: Pick<FidelityState, 'compared' | 'matched'>,
  { recorded, routes }: Pick<PlanSummary, 'recorded' | 'routes'>,
): FidelityState {
  const { sessions, disordered } = ingest.order;
  return {
    scales: ingest.arrivals.sums(),
    planned,
    sent,
    sessions,
    disordered,
    compared,
    matched,
    ...(recorded === undefined
      ? {}
      : {
          recording: {
            scales: ingest.moments.sums(),
            kept: recorded.kept,
            requests: recorded.requests,
            routes: routes.map((route) => route.recorded ?? 0),
          },
        }),
    lateness: encodeHistogram(ingest.lateness),
  };
}

/** Sums of parts of a run that were measured one after the other. */
export function addFidelity(parts: readonly FidelityState[]): FidelityState {
  const whole: FidelityState = {
    scales: [],
    planned: [],
    sent: [],
    sessions: 0,
    disordered: 0,
    compared: 0,
    matched: 0,
    lateness: '',
  };
  const lateness = new LatencyHistogram();
  for (const part of parts) {
    for (const figure of ['sessions', 'disordered', 'compared', 'matched'] as const) whole[figure] += part[figure];
    for (const of of ['planned', 'sent'] as const) {
      part[of].forEach((count, route) => {
        whole[of][route] = (whole[of][route] ?? 0) + count;
      });
    }
    addScales(whole.scales, part.scales);
    if (part.recording !== undefined) {
      whole.recording = { ...part.recording, scales: whole.recording?.scales ?? [] };
      addScales(whole.recording.scales, part.recording.scales);
    }
    decodeHistogramInto(part.lateness, lateness);
  }
  return { ...whole, lateness: encodeHistogram(lateness) };
}

function addScales(to: FidelityState['scales'], from: FidelityState['scales']): void {
  from.forEach((scale, i) => {
    const sum = to[i];
    if (sum === undefined) to[i] = { ...scale };
    else for (const figure of ['n', 'x', 'y', 'xx', 'yy', 'xy'] as const) sum[figure] += scale[figure];
  });
}

/** How close the replay came to the recording, 0…100: a weighted mean of parts that are each 100 when all of it was planned and the replay did just that. */
export function fidelity(state: FidelityState): FidelityResult {
  const { planned, sent, compared, matched } = state;
  const scales = state.scales.map(scaleFigures);
  const lateness = new LatencyHistogram();
  decodeHistogramInto(state.lateness, lateness);
  const plannedTotal = sum(planned);
  const sentTotal = sum(sent);
  const routeMix = mixOf(planned, plannedTotal, sent, sentTotal);
  const sessionOrder = state.sessions === 0 ? null : 1 - state.disordered / state.sessions;
  const statusParity = compared === 0 ? null : matched / compared;
  const ten = scales[0];
  const recording = againstRecording(state, sentTotal);
  const parts = [
    part(
      'Requests sent',
      plannedTotal === 0 ? null : 1 - (1 - sentTotal / plannedTotal) / sentLossAtWorst,
      weights.sent,
      () => `${sentTotal} of ${plannedTotal} planned`,
    ),
    part(
      'Arrivals, 10 ms',
      ten?.correlation ?? null,
      weights.correlation,
      (v) => `correlation ${v.toFixed(3)} of due and sent counts`,
    ),
    part(
      'Burstiness, 10 ms',
      burstiness(ten?.dispersionRatio ?? null),
      weights.dispersion,
      () => `dispersion ${ten?.dispersionRatio?.toFixed(2)} of the planned`,
    ),
    part('Route mix', routeMix, weights.mix, (v) => `${percent(v)} of requests on the planned route`),
    part('Order in sessions', sessionOrder, weights.order, (v) => `${percent(v)} of sessions in planned order`),
    part(
      'Part of the recording',
      recording?.kept ?? null,
      weights.kept,
      (v) => `${percent(v)} of the recorded requests planned, the others left out`,
    ),
    part('Same status', statusParity, weights.status, (v) => `${percent(v)} of answers as recorded`),
  ].filter((found) => found !== null);
  const weight = sum(parts.map((found) => found.weight));
  return {
    score: weight === 0 ? null : round(sum(parts.map((found) => found.score * found.weight)) / weight, 2),
    parts,
    scales,
    plannedRequests: plannedTotal,
    sentRequests: sentTotal,
    routeMix,
    sessionOrder,
    statusParity,
    latenessMs: {
      p50: inMs(lateness.percentile(50)),
      p99: inMs(lateness.percentile(99)),
      max: inMs(lateness.max),
    },
    ...(recording === null ? {} : { recording }),
  };
}

function againstRecording(
  { recording, sent }: FidelityState,
  sentTotal: number,
): NonNullable<FidelityResult['recording']> | null {
  if (recording === undefined) return null;
  const { kept, requests, routes } = recording;
  return {
    scales: recording.scales.map(scaleFigures),
    kept: requests === 0 ? null : kept / requests,
    // What is in no route of the plan was left out: it is recorded and not sent.
    mix: mixOf([...routes, Math.max(0, requests - sum(routes))], Math.max(requests, sum(routes)), sent, sentTotal),
  };
}

function part(name: string, share: number | null, weight: number, detail: (share: number) => string) {
  if (share === null) return null;
  const score = 100 * Math.min(1, Math.max(0, share));
  return { name, score: round(score, 2), weight, detail: detail(share) };
}

/** 1 at the planned dispersion, 0 at twice or half of it, by its logarithm. */
function burstiness(ratio: number | null): number | null {
  return ratio === null || ratio <= 0 ? null : 1 - Math.abs(Math.log2(ratio));
}

/** 1 − total variation distance of the two mixes. */
function mixOf(
  planned: readonly number[],
  plannedTotal: number,
  sent: readonly number[],
  sentTotal: number,
): number | null {
  if (plannedTotal === 0 || sentTotal === 0) return null;
  const routes = Math.max(planned.length, sent.length);
  let distance = 0;
  for (let i = 0; i < routes; i++) distance += Math.abs((planned[i] ?? 0) / plannedTotal - (sent[i] ?? 0) / sentTotal);
  return 1 - distance / 2;
}

const sum = (figures: readonly number[]) => figures.reduce((total, figure) => total + figure, 0);
const percent = (share: number) => `${round(share * 100, 2)} %`;
const round = (figure: number, digits: number) => Number(figure.toFixed(digits));
const inMs = (us: number | null) => (us === null ? null : us / 1000);

import type { Results } from '../../../model/results.ts';
import {
  count,
  duration,
  milliseconds,
  nothing,
  percent,
  plainNumber,
  plural,
  score,
} from '../../../report-kit/format.ts';
import { shortened } from '../../../report-kit/text.ts';
import type { TrustCard, TrustRow } from '../../../report-kit/verdict.ts';
import type { LoadSection } from '../section.ts';
import { engineText, privacyText } from './facts.ts';

const row = (name: string, value: string, note = ''): TrustRow => ({ name, value, note });

const share = (value: number | null) => percent(value === null ? null : value * 100);

function replayCard({
  requests,
  fidelity,
  generator,
  lostGenerators = [],
  lostRequests: lost = 0,
}: LoadSection): TrustCard {
  const least = lostGenerators.some(({ isLeast }) => isLeast) ? 'at least ' : '';
  const scale = fidelity.scales.find(({ binMs }) => binMs === 10) ?? fidelity.scales[0];
  const bin = scale === undefined ? '10\u00a0ms' : duration(scale.binMs);
  return {
    title: 'The replay',
    rows: [
      row('Requests planned', count(requests.planned)),
      row('Sent', count(requests.sent)),
      row(
        'Not sent',
        count(requests.unsent),
        lost === 0
          ? 'count as failed'
          : `${least}${count(lost)} of them lost with a load generator that died; the others count as failed`,
      ),
      row(
        'Arrivals, correlation with the plan',
        plainNumber(scale?.correlation ?? null, 3),
        `${bin} counts; 1 is the plan`,
      ),
      row(
        'Burstiness, of the plan’s',
        plainNumber(scale?.dispersionRatio ?? null, 2),
        `${bin} dispersion; 1 is the plan`,
      ),
      row('Longest stall of the target', duration(generator.longestStallMs), 'counted, not left out'),
    ],
  };
}

function generatorCard({ generator }: LoadSection, host: Results['host']): TrustCard {
  const cores = `${plainNumber(generator.cpuCoresMean, 2)} mean, ${plainNumber(generator.cpuCoresMax, 2)} peak`;
  return {
    title: 'The generator',
    rows: [
      row('Lateness, p50', milliseconds(generator.latenessP50Ms), 'of sending, behind the plan'),
      row('Lateness, p99', milliseconds(generator.latenessP99Ms)),
      row('Lateness, highest', milliseconds(generator.latenessMaxMs)),
      row(
        'Invalid windows',
        `${count(generator.invalidWindows)} of ${count(generator.windows)}`,
        `of ${duration(generator.windowMs)} each, where the generator was the bottleneck`,
      ),
      row(
        'Waits for a free virtual user',
        count(generator.starved),
        `of ${plural(generator.virtualUsers, 'virtual user')}`,
      ),
      row('Processor cores used', generator.cpuCoresMean === null ? nothing : cores, `of ${plural(host.cpus, 'core')}`),
    ],
  };
}

function fidelityCard({ fidelity }: LoadSection): TrustCard {
  return {
    title: 'Similarity to the recording',
    rows: [
      row('Fidelity', fidelity.score === null ? 'not known' : `${score(fidelity.score)} of 100`),
      ...fidelity.parts
        .slice(0, 6)
        .map((part) => row(shortened(part.name, 60), score(part.score), shortened(part.detail, 80))),
      ...(fidelity.parts.length > 0
        ? []
        : [
            row('Route mix as planned', share(fidelity.routeMix)),
            row('Sessions in planned order', share(fidelity.sessionOrder)),
            row('Answers with the recorded status', share(fidelity.statusParity)),
          ]),
    ],
  };
}

function sourceCard({ recording, plan, engine }: LoadSection): TrustCard {
  const left = plan.leftOut.reduce((sum, { requests }) => sum + requests, 0);
  const scan = recording.privacy.state === 'raw' ? null : recording.privacy.scan;
  return {
    title: 'Where the traffic comes from',
    rows: [
      row('Recording', shortened(recording.name, 48), duration(recording.durationMs)),
      row('Recorded', plural(recording.requests, 'request'), plural(recording.sessions, 'session')),
      row('Recorded times are exact to', milliseconds(recording.timeResolutionMs)),
      row(
        'Personal data',
        privacyText(recording),
        scan === null ? '' : `${plural(scan.findings, 'finding')} in ${plural(scan.checked, 'value')}`,
      ),
      row('Left out of the replay', plural(left, 'request'), left === 0 ? '' : 'reasons in the performance report'),
      row('Engine', engineText(engine)),
    ],
  };
}

/** Whether what the run says in several places agrees. */
function evidenceCard({ reconciliation }: LoadSection): TrustCard[] {
  if (reconciliation === undefined) return [];
  const { checked, differences } = reconciliation;
  return [
    {
      title: 'The evidence against itself',
      rows: [
        row('Counts compared', count(checked.length), 'of windows, logs, accounting and fidelity'),
        row('Differences', differences.length === 0 ? 'none' : count(differences.length)),
        ...differences.slice(0, 4).map(({ file, text }) => row(shortened(file, 48), shortened(text, 120))),
      ],
    },
  ];
}

/** What a reader needs to know before believing any other figure of the page. */
export function trustCards({ host, sections: { load } }: Results): TrustCard[] {
  if (load === undefined) return [];
  return [replayCard(load), generatorCard(load, host), fidelityCard(load), sourceCard(load), ...evidenceCard(load)];
}

import type { VitalName } from '../../model/vital.ts';

/** What a line of k6's JSON output says of visits. */
export type VisitPoint =
  | { kind: 'began'; visitor: string; page: number; atUnixMs: number }
  | { kind: 'vital'; visitor: string; metric: VitalName; value: number }
  | { kind: 'ended'; visitor: string; outcome: string; atUnixMs: number }
  | { kind: 'request'; status: number }
  | { kind: 'received'; bytes: number }
  | { kind: 'blocked'; host: string }
  | { kind: 'crashed'; visitor: string; why: string };

const vitalNames: Record<string, VitalName> = {
  browser_web_vital_lcp: 'LCP',
  browser_web_vital_inp: 'INP',
  browser_web_vital_cls: 'CLS',
  browser_web_vital_fcp: 'FCP',
  browser_web_vital_ttfb: 'TTFB',
};

interface PointLine {
  metric?: unknown;
  type?: unknown;
  data?: { time?: unknown; value?: unknown; tags?: Record<string, unknown> };
}

/**
 * Reads one line of k6's JSON output (https://grafana.com/docs/k6/latest/results-output/real-time/json/); null for what is not of a visit.
 */
export function visitPoint(line: string): VisitPoint | null {
  let parsed: PointLine;
  try {
    parsed = JSON.parse(line) as PointLine;
  } catch {
    return null;
  }
  const { metric, type, data } = parsed;
  if (type !== 'Point' || typeof metric !== 'string' || typeof data?.value !== 'number') return null;
  const { value } = data;
  const tag = (name: string) => String(data.tags?.[name] ?? '');
  const visitor = tag('visitor');
  const atUnixMs = Date.parse(String(data.time));
  const vital = vitalNames[metric];
  if (vital !== undefined) return { kind: 'vital', visitor, metric: vital, value };
  switch (metric) {
    case 'shakedown_view_began':
      return { kind: 'began', visitor, page: Number(tag('page')), atUnixMs };
    case 'shakedown_view_ended':
      return { kind: 'ended', visitor, outcome: tag('outcome'), atUnixMs };
    case 'shakedown_blocked':
      return { kind: 'blocked', host: tag('host') };
    case 'shakedown_browser_crashed':
      return { kind: 'crashed', visitor, why: tag('why') };
    case 'browser_http_req_duration':
      return { kind: 'request', status: Number(tag('status')) };
    case 'browser_data_received':
      return { kind: 'received', bytes: value };
    default:
      return null;
  }
}

const longestLine = 1 << 20;

/** Gives whole lines of what comes in pieces; a line past a megabyte is none of k6's, and is dropped. */
export function lineSplitter(onLine: (line: string) => void): (piece: string) => void {
  let rest = '';
  return (piece) => {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) rest = '';
    for (const line of lines) if (line !== '') onLine(line);
  };
}

import type { Results } from '../../../model/results.ts';
import type { ErrorKind } from '../../../model/sample.ts';
import { count, nothing, percent } from '../../../report-kit/format.ts';
import { shortened } from '../../../report-kit/text.ts';
import { clock, relative } from '../../../report-kit/time.ts';

export interface ErrorRow {
  kind: string;
  status: string;
  route: string;
  count: string;
  share: string;
  first: string;
  last: string;
  message: string;
}

export interface ErrorsView {
  rows: ErrorRow[];
  leftOut: string;
  /** `40,046 of 97,412,880 requests, 0.041 %` */
  total: string;
}

const mostRows = 40;

export const kindNames: Record<ErrorKind, string> = {
  none: 'none',
  http: 'Wrong status',
  timeout: 'Timed out',
  refused: 'Connection refused',
  reset: 'Connection reset',
  truncated: 'Answer cut off',
  dns: 'Name not found',
  tls: 'TLS',
  protocol: 'Not HTTP',
  blocked: 'Host not allowed',
  extraction: 'Value not found in answer',
  login: 'Could not log in',
  unsent: 'Never sent',
  other: 'Other',
};

/** Failures in groups of kind, status and route, largest first. */
export function errorsView({ run, sections: { load } }: Results): ErrorsView | null {
  if (load === undefined) return null;
  const start = run.loadStartedAt ?? run.startedAt;
  const { planned, failed, unsent } = load.requests;
  const lost = failed + unsent;
  const shown = load.errors.toSorted((a, b) => b.count - a.count).slice(0, mostRows);
  const leftOut = load.errorsLeftOut + load.errors.length - shown.length;
  const at = (ms: number) => `${clock(start, ms, true)} (${relative(ms)})`;
  return {
    total: planned > 0 ? `${count(lost)} of ${count(planned)} requests, ${percent((lost / planned) * 100)}` : nothing,
    leftOut: leftOut === 0 ? '' : count(leftOut),
    rows: shown.map((group) => ({
      kind: kindNames[group.kind] ?? shortened(String(group.kind), 40),
      status: group.status === 0 ? '' : String(group.status),
      route: shortened(group.route, 140),
      count: count(group.count),
      share: lost > 0 ? percent((group.count / lost) * 100) : nothing,
      first: at(group.firstAtMs),
      last: at(group.lastAtMs),
      message: shortened(group.message, 240),
    })),
  };
}

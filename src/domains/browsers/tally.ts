import type { BrowserTraffic, PageViews, ValueCounts } from '../../model/browser-visits.ts';
import type { UatCondition } from '../../model/uat.ts';
import type { VitalName } from '../../model/vital.ts';
import type { VisitPoint } from './points.ts';

/** Hosts named one by one; more than that are `other hosts`. */
const hostsAtMost = 20;
const outcomesAtMost = 12;

interface OpenView {
  page: number;
  beganUnixMs: number;
  vitals: Map<VitalName, number>;
}

interface Cell {
  condition: UatCondition;
  page: number;
  loaded: number;
  failed: Map<string, number>;
  vitals: Map<VitalName, Map<number, number>>;
}

export interface Tallied {
  views: PageViews[];
  traffic: BrowserTraffic;
  blocked: [host: string, count: number][];
}

/**
 * Adds visits up by condition, page and vital until they are taken. Its memory is bounded by what it distinguishes, not by how much arrives: values
 * are kept to three digits, with how often each was seen.
 */
export class VisitTally {
  readonly #conditionOf: (fromUnixMs: number, toUnixMs: number) => UatCondition | null;
  readonly #open = new Map<string, OpenView>();
  #cells = new Map<string, Cell>();
  #traffic: BrowserTraffic = noTraffic();
  #blocked = new Map<string, number>();

  /** @param conditionOf condition under which a page was viewed; null: it changed meanwhile, so that the view counts to neither */
  constructor(conditionOf: (fromUnixMs: number, toUnixMs: number) => UatCondition | null) {
    this.#conditionOf = conditionOf;
  }

  add(point: VisitPoint): void {
    switch (point.kind) {
      case 'began':
        this.#open.set(point.visitor, { page: point.page, beganUnixMs: point.atUnixMs, vitals: new Map() });
        break;
      case 'vital':
        // A page that redirects to another by itself reports twice; the last is the one that was viewed.
        if (Number.isFinite(point.value)) this.#open.get(point.visitor)?.vitals.set(point.metric, point.value);
        break;
      case 'ended':
        this.#end(point.visitor, point.outcome, point.atUnixMs);
        break;
      case 'crashed':
        this.#open.delete(point.visitor);
        break;
      case 'request':
        this.#traffic.requests++;
        if (point.status >= 500) this.#traffic.serverErrors++;
        break;
      case 'received':
        this.#traffic.receivedBytes += point.bytes;
        break;
      case 'blocked':
        count(this.#blocked, point.host, hostsAtMost, 'other hosts');
        break;
    }
  }

  #end(visitor: string, outcome: string, atUnixMs: number): void {
    const view = this.#open.get(visitor);
    if (view === undefined) return;
    this.#open.delete(visitor);
    const condition = this.#conditionOf(view.beganUnixMs, atUnixMs);
    if (condition === null) return;
    const key = `${condition} ${view.page}`;
    let cell = this.#cells.get(key);
    if (cell === undefined) {
      cell = { condition, page: view.page, loaded: 0, failed: new Map(), vitals: new Map() };
      this.#cells.set(key, cell);
    }
    if (outcome !== 'loaded') {
      count(cell.failed, outcome, outcomesAtMost, 'failed');
      return;
    }
    cell.loaded++;
    for (const [metric, value] of view.vitals) {
      const counts = cell.vitals.get(metric) ?? new Map<number, number>();
      cell.vitals.set(metric, counts);
      const kept = Number(value.toPrecision(3));
      counts.set(kept, (counts.get(kept) ?? 0) + 1);
    }
  }

  /** What came since the last time. */
  take(): Tallied {
    const views = [...this.#cells.values()].map(
      ({ condition, page, loaded, failed, vitals }): PageViews => ({
        condition,
        page,
        loaded,
        failed: [...failed],
        vitals: [...vitals].map(([name, counts]): [VitalName, ValueCounts] => [
          name,
          [...counts].sort(([a], [b]) => a - b),
        ]),
      }),
    );
    const taken = { views, traffic: this.#traffic, blocked: [...this.#blocked] };
    this.#cells = new Map();
    this.#traffic = noTraffic();
    this.#blocked = new Map();
    return taken;
  }
}

function noTraffic(): BrowserTraffic {
  return { requests: 0, serverErrors: 0, receivedBytes: 0 };
}

function count(counts: Map<string, number>, key: string, atMost: number, rest: string): void {
  const kept = counts.has(key) || counts.size < atMost ? key : rest;
  counts.set(kept, (counts.get(kept) ?? 0) + 1);
}

import type { BrowserSetup, BrowserTraffic, PageViews } from '../../model/browser-visits.ts';
import type { JournalData } from '../../model/event.ts';
import type { UatCondition } from '../../model/uat.ts';
import type { VitalName } from '../../model/vital.ts';
import { Counts } from './results/counts.ts';

/** Views of one page under one condition. */
export interface ViewSums {
  loaded: number;
  failed: Map<string, number>;
  vitals: Map<VitalName, Counts>;
}

/** Adds up what the journal says of browser users. */
export class BrowserFold {
  setup: BrowserSetup | null = null;
  readonly cells = new Map<string, ViewSums & { condition: UatCondition; page: number }>();
  readonly traffic: BrowserTraffic = { requests: 0, serverErrors: 0, receivedBytes: 0 };
  readonly blocked = new Map<string, number>();
  readonly cpu = { seconds: 0, overMs: 0, peakCores: null as number | null };
  readonly crashes = { count: 0, why: '' };
  endedEarly: string | null = null;

  add(event: JournalData): void {
    switch (event.type) {
      case 'shakedown.browsers.started':
        // Of a run that was resumed, the last start counts.
        this.setup = { ...event.data, quietMs: Math.max(event.data.quietMs, this.setup?.quietMs ?? 0) };
        this.endedEarly = null;
        break;
      case 'shakedown.browsers.measured': {
        const { views, traffic, blocked, cpuSeconds, peakCores, fromMs, toMs } = event.data;
        for (const each of views) this.#addViews(each);
        this.traffic.requests += traffic.requests;
        this.traffic.serverErrors += traffic.serverErrors;
        this.traffic.receivedBytes += traffic.receivedBytes;
        for (const [host, count] of blocked) this.blocked.set(host, (this.blocked.get(host) ?? 0) + count);
        if (cpuSeconds !== null && toMs > fromMs) {
          this.cpu.seconds += cpuSeconds;
          this.cpu.overMs += toMs - fromMs;
        }
        if (peakCores !== null) this.cpu.peakCores = Math.max(this.cpu.peakCores ?? 0, peakCores);
        break;
      }
      case 'shakedown.browsers.crashed':
        this.crashes.count++;
        this.crashes.why = event.data.why;
        break;
      case 'shakedown.browsers.ended':
        this.endedEarly = event.data.why;
        break;
    }
  }

  #addViews({ condition, page, loaded, failed, vitals }: PageViews): void {
    const key = `${condition} ${page}`;
    let cell = this.cells.get(key);
    if (cell === undefined) {
      cell = { condition, page, ...noViews() };
      this.cells.set(key, cell);
    }
    addTo(cell, { loaded, failed, vitals });
  }

  /** Over all pages, or of one. */
  sums(condition: UatCondition, page: number | null): ViewSums {
    const sums = noViews();
    for (const cell of this.cells.values()) {
      if (cell.condition !== condition || (page !== null && cell.page !== page)) continue;
      const vitals = [...cell.vitals].map(([name, counts]) => [name, counts.values()] as const);
      addTo(sums, { loaded: cell.loaded, failed: [...cell.failed], vitals });
    }
    return sums;
  }
}

function noViews(): ViewSums {
  return { loaded: 0, failed: new Map(), vitals: new Map() };
}

type Addend = Pick<PageViews, 'loaded'> & {
  failed: readonly (readonly [string, number])[];
  vitals: readonly (readonly [VitalName, readonly (readonly [number, number])[]])[];
};

function addTo(sums: ViewSums, { loaded, failed, vitals }: Addend): void {
  sums.loaded += loaded;
  for (const [outcome, count] of failed) sums.failed.set(outcome, (sums.failed.get(outcome) ?? 0) + count);
  for (const [name, counts] of vitals) {
    const own = sums.vitals.get(name) ?? new Counts();
    sums.vitals.set(name, own);
    own.add(counts);
  }
}

export function failedViews({ failed }: ViewSums): number {
  return [...failed.values()].reduce((sum, count) => sum + count, 0);
}

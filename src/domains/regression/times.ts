import type { Three } from './compare/compare.ts';
import type { TimesEvidence } from './evidence.ts';

const windowsAtMost = 60;
const windowsAtLeast = 10;
const requestsAtLeast = 5;
const routesAtMost = 30;
/** Of the requests, what is left out at the beginning: what has just begun is slower. */
const warmUpShare = 0.1;

/** Response times of requests that all three arms answered alike. */
export class Times {
  readonly #all: { route: string; three: Three<number> }[] = [];

  add(route: string, three: Three<number>): void {
    this.#all.push({ route, three });
  }

  /** Of all requests, and of each route with enough of them. */
  evidence(): TimesEvidence[] {
    const kept = this.#all.slice(Math.floor(this.#all.length * warmUpShare));
    const byRoute = grouped(kept);
    const routes = [...byRoute]
      .filter(([, requests]) => requests.length >= windowsAtLeast * requestsAtLeast)
      .sort((a, b) => b[1].length - a[1].length)
      .slice(0, routesAtMost);
    return [['all requests', kept] as const, ...routes].map(([subject, requests]) => ({
      kind: 'times',
      subject,
      requests: requests.length,
      windows: windowsOf(requests.map(({ three }) => three)),
    }));
  }
}

function grouped<T extends { route: string }>(all: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(one.route, [...(groups.get(one.route) ?? []), one]);
  return groups;
}

/**
 * Of requests one after the other: the median time of the current version, and the medians of how many times as long the same requests took it again, and the candidate.
 * What a request takes by itself drops out.
 */
function windowsOf(requests: readonly Three<number>[]): number[][] {
  const size = Math.max(requestsAtLeast, Math.ceil(requests.length / windowsAtMost));
  const windows: number[][] = [];
  for (let at = 0; at + size <= requests.length; at += size) {
    const window = requests.slice(at, at + size);
    windows.push([
      median(window.map(([current]) => current)),
      median(window.map(([current, again]) => again / current)),
      median(window.map(([current, again, candidate]) => candidate / Math.sqrt(current * again))),
    ]);
  }
  return windows;
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const middle =
    ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2;
  return Math.max(0.0001, Math.round(middle * 10_000) / 10_000);
}

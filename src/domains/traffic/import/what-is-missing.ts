/** A route whose requests should have a body and were recorded without one. */
export interface BodilessRoute {
  method: string;
  route: string;
  requests: number;
}

const writes = new Set(['POST', 'PUT', 'PATCH']);
const maxRoutes = 200;

/** Counts requests that write without a recorded body, by route. */
export class BodilessRoutes {
  readonly #routes = new Map<string, BodilessRoute>();

  /** @param encoded JSON of a request; its own body stands before its response */
  take(method: string, route: string, encoded: string): void {
    if (!writes.has(method)) return;
    const body = encoded.indexOf('"body":{"mime"');
    const response = encoded.indexOf('"response":{');
    if (body >= 0 && (response < 0 || body < response)) return;
    const name = `${method} ${route}`;
    const known = this.#routes.get(name);
    if (known !== undefined) known.requests++;
    else if (this.#routes.size < maxRoutes) this.#routes.set(name, { method, route, requests: 1 });
  }

  list(): BodilessRoute[] {
    return [...this.#routes.values()].sort((a, b) => b.requests - a.requests || (a.route < b.route ? -1 : 1));
  }
}

import { Agent, get } from 'node:http';

const checkEveryMs = 250;
const checkTimeoutMs = 1000;
/** A slow answer may be chance; a refused connection is not, and counts at once. */
const failuresToLeave = 2;

export interface Upstream {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Kept-alive connections to this instance. */
  readonly agent: Agent;
  ready: boolean;
  failures: number;
  requests: number;
  errors: number;
}

export interface Upstreams {
  set(list: { name: string; url: string }[]): void;
  all(): readonly Upstream[];
  /** The next ready one; where none is ready any will do, as a guess is better than a certain refusal. */
  next(not?: Upstream): Upstream | undefined;
  /** Passive check: a connection failed. Out until an active check succeeds. */
  failed(upstream: Upstream): void;
  close(): void;
}

export function createUpstreams(): Upstreams {
  let list: Upstream[] = [];
  let turn = 0;
  const checks = new Agent({ keepAlive: true, maxSockets: 2 });
  const timer = setInterval(() => {
    for (const upstream of list) check(upstream, checks);
  }, checkEveryMs);

  return {
    set(given) {
      for (const { name, url } of given) {
        const { hostname, port } = new URL(url);
        if (list.some((known) => known.name === name && known.port === Number(port))) continue;
        // Last in, first out: few connections stay busy, the others may close.
        const agent = new Agent({ keepAlive: true, maxSockets: 512, scheduling: 'lifo' });
        const added = { name, host: hostname, port: Number(port), agent, ready: true };
        list.push({ ...added, failures: 0, requests: 0, errors: 0 });
      }
      list = list.filter((known) => given.some(({ name }) => name === known.name));
    },
    all: () => list,
    next(not) {
      for (let tries = 0; tries < list.length; tries++) {
        turn = (turn + 1) % list.length;
        const upstream = list[turn];
        if (upstream?.ready && upstream !== not) return upstream;
      }
      turn = (turn + 1) % Math.max(1, list.length);
      return list[turn];
    },
    failed(upstream) {
      upstream.ready = false;
      upstream.errors++;
    },
    close() {
      clearInterval(timer);
      checks.destroy();
      for (const upstream of list) upstream.agent.destroy();
    },
  };
}

function check(upstream: Upstream, agent: Agent): void {
  const { host, port } = upstream;
  const request = get({ host, port, path: '/readyz', agent, timeout: checkTimeoutMs }, (response) => {
    response.resume();
    if (response.statusCode === 200) {
      upstream.ready = true;
      upstream.failures = 0;
    } else upstream.ready = false;
  });
  request.on('timeout', () => request.destroy());
  request.on('error', (error: NodeJS.ErrnoException) => {
    upstream.failures++;
    if (error.code === 'ECONNREFUSED' || upstream.failures >= failuresToLeave) upstream.ready = false;
  });
}

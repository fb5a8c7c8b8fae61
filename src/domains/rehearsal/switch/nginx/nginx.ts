import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lives } from '../../../../evidence/process.ts';
import { ShakedownError } from '../../../../model/error.ts';
import type { Standing } from '../../standing.ts';
import { askSocket } from '../ask-socket.ts';
import type { TrafficSwitch, Weights } from '../traffic-switch.ts';
import { checkSides, type Located, locate } from '../where.ts';
import { type NginxState, nginxConfiguration } from './configuration.ts';
import { writeRoutes } from './routes.ts';
import { connectionsTo, workersOf } from './under-way.ts';

export interface NginxWhere {
  baseUrl: string;
  /** Unix socket on which it says which configuration serves. */
  socket: string;
  log: string;
  version: string;
  scratch: string;
  process: Standing | null;
}

const reloadMs = 15_000;
const lookEveryMs = 20;

/** Where its configuration is. */
export function nginxFile(scratch: string): string {
  return join(scratch, 'nginx.conf');
}

/**
 * A running nginx with our configuration. Traffic is moved without a reload. A side that comes or goes is one: new workers take the new requests, old ones
 * finish what they have, and connections that are idle are closed, so a client that sends at that very moment may lose a request.
 */
export function nginxSwitch({ baseUrl, socket, log, version, scratch, process: standing }: NginxWhere): TrafficSwitch {
  const title = `nginx ${version}`;
  const master = standing?.pid ?? -1;
  // Workers whose master was killed still answer.
  const checkRuns = () => {
    if (standing === null || !lives(standing)) throw notReloaded('it has ended');
  };
  /** Returns when only the new configuration takes requests. */
  const apply = async (state: NginxState): Promise<void> => {
    checkRuns();
    const earlier = new Set((await workersOf(master)).map(({ pid }) => pid));
    await writeFile(
      `${nginxFile(scratch)}.new`,
      nginxConfiguration({ port: state.port, socket, log, scratch }, state),
      {
        mode: 0o600,
      },
    );
    await rename(`${nginxFile(scratch)}.new`, nginxFile(scratch));
    process.kill(master, 'SIGHUP');
    const until = performance.now() + reloadMs;
    for (;;) {
      const taking = (await workersOf(master)).filter(({ leaves }) => !leaves);
      if (taking.length > 0 && taking.every(({ pid }) => !earlier.has(pid))) {
        if ((await askState(socket)).generation === state.generation) return;
      }
      if (performance.now() > until) throw notReloaded(`it still has its old configuration after ${reloadMs / 1000} s`);
      await sleep(lookEveryMs);
    }
  };
  return {
    ...{ driver: 'nginx', speaks: 'HTTP/1.1', title, baseUrl, log },
    async connect(sides) {
      const [before, had] = await Promise.all([askState(socket), askWeights(socket)]);
      const located: Record<string, Located[]> = {};
      for (const [side, instances] of Object.entries(sides)) located[side] = await locate(instances);
      // A side that is new comes without traffic.
      const weights = Object.fromEntries(
        Object.entries(had).filter(([side]) => side in located && (before.sides[side] ?? []).length > 0),
      );
      await apply({ ...before, generation: before.generation + 1, sides: located });
      if (Object.keys(weights).length < Object.keys(had).length) await writeRoutes(scratch, weights);
    },
    async set(weights) {
      checkRuns();
      checkSides(title, weights, (await askState(socket)).sides);
      await writeRoutes(scratch, weights);
    },
    async read() {
      const [{ sides }, weights, workers] = await Promise.all([
        askState(socket),
        askWeights(socket),
        workersOf(master),
      ]);
      const counts = await connectionsTo(workers.map(({ pid }) => pid));
      const under = (members: readonly Located[]) =>
        members.reduce((sum, { address, port }) => {
          const at = address.includes(':') ? `port ${port}` : `${address}:${port}`;
          return sum + (counts.get(at) ?? 0);
        }, 0);
      const names = Object.entries(sides);
      return {
        weights: Object.fromEntries(names.map(([side]) => [side, weights[side] ?? 0])),
        inFlight: Object.fromEntries(names.map(([side, members]) => [side, under(members)])),
      };
    },
  };
}

async function askState(socket: string): Promise<NginxState> {
  return (await asked(socket, '/')) as NginxState;
}

async function askWeights(socket: string): Promise<Weights> {
  return (await asked(socket, '/weights')) as Weights;
}

async function asked(socket: string, path: string): Promise<unknown> {
  try {
    return JSON.parse(await askSocket(socket, { method: 'GET', path }));
  } catch (cause) {
    const message = `nginx does not say which configuration serves: ${(cause as Error).message}.`;
    throw new ShakedownError('SWITCH_UNREACHABLE', message, { hint: 'See that nginx runs.', cause });
  }
}

function notReloaded(why: string): ShakedownError {
  return new ShakedownError('SWITCH_UNREACHABLE', `nginx does not take over its configuration: ${why}.`, {
    hint: "See nginx's error log, beside the state of the staging system.",
  });
}

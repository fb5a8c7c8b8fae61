import { rename, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ShakedownError } from '../../../../model/error.ts';
import { askSocket } from '../ask-socket.ts';
import { sideNames, type TrafficSwitch, type Weights } from '../traffic-switch.ts';
import { checkSides, type Located, locate } from '../where.ts';
import { endpointsFile, endpointsOf, nobody, runtimePrefix, totalWeight } from './configuration.ts';

export interface EnvoyWhere {
  baseUrl: string;
  /** Unix socket of the admin API. */
  socket: string;
  log: string | null;
  version: string;
  /** Folder of the files with instances. */
  endpoints: string;
}

const connectMs = 10_000;
const lookEveryMs = 20;

const runtimeAnswer = z.object({ entries: z.record(z.string(), z.object({ final_value: z.string() })) });
const clustersAnswer = z.object({
  cluster_statuses: z.array(
    z.object({
      name: z.string(),
      host_statuses: z
        .array(
          z.object({
            hostname: z.string().optional(),
            address: z.object({ socket_address: z.object({ address: z.string(), port_value: z.number() }) }),
          }),
        )
        .default([]),
    }),
  ),
});
const statsAnswer = z.object({ stats: z.array(z.object({ name: z.string(), value: z.number() })) });

type Members = Record<string, { name: string; url: string }[]>;

/** A running Envoy with our configuration: weights in its runtime, instances in files that it watches. */
export function envoySwitch({ baseUrl, socket, log, version, endpoints }: EnvoyWhere): TrafficSwitch {
  const title = `Envoy ${version}`;
  const members = async (): Promise<Members> => {
    const { cluster_statuses } = clustersAnswer.parse(
      JSON.parse(await askAdmin(socket, 'GET', '/clusters?format=json')),
    );
    return Object.fromEntries(
      cluster_statuses.map(({ name, host_statuses }) => [
        name,
        host_statuses.map(({ hostname = '', address: { socket_address: at } }) => ({
          name: hostname,
          url: `${at.address}:${at.port_value}`,
        })),
      ]),
    );
  };
  const shares = async (): Promise<Weights> => {
    const { entries } = runtimeAnswer.parse(JSON.parse(await askAdmin(socket, 'GET', '/runtime?format=json')));
    const value = (side: string) => Number(entries[`${runtimePrefix}.${side}`]?.final_value ?? 0);
    return Object.fromEntries(sideNames.map((side) => [side, (100 * value(side)) / totalWeight]));
  };
  /** All at once: a request sees either the weights of before or those of afterwards. */
  const modify = async (weights: Weights): Promise<void> => {
    const wanted = new Map(sideNames.map((side) => [side as string, tenths(weights[side] ?? 0)]));
    wanted.set(nobody, Math.max(0, totalWeight - [...wanted.values()].reduce((sum, weight) => sum + weight, 0)));
    const query = [...wanted].map(([side, weight]) => `${runtimePrefix}.${side}=${weight}`).join('&');
    await askAdmin(socket, 'POST', `/runtime_modify?${query}`);
  };
  return {
    ...{ driver: 'envoy', speaks: 'HTTP/2', title, baseUrl, log },
    async connect(sides) {
      const strange = Object.keys(sides).find((side) => !sideNames.some((name) => name === side));
      if (strange !== undefined) throw notConnected(`it has no side ${strange}`);
      const [before, weights] = [await members(), await shares()];
      // A side that is new comes without traffic.
      const fresh = Object.keys(sides).filter((side) => (before[side] ?? []).length === 0 && (weights[side] ?? 0) > 0);
      if (fresh.length > 0) await modify({ ...weights, ...Object.fromEntries(fresh.map((side) => [side, 0])) });
      const located = new Map<string, Located[]>();
      for (const side of sideNames) located.set(side, await locate(sides[side] ?? []));
      for (const [side, instances] of located) await writeEndpoints(endpoints, side, instances);
      const until = performance.now() + connectMs;
      const has = (found: Members) =>
        [...located].every(
          ([side, wanted]) =>
            keysOf(wanted.map((each) => `${each.name} ${each.address}:${each.port}`)) ===
            keysOf((found[side] ?? []).map(({ name, url }) => `${name} ${url}`)),
        );
      while (!has(await members())) {
        if (performance.now() > until)
          throw notConnected(`it did not take over the instances in ${connectMs / 1000} s`);
        await sleep(lookEveryMs);
      }
    },
    async set(weights) {
      checkSides(title, weights, await members());
      await modify(weights);
    },
    async read() {
      const filter = encodeURIComponent(`^cluster\\.(${sideNames.join('|')})\\.upstream_rq_active$`);
      const [found, weights, text] = await Promise.all([
        members(),
        shares(),
        askAdmin(socket, 'GET', `/stats?format=json&filter=${filter}`),
      ]);
      const { stats } = statsAnswer.parse(JSON.parse(text));
      const active = (side: string) => stats.find(({ name }) => name.split('.')[1] === side)?.value;
      const up = sideNames.filter((side) => (found[side] ?? []).length > 0);
      const inFlight = up.map((side) => [side, active(side)] as const);
      return {
        weights: Object.fromEntries(up.map((side) => [side, weights[side] ?? 0])),
        inFlight: inFlight.some(([, count]) => count === undefined)
          ? null
          : Object.fromEntries(inFlight.map(([side, count]) => [side, count ?? 0])),
      };
    },
  };
}

/** Replaced whole: Envoy reads it when another file takes its name. */
export async function writeEndpoints(folder: string, side: string, instances: readonly Located[]): Promise<void> {
  const file = endpointsFile(folder, side);
  await writeFile(`${file}.new`, JSON.stringify(endpointsOf(side, instances)), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

async function askAdmin(socket: string, method: 'GET' | 'POST', path: string): Promise<string> {
  try {
    return await askSocket(socket, { method, path });
  } catch (cause) {
    const message = `Envoy's admin API does not do what is asked: ${(cause as Error).message}.`;
    throw new ShakedownError('SWITCH_UNREACHABLE', message, { hint: 'See that Envoy runs.', cause });
  }
}

function tenths(share: number): number {
  return Math.round((share * totalWeight) / 100);
}

function keysOf(names: readonly string[]): string {
  return [...names].sort().join(', ');
}

function notConnected(why: string): ShakedownError {
  return new ShakedownError('SWITCH_UNREACHABLE', `Envoy cannot be connected to the instances: ${why}.`, {
    hint: "See the switch's log.",
  });
}

import { ShakedownError } from '../../../../model/error.ts';
import { type SwitchSides, sideNames, sideOf, type TrafficSwitch, type Weights } from '../traffic-switch.ts';
import { backend, nowhere, slotsPerSide } from './configuration.ts';
import { runtimeApi, type ServerLine, serverLines } from './runtime.ts';

export interface HaproxyWhere {
  baseUrl: string;
  /** Unix socket of the runtime API, or host:port. */
  socket: string;
  log: string | null;
  version: string;
  /** Whether a cookie ties clients to servers, and if so, whether they go along when traffic is moved. */
  sticky: 'off' | 'moved' | 'kept';
}

/** HAProxy knows weights from 0 to 256. */
const heaviest = 256;

/**
 * A running HAProxy with our configuration, moved by its runtime API. Clients that a cookie ties to a server stay there when its weight is 0, and when it
 * drains; only maintenance moves them, and what is under way comes to its end there all the same.
 */
export function haproxySwitch({ baseUrl, socket, log, version, sticky }: HaproxyWhere): TrafficSwitch {
  const servers = async (): Promise<ServerLine[]> => serverLines(await ask(socket, ['show stat']), backend);
  const ofInstances = async () => (await servers()).filter(({ address }) => address !== nowhere);
  return {
    driver: 'haproxy',
    speaks: 'HTTP/2',
    tiesClients: sticky !== 'off',
    title: `HAProxy ${version}`,
    baseUrl,
    log,
    async connect(sides) {
      for (const side of Object.keys(sides)) checkSide(side, sides);
      const wanted = new Map(Object.values(sides).flatMap((members) => members.map((each) => [each.name, each.url])));
      const commands = (await servers()).flatMap(({ name, address: before }) => {
        const url = wanted.get(name);
        const server = `set server ${backend}/${name}`;
        const [host, nobody] = nowhere.split(':');
        if (url === undefined) {
          return before === nowhere ? [] : [`${server} state maint`, `${server} addr ${host} port ${nobody}`];
        }
        const { hostname, port } = new URL(url);
        const address = `${server} addr ${hostname} port ${port}`;
        if (before !== nowhere) return [address];
        // One that is new comes without traffic.
        return [address, `${server} weight 0`, ...(sticky === 'moved' ? [] : [`${server} state ready`])];
      });
      if (commands.length > 0) await ask(socket, commands);
    },
    async set(weights) {
      const known = await ofInstances();
      const wanted = serverWeights(
        weights,
        known.map(({ name }) => name),
      );
      // First those that get more: at no moment is there nobody.
      const changes = known
        .map(({ name, weight }) => ({ name, before: weight, after: wanted.get(name) ?? 0 }))
        .sort((a, b) => b.after - b.before - (a.after - a.before));
      const commands = changes.flatMap(({ name, after }) => {
        const server = `set server ${backend}/${name}`;
        const state = sticky === 'moved' ? [`${server} state ${after > 0 ? 'ready' : 'maint'}`] : [];
        return [`${server} weight ${after}`, ...state];
      });
      await ask(socket, commands);
    },
    async read() {
      const inFlight: Record<string, number> = {};
      const sums: Record<string, number> = {};
      for (const { name, weight, current, status } of await ofInstances()) {
        const side = sideOf(name);
        inFlight[side] = (inFlight[side] ?? 0) + current;
        sums[side] = (sums[side] ?? 0) + (/^(DRAIN|MAINT)/.test(status) ? 0 : weight);
      }
      const all = Object.values(sums).reduce((sum, weight) => sum + weight, 0);
      const share = (weight: number) => (all === 0 ? 0 : Math.round((1000 * weight) / all) / 10);
      return { weights: Object.fromEntries(Object.entries(sums).map(([side, sum]) => [side, share(sum)])), inFlight };
    },
  };
}

/** Of each server, so that sides get their shares whatever the count of their instances. */
export function serverWeights(weights: Weights, servers: readonly string[]): Map<string, number> {
  const size = (side: string) => servers.filter((name) => sideOf(name) === side).length;
  const each = servers.map((name) => [name, (weights[sideOf(name)] ?? 0) / Math.max(1, size(sideOf(name)))] as const);
  const most = Math.max(...each.map(([, share]) => share), 1e-9);
  return new Map(
    each.map(([name, share]) => [name, share === 0 ? 0 : Math.max(1, Math.round((heaviest * share) / most))]),
  );
}

function checkSide(side: string, sides: SwitchSides): void {
  const count = sides[side]?.length ?? 0;
  if (sideNames.some((name) => name === side) && count <= slotsPerSide) return;
  throw new ShakedownError('SWITCH_UNREACHABLE', `HAProxy has no room for ${count} instances of ${side}.`, {
    hint: `It has ${slotsPerSide} of each of ${sideNames.join(', ')}.`,
  });
}

async function ask(socket: string, commands: readonly string[]): Promise<string> {
  let answer: string;
  try {
    answer = await runtimeApi(socket, commands);
  } catch (cause) {
    throw unreachable((cause as Error).message, cause);
  }
  const trouble = /^(Unknown command|No such|Permission denied|Require |Invalid|Malformed|.*cannot).*$/m.exec(answer);
  if (trouble !== null) throw unreachable(trouble[0], null);
  return answer;
}

function unreachable(why: string, cause: unknown): ShakedownError {
  return new ShakedownError('SWITCH_UNREACHABLE', `HAProxy's runtime API does not do what is asked: ${why}.`, {
    hint: 'See that HAProxy runs, and that its socket is that of the configuration.',
    cause,
  });
}

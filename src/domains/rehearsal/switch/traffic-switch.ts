import { ShakedownError } from '../../../model/error.ts';

/** Percent of the traffic, by the name of the side: `{ blue: 95, green: 5 }`. A side that is not named has none. */
export type Weights = Readonly<Record<string, number>>;

/** Sides that a switch has to have room for. */
export const sideNames = ['blue', 'green', 'control'] as const;

/** Where one instance of a version answers. */
export interface Instance {
  /** `blue-1`: the name of its side first. */
  readonly name: string;
  readonly url: string;
}

export type SwitchSides = Readonly<Record<string, readonly Instance[]>>;

/** What the switch says of itself. */
export interface SwitchState {
  readonly weights: Weights;
  /** Requests under way, by side; null: it does not say. */
  readonly inFlight: Readonly<Record<string, number>> | null;
}

/** What moves traffic between versions that run side by side. */
export interface TrafficSwitch {
  /** `embedded`, `haproxy`, `envoy`, `nginx`, `kubernetes`, `command` */
  readonly driver: string;
  /** For people: `HAProxy 2.6.12`. */
  readonly title: string;
  /** Where clients connect. */
  readonly baseUrl: string;
  /** Which instances there are, by side; those that are new get no traffic yet. @throws ShakedownError SWITCH_UNREACHABLE */
  connect(sides: SwitchSides): Promise<void>;
  /** @param weights add up to 100 @throws ShakedownError SWITCH_UNREACHABLE */
  set(weights: Weights): Promise<void>;
  /** @throws ShakedownError SWITCH_UNREACHABLE */
  read(): Promise<SwitchState>;
  /** File in which it notes which request it gave to whom, as `{"id", "instance"}` lines; null: it notes nothing. */
  readonly log: string | null;
  /** It gives out connections, not requests: who keeps one stays with its instance. Absent: it gives out requests. */
  readonly movesConnections?: boolean;
  /** What clients can speak with it; absent: whatever the system behind it does. */
  readonly speaks?: 'HTTP/1.1' | 'HTTP/2';
  /** It ties each client to an instance, by a cookie. */
  readonly tiesClients?: boolean;
  /** Removes what is no process of this machine; absent: there is nothing. */
  end?(): Promise<void>;
}

/** @throws ShakedownError SWITCH_WEIGHTS where they do not add up to 100, or one is negative */
function checkWeights(weights: Weights): void {
  const shares = Object.values(weights);
  const sum = shares.reduce((all, share) => all + share, 0);
  if (shares.every((share) => share >= 0 && share <= 100) && Math.abs(sum - 100) < 1e-6) return;
  throw new ShakedownError('SWITCH_WEIGHTS', `Weights of ${weightWords(weights)} do not add up to 100 %.`, {
    hint: 'Correct the steps of the rollout.',
  });
}

/** Whether two settings send the same shares to the same sides. */
function sameWeights(a: Weights, b: Weights): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => Math.abs((a[name] ?? 0) - (b[name] ?? 0)) < 0.75);
}

/** `95 % blue, 5 % green` */
export function weightWords(weights: Weights): string {
  const parts = Object.entries(weights).filter(([, share]) => share !== 0);
  return parts.map(([side, share]) => `${share} % ${side}`).join(', ') || 'nothing';
}

/** `blue` of `blue-1`. */
export function sideOf(instance: string): string {
  return instance.replace(/-\d+$/, '');
}

/**
 * Sets weights and reads them back.
 * @throws ShakedownError SWITCH_WEIGHTS, SWITCH_UNREACHABLE, SWITCH_NOT_SET where the switch says something else afterwards
 */
export async function setAndReadBack(trafficSwitch: TrafficSwitch, weights: Weights): Promise<void> {
  checkWeights(weights);
  await trafficSwitch.set(weights);
  const { weights: found } = await trafficSwitch.read();
  if (sameWeights(found, weights)) return;
  const message = `The switch was set to ${weightWords(weights)}, and says that it has ${weightWords(found)}.`;
  throw new ShakedownError('SWITCH_NOT_SET', message, {
    hint: 'Look at the switch; the traffic was not moved as asked for.',
  });
}

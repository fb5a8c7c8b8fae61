import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { ProofCheck } from '../../../model/chaos.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { ComponentOf, Fault } from '../fault.ts';
import { proofOf } from '../proof.ts';
import type { UndoStep } from '../undo.ts';
import { type ProxyState, type Toxic, type Toxiproxy, toxiproxyAt } from './client.ts';
import { type Dialect, dialectOf, echo } from './dialect.ts';
import { type Gauge, gaugeLink, type Measurement, type Where } from './measure.ts';
import { ours } from './names.ts';
import { makeTwin, type Twin, twinUndo } from './twin.ts';
import { type LinkUsers, watchUsers } from './users.ts';

/** One toxic of Toxiproxy (https://github.com/Shopify/toxiproxy#toxics) as a fault. */
export interface ToxicDescription<Shape extends z.ZodRawShape> {
  name: string;
  title: string;
  /** Its own arguments, besides `direction` and `toxicity`. */
  shape: Shape;
  type: string;
  attributes(args: z.output<z.ZodObject<Shape>>): Record<string, number>;
  /** `delays what is sent by 200 ms`. */
  does(args: z.output<z.ZodObject<Shape>>): string;
  measurement: Measurement<z.output<z.ZodObject<Shape>>>;
  /** It ends connections so that nothing is left to be seen of them. */
  cutsOff?: true;
}

const where = {
  direction: z.enum(['upstream', 'downstream']).default('downstream'),
  toxicity: z.number().gt(0).max(1).default(1).describe('Share of the connections.'),
};

/** Of this process: toxics of others show that another run is using the same proxy. */
const mark = `shakedown-${randomBytes(4).toString('hex')}`;
/** Where few connections are measured at a time, of a share of many. */
const exchangesInTurn = 10;

function newName(what: string): string {
  return `${mark}-${what}-${randomBytes(4).toString('hex')}`;
}

export function toxicFault<Shape extends z.ZodRawShape>(
  description: ToxicDescription<Shape>,
): Fault<z.output<z.ZodObject<Shape>> & Where, 'link'> {
  type Arguments = z.output<z.ZodObject<Shape>> & Where;
  const { name, title, measurement } = description;
  const schema = z.strictObject({ ...description.shape, ...where }) as unknown as z.ZodType<Arguments>;
  return {
    name,
    title,
    layer: 'network',
    on: ['link'],
    schema,
    unavailable: linkUnavailable,
    touches(args, component) {
      const share = args.toxicity < 1 ? `, on ${Math.round(args.toxicity * 100)} % of its connections` : '';
      const way = args.direction === 'upstream' ? 'to' : 'from';
      const place = `proxy ${component.proxy} of Toxiproxy at ${component.toxiproxyUrl}`;
      return [`${component.name}: ${description.does(args)} ${way} ${component.upstream}${share} (${place})`];
    },
    async inject(args, component, { undo, noop, signal }) {
      const toxiproxy = toxiproxyAt(component.toxiproxyUrl);
      const { listen, upstream } = await refuseOthers(toxiproxy, component);
      const toxic: Toxic = {
        name: newName(name),
        type: description.type,
        stream: args.direction,
        toxicity: args.toxicity,
        attributes: description.attributes(args),
      };
      const known = await dialectOf(component.listen);
      const bytes = measurement.bulkBytes?.(args);
      const usable = known !== null && (bytes === undefined || known.bulk(args.direction, bytes) !== null);
      const twinName = newName('proof');
      const proxy = { name: component.proxy, listen, upstream };
      const steps: UndoStep[] = [{ kind: 'toxic', url: component.toxiproxyUrl, proxy, toxic: toxic.name }];
      if (!usable) steps.push(twinUndo(component.toxiproxyUrl, twinName));
      const entry = await undo.add(`take ${name} off ${component.name}`, steps);
      let twin: Twin | undefined;
      let gauge: Gauge | undefined;
      let users: LinkUsers | undefined;
      const end = async () => {
        // Toxiproxy waits for connections whose clients left with bytes under way: what measures stays until the toxic is off.
        try {
          await entry.run();
        } finally {
          gauge?.close();
          twin?.close();
        }
      };
      try {
        if (!usable) twin = await makeTwin(toxiproxy, twinName);
        const dialect: Dialect = usable && known !== null ? known : echo;
        gauge = await gaugeLink(twin ?? component, dialect, measurement, args);
        // Measuring took time: what was stopped meanwhile is not put there only to be taken away.
        signal.throwIfAborted();
        const cutsOff = description.cutsOff === true;
        users = await watchUsers({ ...component, listen }, cutsOff, cutsOff && args.toxicity === 1);
        if (!noop) {
          await toxiproxy.addToxic(component.proxy, toxic);
          if (twin !== undefined) await toxiproxy.addToxic(twin.name, toxic);
        }
      } catch (error) {
        await end().catch(() => {});
        throw error;
      }
      const measured = gauge;
      return {
        momentary: false,
        proofWithinMs: 60_000 + exchangesInTurn * (measurement.takesMs?.(args) ?? 0),
        async prove() {
          const checks = await measured.prove();
          await users?.look();
          const place = twin === undefined ? '' : ', by a proxy of the same kind beside it';
          return proofOf([
            await toxicCheck(toxiproxy, component.proxy, toxic).catch((error: Error) =>
              toxicNotHeld(toxic, error.message),
            ),
            ...checks.map((check) => ({ ...check, what: `${name} ${check.what}${place}` })),
          ]);
        },
        async still() {
          const check = await toxicCheck(toxiproxy, component.proxy, toxic);
          if (check.held) await users?.look();
          return check;
        },
        connections: () => users?.count() ?? null,
        revert: end,
      };
    },
  };
}

/** Why a link cannot be faulted; null: it can. */
export async function linkUnavailable(component: ComponentOf<'link'>): Promise<string | null> {
  try {
    const { enabled } = await toxiproxyAt(component.toxiproxyUrl).proxy(component.proxy);
    return enabled ? null : `proxy ${component.proxy} is off, so nothing goes through it: switch it on first`;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * The proxy as it is.
 * @throws ShakedownError FAULT_BUSY where another run has a fault on the proxy: the two could not be distinguished
 */
export async function refuseOthers(toxiproxy: Toxiproxy, component: ComponentOf<'link'>): Promise<ProxyState> {
  const proxy = await toxiproxy.proxy(component.proxy);
  const other = proxy.toxics.find((toxic) => ours.test(toxic.name) && !toxic.name.startsWith(mark));
  if (other === undefined) return proxy;
  const message = `${component.name}: another run has a fault on it (${other.type}, toxic ${other.name}).`;
  throw new ShakedownError('FAULT_BUSY', message, {
    hint: 'Wait for that run; if it is gone, run `shakedown chaos clean` or remove the toxic.',
  });
}

/** @throws ShakedownError TOXIPROXY_… */
async function toxicCheck(toxiproxy: Toxiproxy, proxy: string, toxic: Toxic): Promise<ProofCheck> {
  const { toxics, enabled } = await toxiproxy.proxy(proxy);
  const found = toxics.find((one) => one.name === toxic.name);
  if (!enabled) return toxicNotHeld(toxic, 'the proxy is off');
  if (found === undefined) return toxicNotHeld(toxic, 'none');
  const measured = `${found.type} ${found.stream}`;
  const check = toxicNotHeld(toxic, measured);
  const changed = Object.entries(toxic.attributes).find(([name, value]) => found.attributes[name] !== value);
  // Toxiproxy keeps it in single precision.
  if (Math.abs(found.toxicity - toxic.toxicity) > 1e-6)
    return { ...check, measured: `${measured}, toxicity ${found.toxicity}` };
  if (changed !== undefined)
    return { ...check, measured: `${measured}, ${changed[0]} ${String(found.attributes[changed[0]])}` };
  return { ...check, held: measured === check.expected };
}

function toxicNotHeld({ type, stream }: Toxic, measured: string): ProofCheck {
  return { what: 'toxic that Toxiproxy says it has', expected: `${type} ${stream}`, measured, held: false };
}

/** Lets a proxy that was switched off accept connections again. */
export function opening(toxiproxyUrl: string, proxy: string): UndoStep {
  const url = `${toxiproxyUrl}/proxies/${encodeURIComponent(proxy)}`;
  return { kind: 'http', method: 'POST', url, body: JSON.stringify({ enabled: true }), okStatuses: [404] };
}

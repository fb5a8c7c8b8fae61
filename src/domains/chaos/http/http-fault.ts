import { Agent, request } from 'node:http';
import type { z } from 'zod';
import type { ProofCheck } from '../../../model/chaos.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { Fault } from '../fault.ts';
import { proofOf } from '../proof.ts';
import { noteOwn } from '../toxiproxy/own-ports.ts';
import { probeHeader, probePath, startFaultProxy, throughStatus } from './proxy.ts';
import type { HttpRule } from './rule.ts';

/** What came of one request of the proof. */
export interface ProbeAnswer {
  /** Null: cut off. */
  status: number | null;
  ms: number;
}

export interface HttpDescription<Arguments> {
  name: string;
  title: string;
  schema: z.ZodType<Arguments>;
  /** `answered with 503`. */
  words(args: Arguments): string;
  rule(args: Arguments): HttpRule;
  /** How long all requests of the proof take together, ms; absent: seconds. */
  takesMs?(args: Arguments): number;
  /** @param ask sends a request of the proof, on a connection that is kept or on a new one */
  measure(
    ask: (isNew: boolean, path: string, method: string) => Promise<ProbeAnswer>,
    rule: HttpRule,
  ): Promise<ProofCheck[]>;
}

const answerTimeoutMs = 5000;
/** Proxies of Toxiproxy, by their addresses, that lead to a fault's proxy: to put another there would lose who is behind it. */
const led = new Set<string>();

/**
 * A fault on requests by method and route: a proxy of our own goes between a link's Toxiproxy and what it leads to. Toxiproxy cuts the link's
 * connections at the moment that it is put in and at the moment that it is taken out; clients open them again.
 */
export function httpFault<Arguments>(description: HttpDescription<Arguments>): Fault<Arguments, 'link'> {
  const { name, title, schema, words, rule: ruleOf, takesMs, measure } = description;
  return {
    name,
    title,
    layer: 'http',
    on: ['link'],
    schema,
    async unavailable(component) {
      const answer = await fetch(`${component.toxiproxyUrl}/version`, { signal: AbortSignal.timeout(2000) }).catch(
        () => null,
      );
      return answer?.ok ? null : `no Toxiproxy answers at ${component.toxiproxyUrl}: start it, or correct the address`;
    },
    touches(args, component) {
      const { method, route, share } = ruleOf(args);
      const which = `${method === '*' ? '' : `${method} `}${route}`;
      return [
        `${component.name}: ${Math.round(share * 1000) / 10} % of requests for ${which} ${words(args)}`,
        `${component.name}: its open connections are cut once now and once afterwards`,
      ];
    },
    async inject(args, component, { undo, noop, signal }) {
      const rule = ruleOf(args);
      const address = `${component.toxiproxyUrl}/proxies/${encodeURIComponent(component.proxy)}`;
      if (led.has(address)) {
        throw new ShakedownError('FAULT_BUSY', `${component.name}: another fault of its requests is on.`, {
          hint: 'Let that one end first, or have one experiment after the other.',
        });
      }
      const upstream = await upstreamOf(address);
      const entry = await undo.add(`lead ${component.name} to ${upstream} again`, [
        { kind: 'http', method: 'POST', url: address, body: JSON.stringify({ upstream }), okStatuses: [200, 404] },
      ]);
      const proxy = await startFaultProxy(upstream, rule);
      led.add(address);
      const revert = async () => {
        await entry.run();
        led.delete(address);
        await proxy.close();
      };
      try {
        signal.throwIfAborted();
        if (!noop) await lead(address, proxy.listen);
      } catch (error) {
        await revert();
        throw error;
      }
      return {
        momentary: false,
        proofWithinMs: 60_000 + (takesMs?.(args) ?? 0),
        revert,
        async still() {
          const measured = await upstreamOf(address);
          return { what: 'where the link leads', expected: proxy.listen, measured, held: measured === proxy.listen };
        },
        touched: () => proxy.counts(),
        async prove() {
          const kept = new Agent({ keepAlive: true, maxSockets: 1 });
          const ask = (isNew: boolean, path: string, method: string) =>
            probe(component.listen, path, method, proxy.token, isNew ? undefined : kept);
          try {
            const there = await ask(false, probePath, 'GET');
            const reached: ProofCheck = {
              what: 'requests come through the fault proxy',
              expected: 'yes',
              measured: there.status === throughStatus ? 'yes' : answerWords(there),
              held: there.status === throughStatus,
            };
            // Requests of the proof must not reach the target: it would act on them. What the fault does stands first, as reports show that.
            return proofOf(reached.held ? [...(await measure(ask, rule)), reached] : [reached]);
          } finally {
            kept.destroy();
          }
        },
      };
    },
  };
}

function answerWords({ status }: ProbeAnswer): string {
  return status === null ? 'no: cut off' : `no: answered with ${status}, which is not its answer`;
}

async function upstreamOf(address: string): Promise<string> {
  const answer = await fetch(address, { signal: AbortSignal.timeout(answerTimeoutMs) });
  if (!answer.ok) throw new ShakedownError('FAULT_LINK', `Toxiproxy has no proxy at ${address} (${answer.status}).`);
  return ((await answer.json()) as { upstream: string }).upstream;
}

async function lead(address: string, upstream: string): Promise<void> {
  const body = JSON.stringify({ upstream });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(address, { method: 'POST', body, headers, signal: AbortSignal.timeout(answerTimeoutMs) });
  if (!answer.ok) throw new ShakedownError('FAULT_LINK', `Toxiproxy refused another upstream (${answer.status}).`);
}

function probe(
  listen: string,
  path: string,
  method: string,
  token: string,
  agent: Agent | undefined,
): Promise<ProbeAnswer> {
  const { hostname, port } = new URL(`http://${listen}`);
  const start = performance.now();
  return new Promise((resolve) => {
    const settle = (status: number | null) => resolve({ status, ms: performance.now() - start });
    const options = { hostname, port, path, method, headers: { [probeHeader]: token }, agent: agent ?? false };
    const sent = request(options, (answer) => {
      answer.resume();
      answer.on('end', () => settle(answer.statusCode ?? null));
      answer.on('error', () => settle(null));
    });
    sent.on('socket', noteOwn);
    // Longer than any delay that a schema lets through.
    sent.setTimeout(120_000, () => sent.destroy());
    sent.on('error', () => settle(null));
    sent.end();
  });
}

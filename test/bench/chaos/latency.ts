// Injected against measured latency: `npm run bench:chaos-latency`. The same question is asked with the fault and, right before or after,
// without it, many times; the middle of the differences is the delay, and its interval says how sure that is on this machine. Beside it
// stands what the fault's own proof, a quick one, says.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadavg } from 'node:os';
import type { Component, Fault } from '../../../src/domains/chaos/fault.ts';
import { faults } from '../../../src/domains/chaos/faults/index.ts';
import type { FaultProof } from '../../../src/model/chaos.ts';
import { exitCodes } from '../../../src/model/error.ts';
import { makeNamespaces, whyNoNamespaces } from '../../domains/chaos/faults/namespaces.ts';
import { listInMemory } from '../../domains/chaos/faults/undo-steps.ts';
import { linkTo, ownToxiproxy } from '../../domains/chaos/links.ts';
import { middleOf, pairedDifferences, type Way } from './paired.ts';

const injectedMs = [1, 5, 20, 100, 500, 2000];
/** Short delays are told apart from noise by many pairs; long ones are compared side by side, as they take their time. */
const planOf = (delayMs: number) =>
  delayMs < 100 ? { pairs: 300, atOnce: 1 } : { pairs: Math.max(32, 6000 / delayMs), atOnce: delayMs < 500 ? 2 : 8 };
const slowPath = '/slow/x';
const fastPath = '/fast';

const server = createServer((_incoming, outgoing) => outgoing.end()).listen(0, '127.0.0.1');
server.keepAliveTimeout = 120_000;
await once(server, 'listening');
const upstream = `127.0.0.1:${(server.address() as AddressInfo).port}`;
const toxiproxy = await ownToxiproxy();
const link = await linkTo(toxiproxy, 'bench', upstream);
const passive = await linkTo(toxiproxy, 'passive', upstream);
const withoutNamespaces = whyNoNamespaces();
const two = withoutNamespaces === null ? await makeNamespaces() : null;
/** How each fault that delays is asked for, and what its delay is measured against; null: by its own proof alone. */
const measured: {
  name: string;
  component: Component | undefined;
  more: Record<string, unknown>;
  ways: { faulted: Way; control: Way } | null;
}[] = [
  {
    name: 'latency',
    component: link,
    more: {},
    ways: { faulted: { listen: link.listen, path: fastPath }, control: { listen: passive.listen, path: fastPath } },
  },
  {
    name: 'http-delay',
    component: link,
    more: { route: '/slow/**' },
    ways: { faulted: { listen: link.listen, path: slowPath }, control: { listen: link.listen, path: fastPath } },
  },
  { name: 'network-delay', component: two?.component, more: {}, ways: null },
];

let missed = 0;
let untold = 0;
try {
  console.log(`Load of the last minute: ${(loadavg()[0] ?? 0).toFixed(1)}.\n`);
  console.log(
    '| fault | injected | what | median of differences, 95 % | pairs | within ±5 % or ±1 ms | its own proof |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  const nothing = {
    faulted: { listen: link.listen, path: fastPath },
    control: { listen: passive.listen, path: fastPath },
  };
  for (const isNew of [false, true]) await row('none', 0, nothing, isNew, null);
  for (const { name, component, more, ways } of measured) {
    const fault = faults.find((each) => each.name === name);
    if (fault === undefined) throw new Error(`There is no fault ${name}.`);
    for (const delayMs of injectedMs) {
      const args = fault.schema.parse({ ...more, delayMs });
      const why = component === undefined ? withoutNamespaces : await fault.unavailable(component, args);
      if (component === undefined || why !== null) {
        console.log(`| ${name} | – | not run: ${why} | – | – | – | – |`);
        break;
      }
      await measure(fault, args, component, delayMs, ways);
    }
  }
} finally {
  await toxiproxy.stop();
  await two?.remove();
  server.close();
  server.closeAllConnections();
}
if (untold > 0) console.log(`\n${untold} not told: the machine was too busy to say.`);
process.exitCode = missed > 0 ? exitCodes.notReady : untold > 0 ? exitCodes.inconclusive : exitCodes.ready;

async function measure(
  fault: Fault,
  args: unknown,
  component: Component,
  delayMs: number,
  ways: { faulted: Way; control: Way } | null,
): Promise<void> {
  const context = { undo: listInMemory(), signal: AbortSignal.timeout(300_000), noop: false };
  const active = await fault.inject(args, component, context);
  try {
    const proof = await active.prove();
    if (ways !== null) {
      for (const isNew of [false, true]) await row(fault.name, delayMs, ways, isNew, proof);
      return;
    }
    for (const { what, measured: figure, held } of proof.checks.filter((check) => / ms/.test(check.expected))) {
      if (!held) missed++;
      console.log(
        `| ${fault.name} | ${delayMs} ms | ${what} | – | – | – | ${figure}: ${held ? 'seen' : '**not seen**'} |`,
      );
    }
  } finally {
    await active.revert();
  }
}

async function row(
  name: string,
  delayMs: number,
  ways: { faulted: Way; control: Way },
  isNew: boolean,
  proof: FaultProof | null,
): Promise<void> {
  const plan = planOf(delayMs);
  const differences = await pairedDifferences({ ...ways, ...plan, isNew, withinMs: delayMs + 10_000 });
  const { median, low, high } = middleOf(differences);
  const off = Math.max(1, delayMs * 0.05);
  const isWithin = low >= delayMs - off && high <= delayMs + off;
  const isOutside = !(high >= delayMs - off && low <= delayMs + off);
  if (isOutside) missed++;
  else if (!isWithin) untold++;
  const verdict = isOutside ? '**no**' : isWithin ? 'yes' : 'not told';
  const figure = `${median.toFixed(2)} ms (${low.toFixed(2)}–${high.toFixed(2)})`;
  const what = isNew ? 'on new connections' : 'on an open connection';
  const proved = proof === null ? '–' : proof.seen ? 'seen' : '**not seen**';
  console.log(`| ${name} | ${delayMs} ms | ${what} | ${figure} | ${differences.length} | ${verdict} | ${proved} |`);
}

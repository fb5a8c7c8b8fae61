// Injected against measured latency, fault by fault: `npm run bench:chaos-latency`. On a quiet machine; every figure is a fault's own proof.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Component } from '../../../src/chaos/fault.ts';
import { faults } from '../../../src/chaos/faults/index.ts';
import { makeNamespaces, whyNoNamespaces } from '../../chaos/faults/namespaces.ts';
import { listInMemory } from '../../chaos/faults/undo-steps.ts';
import { linkTo, ownToxiproxy } from '../../chaos/links.ts';

const injectedMs = [1, 5, 20, 100, 500, 2000];
const measured = ['latency', 'http-delay', 'network-delay'];

const server = createServer((_incoming, outgoing) => outgoing.end('x')).listen(0, '127.0.0.1');
await once(server, 'listening');
const toxiproxy = await ownToxiproxy();
const withoutNamespaces = whyNoNamespaces();
const two = withoutNamespaces === null ? await makeNamespaces() : null;
const components: Component[] = [
  await linkTo(toxiproxy, 'bench', `127.0.0.1:${(server.address() as AddressInfo).port}`),
  ...(two === null ? [] : [two.component]),
];

console.log('| fault | injected | what | measured | within ±5 % or ±1 ms |\n| --- | --- | --- | --- | --- |');
let missed = 0;
try {
  for (const name of measured) {
    const fault = faults.find((each) => each.name === name);
    const component = components.find(({ kind }) => fault?.on.includes(kind));
    if (fault === undefined) throw new Error(`There is no fault ${name}.`);
    for (const delayMs of injectedMs) {
      const args = fault.schema.parse(name === 'http-delay' ? { route: '/**', delayMs } : { delayMs });
      const why =
        component === undefined ? (withoutNamespaces ?? 'no component') : await fault.unavailable(component, args);
      if (component === undefined || why !== null) {
        console.log(`| ${name} | – | not run: ${why} | – | – |`);
        break;
      }
      const context = { undo: listInMemory(), signal: AbortSignal.timeout(120_000), noop: false };
      const active = await fault.inject(args, component, context);
      const { checks } = await active.prove();
      await active.revert();
      for (const { what, measured: figure, held } of checks.filter((check) => / ms/.test(check.expected))) {
        if (!held) missed++;
        console.log(`| ${name} | ${delayMs} ms | ${what} | ${figure} | ${held ? 'yes' : '**no**'} |`);
      }
    }
  }
} finally {
  await toxiproxy.stop();
  await two?.remove();
  server.close();
  server.closeAllConnections();
}
process.exitCode = missed === 0 ? 0 : 1;

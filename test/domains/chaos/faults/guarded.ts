// Puts faults on the component that its first argument is, under a real guard, says so, and waits to be killed.

import { join } from 'node:path';
import type { ComponentOf } from '../../../../src/domains/chaos/fault.ts';
import { networkBandwidth } from '../../../../src/domains/chaos/faults/network-bandwidth.ts';
import { networkPartition } from '../../../../src/domains/chaos/faults/network-partition.ts';
import { createGuard } from '../../../../src/domains/chaos/guard/guard.ts';

const [given = '', folder = ''] = process.argv.slice(2);
const component = JSON.parse(given) as ComponentOf<'namespace'>;
const { signal } = new AbortController();
const undo = await createGuard({ folder, registry: join(folder, 'registry'), signal });
const context = { undo, signal, noop: false };
await networkBandwidth.inject({ kilobytesPerSecond: 500, means: 'tbf' }, component, context);
await networkPartition.inject({ direction: 'both', scope: 'peer' }, component, context);
process.stdout.write('on\n');
setInterval(() => {}, 1000);

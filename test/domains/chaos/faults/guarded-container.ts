// Puts the fault that its second argument names on the container component that its first is, under a real guard, says so, and waits to be killed.

import { join } from 'node:path';
import { faults } from '../../../../src/domains/chaos/faults/index.ts';
import { createGuard } from '../../../../src/domains/chaos/guard/guard.ts';
import { createInjector } from '../../../../src/domains/chaos/injector.ts';
import { configuredComponents } from '../../../../src/domains/chaos/run/components.ts';

const [given = '', fault = '', args = '{}', folder = ''] = process.argv.slice(2);
const { signal } = new AbortController();
const undo = await createGuard({ folder, registry: join(folder, 'registry'), signal });
const components = configuredComponents(JSON.parse(given), []);
const injector = createInjector({ faults, components, undo, now: () => performance.now(), on: () => {} });
const { proof } = await injector.inject(
  { experiment: 't', fault, component: 'cache', arguments: JSON.parse(args) },
  signal,
);
process.stdout.write(proof?.seen === true ? 'on\n' : `${JSON.stringify(proof)}\n`);
setInterval(() => {}, 1000);

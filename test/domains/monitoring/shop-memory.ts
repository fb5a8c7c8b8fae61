import type { MetricDescription } from '../../../src/model/watch.ts';

/** Memory of the first instance of the shop, without a limit unless one is given. */
export const shopMemory = (given: Partial<MetricDescription> = {}): MetricDescription => ({
  ...{ id: 'shop-1.memory', title: 'shop-1 memory', kind: 'memory', unit: 'bytes', subject: 'target' },
  ...{ instance: 'shop-1', source: '/proc of pid 17', limit: null },
  ...given,
});

import { z } from 'zod';
import type { Gatherer } from '../../descriptor/gatherer.ts';

const node = z.looseObject({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()).catch({}) }),
  status: z
    .looseObject({
      capacity: z.record(z.string(), z.string()).catch({}),
      nodeInfo: z.record(z.string(), z.unknown()).catch({}),
    })
    .catch({ capacity: {}, nodeInfo: {} }),
});

/** Nodes have names that no other cluster has: they are compared by how many there are, and of what kinds. */
export function addNodes(gatherer: Gatherer, nodes: readonly unknown[]): void {
  if (nodes.length === 0) return;
  const parsed = nodes.map((each) => node.parse(each));
  const all = (of: (one: z.output<typeof node>) => unknown) =>
    [...new Set(parsed.map(of).filter((value) => typeof value === 'string'))] as string[];
  gatherer.add('instances', ['nodes'], nodes.length);
  gatherer.add(
    'cpu',
    ['nodes', 'each'],
    all(({ status }) => status.capacity.cpu),
    { unit: 'cores' },
  );
  gatherer.add(
    'memory',
    ['nodes', 'each'],
    all(({ status }) => status.capacity.memory),
    { unit: 'bytes' },
  );
  gatherer.add(
    'configuration',
    ['nodes', 'instance type'],
    all(({ metadata }) => metadata.labels['node.kubernetes.io/instance-type']),
  );
  gatherer.add(
    'instances',
    ['nodes', 'zones'],
    new Set(parsed.map(({ metadata }) => metadata.labels['topology.kubernetes.io/zone'])).size,
  );
  for (const [name, of] of Object.entries({
    kubelet: 'kubeletVersion',
    kernel: 'kernelVersion',
    system: 'osImage',
    runtime: 'containerRuntimeVersion',
  })) {
    gatherer.add(
      'version',
      ['nodes', name],
      all(({ status }) => status.nodeInfo[of]),
    );
  }
}

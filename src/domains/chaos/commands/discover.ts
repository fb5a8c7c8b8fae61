import { stringify } from 'yaml';
import { readable } from '../../../report-kit/text.ts';
import type { Services } from '../../command.ts';
import type { ChaosComponent } from '../configuration.ts';
import { type FoundContainer, findContainers } from '../discover/containers.ts';
import { type Listener, listeners } from '../discover/listeners.ts';
import { pidFiles } from '../discover/pid-files.ts';
import { type FoundWorkload, findWorkloads } from '../discover/workloads.ts';

/** Options of `shakedown chaos discover`, parsed. */
interface DiscoverFlags {
  context?: string;
  json?: boolean;
}

type Written = { [Kind in ChaosComponent as Kind['kind']]: Partial<Kind> & Pick<Kind, 'kind'> }[ChaosComponent['kind']];

/** Where a proxy in front of a port listens: the same port, 10000 higher. */
const proxyOffset = 10_000;

/**
 * `shakedown chaos discover`: lists what on this machine could be named as a component, and prints a `chaos.components` to begin with. It only
 * reads: /proc, files with pids, what docker and podman say of this machine, and pods of the cluster whose context is given.
 */
export async function chaosDiscover(_: unknown[], flags: DiscoverFlags, { terminal, cwd }: Services): Promise<void> {
  const ports = listeners();
  const files = pidFiles(new Set(ports.map(({ pid }) => pid)), cwd);
  const containers = await findContainers();
  const workloads = flags.context === undefined ? { found: [], missing: [] } : await findWorkloads(flags.context);
  const components = componentsFor(ports, files, containers.found, workloads.found);
  const missing = [...containers.missing, ...workloads.missing];
  if (flags.json) {
    const found = {
      listeners: ports.map((one) => ({ ...one, pidFile: files.get(one.pid) ?? null })),
      containers: containers.found,
      workloads: workloads.found,
    };
    terminal.out(`${JSON.stringify({ ...found, components, missing }, null, 1)}\n`);
    return;
  }
  const lines = [
    ...section(
      'Programs that listen',
      ports,
      ({ name, pid, address, port }) =>
        `${name}, pid ${pid}${files.has(pid) ? ` (${files.get(pid)})` : ''}, ${address}:${port}`,
    ),
    ...section(
      'Containers',
      containers.found,
      ({ engine, name, image, state }) => `${name}, ${image}, ${state} (${engine})`,
    ),
    ...section('Pods', workloads.found, ({ namespace, selector, pods }) => `${namespace}, ${selector}: ${pods}`),
    ...missing.map((why) => `Not looked at: ${why}`),
  ];
  for (const line of lines) terminal.err(`${readable(line)}\n`);
  if (Object.keys(components).length === 0) {
    terminal.err('Nothing was found that could be named.\n');
    return;
  }
  terminal.err(
    'Name what may be broken, and leave out the rest; a pid changes when its program is started again, a pidFile does not (where pid stands below, no file with it was found under /run, in the program’s folder or here):\n',
  );
  terminal.out(stringify({ chaos: { components } }));
}

function section<Item>(title: string, items: readonly Item[], words: (item: Item) => string): string[] {
  return items.length === 0 ? [] : [`${title}:`, ...items.map((item) => `  ${words(item)}`)];
}

/** A component for each, under a name that none other has. */
function componentsFor(
  ports: readonly Listener[],
  files: ReadonlyMap<number, string>,
  containers: readonly FoundContainer[],
  workloads: readonly FoundWorkload[],
): Record<string, Written> {
  const found: Record<string, Written> = {};
  const add = (wanted: string, component: Written) => {
    let name = wanted;
    for (let count = 2; name in found; count++) name = `${wanted}-${count}`;
    found[name] = component;
  };
  const processes = new Set<number>();
  for (const { name, pid, port } of ports) {
    const pidFile = files.get(pid);
    // A pid is gone when its program is started again.
    if (!processes.has(pid)) add(name, { kind: 'process', ...(pidFile === undefined ? { pid } : { pidFile }) });
    processes.add(pid);
    const listen = port + proxyOffset;
    if (listen > 65_535) continue;
    const [at, to] = [`127.0.0.1:${listen}`, `127.0.0.1:${port}`];
    add(`to ${name}`, { kind: 'link', proxy: `${name}-${port}`, listen: at, upstream: to, start: true });
  }
  for (const { engine, name } of containers) add(name, { kind: 'container', container: name, engine });
  for (const { context, namespace, selector } of workloads) {
    add(selector.split('=').at(-1) ?? selector, { kind: 'workload', context, namespace, selector });
  }
  return found;
}

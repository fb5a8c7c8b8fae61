import { runCommand } from '../machine/command.ts';

export interface FoundContainer {
  engine: 'docker' | 'podman';
  name: string;
  image: string;
  /** As the engine says it: `Up 3 minutes`. */
  state: string;
}

/** Addresses by which the engines speak of this machine. */
const isOwn = (address: string | undefined) => address === undefined || address === '' || address.startsWith('unix:');

/**
 * Containers of this machine, those that do not run too.
 * @returns also which engines were not asked, and why
 */
export async function findContainers(
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ found: FoundContainer[]; missing: string[] }> {
  const found: FoundContainer[] = [];
  const missing: string[] = [];
  const engines = [
    { engine: 'docker', remote: env.DOCKER_HOST },
    { engine: 'podman', remote: env.CONTAINER_HOST },
  ] as const;
  for (const { engine, remote } of engines) {
    if (!isOwn(remote)) {
      missing.push(`${engine}: it is set up for another machine (${remote}), which is not contacted`);
      continue;
    }
    const format = '{{.Names}}\t{{.Image}}\t{{.Status}}';
    const { code, stdout, stderr } = await runCommand([engine, 'ps', '--all', '--format', format]);
    if (code !== 0) {
      missing.push(`${engine}: ${stderr.split('\n').at(-1) || `it ended with ${code}`}`);
      continue;
    }
    for (const line of stdout.split('\n').filter((one) => one !== '')) {
      const [name = '', image = '', state = ''] = line.split('\t');
      found.push({ engine, name: name.split(',')[0] ?? name, image, state });
    }
  }
  return { found, missing };
}

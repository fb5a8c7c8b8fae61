import type { Finding } from './finding.ts';
import { onPath } from './paths.ts';
import { runProgram } from './run-program.ts';

// Asked of the kernel in a network namespace of its own, which is gone when the command ends.
const features = [
  { name: 'netem', args: ['tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'delay', '1ms'] },
  {
    name: 'tbf',
    args: ['tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'tbf', 'rate', '1mbit', 'burst', '32kbit', 'latency', '400ms'],
  },
  {
    name: 'iptables',
    args: ['iptables', '-A', 'INPUT', '-m', 'statistic', '--mode', 'random', '--probability', '0.1', '-j', 'DROP'],
  },
] as const;

/** Which network faults this kernel can make; each is tried, not guessed. */
export async function findNetworkFaults(env: NodeJS.ProcessEnv = process.env): Promise<Finding> {
  const base = {
    name: 'network faults',
    purpose: 'loss, delay and bandwidth faults',
    needed: false,
    version: null,
  } as const;
  const [unshare] = onPath('unshare', env);
  if (process.platform !== 'linux' || unshare === undefined) {
    return {
      ...base,
      state: 'missing',
      where: null,
      advice: 'needs Linux with tc; Toxiproxy makes delay and bandwidth faults elsewhere',
    };
  }
  const tried = await Promise.all(
    features.map(async ({ name, args }) => {
      const outcome = await runProgram(unshare, ['--net', ...args], { timeoutMs: 5_000, env });
      return { name, works: outcome.kind === 'ended' && outcome.code === 0 };
    }),
  );
  const works = tried.filter((one) => one.works).map(({ name }) => name);
  const not = tried.filter((one) => !one.works).map(({ name }) => name);
  if (works.length === 0) {
    const advice = process.getuid?.() === 0 ? 'install iproute2 and iptables' : 'needs root, iproute2 and iptables';
    return { ...base, state: 'missing', where: null, advice };
  }
  return {
    ...base,
    state: 'found',
    where: `kernel: ${works.join(', ')}`,
    advice: not.length === 0 ? null : `not here: ${not.join(', ')}`,
  };
}

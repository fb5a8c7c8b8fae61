import { once } from 'node:events';
import { ShakedownError } from '../../model/error.ts';
import type { SampleVersion } from '../../model/sample-system.ts';
import { parseDefects } from '../../sample/defects.ts';
import { startSample } from '../../sample/start.ts';
import { interruption } from '../interrupt.ts';
import type { CommandContext } from '../program.ts';

/** Options of `shakedown sample`, parsed. */
export interface SampleFlags {
  port: number;
  versionUnderTest?: SampleVersion;
  sampleDefects?: string;
  instances?: number;
  json?: boolean;
}

/** `shakedown sample`: starts the sample system, says where it is, and waits for Ctrl-C. */
export async function sample(flags: SampleFlags, { terminal }: CommandContext): Promise<void> {
  const { instances } = flags;
  if (instances !== undefined && (!Number.isInteger(instances) || instances > 20)) {
    throw new ShakedownError('USAGE', `--instances ${instances}: write a whole number from 1 to 20.`);
  }
  const signal = interruption(() => terminal.err('stopping\n'));
  const system = await startSample({
    port: flags.port,
    defects: parseDefects(flags.sampleDefects ?? ''),
    signal,
    ...(flags.versionUnderTest === undefined ? {} : { version: flags.versionUnderTest }),
    ...(instances === undefined ? {} : { instances }),
  });
  try {
    if (flags.json) {
      const { baseUrl, version, balancer, database } = system;
      terminal.out(`${JSON.stringify({ baseUrl, version, instances: system.instances, balancer, database })}\n`);
    } else {
      const { bold, dim } = terminal.outColors;
      terminal.out(`${bold('Sample shop')} ${system.version} at ${bold(system.baseUrl)}\n`);
      terminal.out(dim(`instances ${system.instances.map(({ url }) => url).join(', ')}; Ctrl-C ends it\n`));
    }
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await system.stop();
  }
}

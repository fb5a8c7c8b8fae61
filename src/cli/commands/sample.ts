import { once } from 'node:events';
import type { Services } from '../../domains/command.ts';
import type { SampleVersion } from '../../model/sample-system.ts';
import { parseDefects } from '../../sample/defects.ts';
import { startSample } from '../../sample/start.ts';

interface SampleFlags {
  port: number;
  versionUnderTest?: SampleVersion;
  sampleDefects?: string;
  instances?: number;
  json?: boolean;
}

/** `shakedown sample`: starts the sample system, says where it is, and waits for Ctrl-C. */
export async function sample(_: unknown[], flags: SampleFlags, { terminal, interruption }: Services): Promise<void> {
  const { instances } = flags;
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

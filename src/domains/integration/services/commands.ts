import { once } from 'node:events';
import { exitCodes } from '../../../model/error.ts';
import { plural } from '../../../report-kit/format.ts';
import type { Services } from '../../command.ts';
import { beginRecording, readServiceRecording } from './recording.ts';
import { recordingProxy, standIn } from './stand-in.ts';

/** `shakedown services record` */
export async function recordService(
  _: unknown[],
  { from, out, port = 0 }: { from: string; out: string; port?: number },
  { terminal, interruption }: Services,
): Promise<void> {
  const signal = interruption();
  const origin = from.replace(/\/+$/, '');
  const add = await beginRecording(out, new URL(origin).origin);
  let count = 0;
  const proxy = await recordingProxy(origin, { port, tls: {}, signal }, async (exchange) => {
    await add(exchange);
    count++;
  });
  terminal.err(`Recording ${new URL(origin).origin}: let the target use ${proxy.origin}. Ctrl-C ends it.\n`);
  await ended(signal);
  await proxy.close();
  terminal.err(`${plural(count, 'answer')} recorded in ${out}.\n`);
}

/** `shakedown services replay` */
export async function replayService(
  [folder]: [string],
  { port = 0 }: { port?: number },
  { terminal, interruption, setExitCode }: Services,
): Promise<void> {
  const signal = interruption();
  const { exchanges, origin, recordedAt, damaged } = await readServiceRecording(folder);
  const service = await standIn(exchanges, port, (request) => terminal.err(`never recorded: ${request}\n`));
  if (damaged > 0) terminal.err('The last line of the recording was cut off, and is left out.\n');
  const about = `${origin}, recorded ${recordedAt.slice(0, 10)}, ${plural(exchanges.length, 'answer')}`;
  terminal.err(`Standing in for ${about}: ${service.origin}. Ctrl-C ends it.\n`);
  await ended(signal);
  await service.close();
  const { answered, unknown } = service.tally;
  terminal.err(`${plural(answered, 'request')} answered, ${unknown.size} never recorded.\n`);
  if (unknown.size > 0) setExitCode(exitCodes.inconclusive);
}

async function ended(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

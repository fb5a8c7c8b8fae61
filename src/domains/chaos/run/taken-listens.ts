import { once } from 'node:events';
import { createServer } from 'node:net';
import type { ResolvedChaos } from '../configuration.ts';

/** Links that Shakedown is to start and cannot, each with why: something else listens at their address. Each address is listened at for a moment. */
export async function takenListens({
  components,
}: Pick<ResolvedChaos, 'components'>): Promise<{ name: string; listen: string; why: string }[]> {
  const found: { name: string; listen: string; why: string }[] = [];
  for (const [name, one] of Object.entries(components)) {
    if (one.kind !== 'link' || !one.start) continue;
    const code = await whyTaken(one.listen);
    if (code === null) continue;
    const what = code === 'EADDRINUSE' ? 'something else listens on it' : `it cannot be listened on (${code})`;
    const why = `its proxy is to listen on ${one.listen}, and ${what}: give the link another "listen", and its users that address`;
    found.push({ name, listen: one.listen, why });
  }
  return found;
}

/** Code of the system's error; null: it is free. */
async function whyTaken(listen: string): Promise<string | null> {
  const colon = listen.lastIndexOf(':');
  const host = listen.slice(0, colon).replace(/^\[|\]$/g, '');
  const server = createServer();
  try {
    server.listen({ host, port: Number(listen.slice(colon + 1)), exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
  server.close();
  await once(server, 'close');
  return null;
}

import { join } from 'node:path';
import type { ValidationContext } from '../../validation.ts';
import { send } from '../contracts/send.ts';
import type { ServiceSettings } from '../settings.ts';
import { beginRecording } from './recording.ts';
import { recordingProxy } from './stand-in.ts';

const about = { method: 'GET', headers: {}, body: null, timeoutMs: 15_000, bytesAtMost: 2_000_000, tls: {} };
/** What is asked for: what is there, and what is not. */
const paths = {
  shop: ['/api/products?limit=20', '/api/products/9', '/api/search?q=tea', '/api/products/999999', '/api/account'],
  carrier: ['/days', '/weeks'],
};

export type RecordingOf = (service: ServiceSettings) => Promise<string>;

/** Gives the folder of a stand-in's recording. Those of the sample system are recorded from itself, when they are first asked for. */
export function recordings(context: ValidationContext): RecordingOf {
  const made = new Map<string, Promise<string>>();
  return async ({ name, recording, sample }) => {
    if (recording !== null) return recording;
    const making = made.get(name) ?? recordSample(sample === 'carrier' ? 'carrier' : 'shop', context);
    made.set(name, making);
    return making;
  };
}

async function recordSample(of: keyof typeof paths, context: ValidationContext): Promise<string> {
  const { signal, teardown } = context;
  const { baseUrl, sample } = await context.target();
  const from = of === 'carrier' && sample !== null ? sample.carrier.url : baseUrl;
  const folder = join(context.folder, `stand-in-${of}`);
  const add = await beginRecording(folder, new URL(from).origin);
  const proxy = await recordingProxy(from, { port: 0, tls: {}, signal }, add);
  teardown.before('end the proxy that records', () => proxy.close());
  for (const path of paths[of]) {
    signal.throwIfAborted();
    await send(`${proxy.origin}${path}`, { ...about, signal });
  }
  await proxy.close();
  return folder;
}

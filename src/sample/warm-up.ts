import { Agent, get } from 'node:http';

export const warmUpPaths = [
  '/',
  '/products',
  '/products?page=2',
  '/products/7',
  '/products/70',
  '/categories/tea',
  '/search?q=tea',
  '/basket',
  '/login',
  '/register',
  '/assets/shop.css',
  '/api/products?limit=20',
  '/api/products/9',
  '/api/search?q=coffee',
];
const connections = 6;

/**
 * Reads the sample shop's pages for a while, as a deployment does before it gives a new version traffic: code that has just been loaded
 * is many times slower, and that is no property of the release.
 */
export async function warmUp(baseUrl: string, durationMs: number, signal: AbortSignal): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const until = performance.now() + durationMs;
  let next = 0;
  const reader = async () => {
    while (performance.now() < until && !signal.aborted)
      await read(`${baseUrl}${warmUpPaths[next++ % warmUpPaths.length]}`, agent);
  };
  await Promise.all(Array.from({ length: connections }, reader));
  agent.destroy();
}

function read(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve) => {
    const request = get(url, { agent }, (response) => {
      response.resume();
      response.once('close', resolve);
    });
    // A shop with planted defects may refuse; it is judged later, not here.
    request.once('error', () => resolve());
    request.setTimeout(1000, () => request.destroy());
  });
}

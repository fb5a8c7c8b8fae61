import { z } from 'zod';
import { exitCodes, ShakedownError } from '../../../model/error.ts';

/** Longer than any call should take: adding and removing a toxic waits for the links that it is put into. */
const callTimeoutMs = 5_000;

const toxicSchema = z.object({
  name: z.string(),
  type: z.string(),
  stream: z.enum(['upstream', 'downstream']),
  toxicity: z.number(),
  attributes: z.record(z.string(), z.unknown()),
});
const proxySchema = z.object({
  name: z.string(),
  /** host:port that is listened on. */
  listen: z.string(),
  upstream: z.string(),
  enabled: z.boolean(),
  toxics: z.array(toxicSchema),
});

export type Toxic = z.output<typeof toxicSchema>;
export type ProxyState = z.output<typeof proxySchema>;

/** Toxiproxy's HTTP API (https://github.com/Shopify/toxiproxy#http-api). Every call throws ShakedownError TOXIPROXY_… in one line. */
export interface Toxiproxy {
  readonly url: string;
  version(): Promise<string>;
  proxies(): Promise<ProxyState[]>;
  /** @throws ShakedownError TOXIPROXY_NO_PROXY */
  proxy(name: string): Promise<ProxyState>;
  /** @throws ShakedownError TOXIPROXY_NAME_TAKEN, TOXIPROXY_REFUSED where the address is taken */
  create(proxy: { name: string; listen: string; upstream: string }): Promise<ProxyState>;
  /** One that is not there counts as removed. */
  remove(name: string): Promise<void>;
  /** A proxy that is off refuses connections and has cut off those it had. */
  enable(name: string, enabled: boolean): Promise<void>;
  addToxic(proxy: string, toxic: Toxic): Promise<void>;
}

/** @param url of the API, such as `http://127.0.0.1:8474` */
export function toxiproxyAt(url: string): Toxiproxy {
  const call = async <T>(
    schema: z.ZodType<T>,
    path: string,
    method: 'GET' | 'POST' | 'DELETE' = 'GET',
    body?: unknown,
  ): Promise<T> => {
    const answer = await answerOf(url, path, method, body);
    if (answer.ok) return parsed(url, schema, answer.text);
    const why = messageIn(answer.text) || `status ${answer.status}`;
    const subject = /^\/proxies\/([^/]+)/.exec(path)?.[1] ?? (body as { name?: string } | undefined)?.name ?? '';
    const shown = JSON.stringify(decodeURIComponent(subject));
    if (answer.status === 404 && method !== 'DELETE') {
      throw new ShakedownError('TOXIPROXY_NO_PROXY', `Toxiproxy at ${url} has no proxy ${shown}.`, {
        hint: 'Make it there, or correct the name in chaos.components.',
      });
    }
    if (answer.status === 409) {
      throw new ShakedownError('TOXIPROXY_NAME_TAKEN', `Toxiproxy at ${url} has a proxy ${shown} already: ${why}.`, {
        hint: 'Another run may be using it; end that one, remove the proxy, or give this run a Toxiproxy of its own.',
      });
    }
    throw new ShakedownError('TOXIPROXY_REFUSED', `Toxiproxy at ${url} refused ${method} ${path}: ${why}.`);
  };
  const at = (name: string) => `/proxies/${encodeURIComponent(name)}`;

  return {
    url,
    async version() {
      return (await call(z.object({ version: z.string() }), '/version')).version;
    },
    async proxies() {
      return Object.values(await call(z.record(z.string(), proxySchema), '/proxies'));
    },
    proxy: (name) => call(proxySchema, at(name)),
    create: (proxy) => call(proxySchema, '/proxies', 'POST', { ...proxy, enabled: true }),
    async remove(name) {
      const { ok, status } = await answerOf(url, at(name), 'DELETE');
      if (!ok && status !== 404) {
        throw new ShakedownError('TOXIPROXY_REFUSED', `Toxiproxy at ${url} did not remove ${JSON.stringify(name)}.`);
      }
    },
    async enable(name, enabled) {
      await call(z.unknown(), at(name), 'POST', { enabled });
    },
    async addToxic(proxy, toxic) {
      await call(z.unknown(), `${at(proxy)}/toxics`, 'POST', toxic);
    },
  };
}

interface Answer {
  ok: boolean;
  status: number;
  text: string;
}

async function answerOf(url: string, path: string, method: string, body?: unknown, isAgain = false): Promise<Answer> {
  try {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      signal: AbortSignal.timeout(callTimeoutMs),
      redirect: 'error',
    });
    return { ok: response.ok, status: response.status, text: await response.text() };
  } catch (error) {
    const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
    // A connection that was kept open and is closed now says nothing of what listens there.
    if (!isAgain && (cause?.code === 'UND_ERR_SOCKET' || cause?.code === 'ECONNRESET')) {
      return await answerOf(url, path, method, body, true);
    }
    const late = name === 'TimeoutError' ? `no answer in ${callTimeoutMs / 1000} s` : undefined;
    const why = late ?? cause?.code ?? cause?.message ?? message;
    throw new ShakedownError('TOXIPROXY_GONE', `Toxiproxy at ${url} does not answer (${why}).`, {
      hint: 'Start it, correct chaos.toxiproxyUrl, or leave that out to have one started.',
      exitCode: exitCodes.missingProgram,
      cause: error,
    });
  }
}

function parsed<T>(url: string, schema: z.ZodType<T>, text: string): T {
  let value: unknown = null;
  try {
    value = text === '' ? null : JSON.parse(text);
  } catch {
    // Reported below, as anything else that is not Toxiproxy.
  }
  const outcome = schema.safeParse(value);
  if (outcome.success) return outcome.data;
  throw new ShakedownError('TOXIPROXY_GONE', `What answers at ${url} is not Toxiproxy.`, {
    hint: 'Correct chaos.toxiproxyUrl.',
  });
}

/** `{"error": "proxy already exists", "status": 409}` */
function messageIn(text: string): string {
  try {
    return String((JSON.parse(text) as { error?: unknown }).error ?? '').slice(0, 200);
  } catch {
    return text.trim().slice(0, 200);
  }
}

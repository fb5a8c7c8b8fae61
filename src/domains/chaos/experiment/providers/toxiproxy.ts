import { takeToxicOff } from '../../guard/toxic.ts';
import type { UndoStep } from '../../undo.ts';
import type { Activity, ModuleProvider } from '../format.ts';
import { ActivityFailed, type Leftover, type Session } from '../session.ts';
import { isObject, type Json, type JsonObject } from '../values/json.ts';
import { str } from '../values/python.ts';
import { requireAllowed } from './http.ts';
import { RequestFailed, send } from './request.ts';

/** One function of Chaos Toolkit's Toxiproxy extension 0.3: its arguments, those with a default after `?`, and what it does. */
interface ToxiFunction {
  required: string[];
  optional: JsonObject;
  run(given: JsonObject, proxies: Proxies): Promise<Json>;
}

const toxic = (type: string, required: string[], attributes: (given: JsonObject) => JsonObject, optional = {}) => ({
  required: ['for_proxy', 'toxic_name', ...required],
  optional,
  run: (given: JsonObject, proxies: Proxies) =>
    proxies.addToxic(given, { type, stream: 'downstream', toxicity: 1, attributes: attributes(given) }),
});

const modules: Record<string, Record<string, ToxiFunction>> = {
  'chaostoxi.toxic.actions': {
    create_toxic: {
      required: ['for_proxy', 'toxic_name', 'toxic_type'],
      optional: { stream: 'downstream', toxicity: 1, attributes: null },
      run: ({ toxic_type: type = null, stream = null, toxicity = null, attributes = null, ...given }, proxies) =>
        proxies.addToxic(given, { type, stream, toxicity, attributes }),
    },
    create_latency_toxic: toxic('latency', ['latency'], ({ latency = null, jitter = null }) => ({ latency, jitter }), {
      jitter: 0,
    }),
    create_bandwith_degradation_toxic: toxic('bandwidth', ['rate'], ({ rate = null }) => ({ rate })),
    create_slow_connection_close_toxic: toxic('slow_close', ['delay'], ({ delay = null }) => ({ delay })),
    create_timeout_toxic: toxic('timeout', ['timeout'], ({ timeout = null }) => ({ timeout })),
    create_slicer_toxic: toxic(
      'slicer',
      ['average_size', 'size_variation', 'delay'],
      ({ average_size = null, size_variation = null, delay = null }) => ({ average_size, size_variation, delay }),
    ),
    create_limiter_toxic: toxic('limit_data', ['bytes_limit'], ({ bytes_limit: bytes = null }) => ({ bytes })),
    delete_toxic: {
      required: ['for_proxy', 'toxic_name'],
      optional: {},
      run: async ({ for_proxy: proxy, toxic_name: name }, proxies) =>
        (await proxies.call('DELETE', `/proxies/${part(proxy)}/toxics/${part(name)}`)).ok,
    },
  },
  'chaostoxi.proxy.actions': {
    create_proxy: {
      required: ['proxy_name', 'upstream_host', 'upstream_port'],
      // Chaos Toolkit's default listens on every address; here a proxy that names none stays on this machine.
      optional: { listen_host: '127.0.0.1', listen_port: 0, enabled: true },
      run: async (given, proxies) => {
        const upstream = `${proxies.named(given.upstream_host)}:${proxies.named(given.upstream_port)}`;
        const listen = `${str(given.listen_host)}:${str(given.listen_port)}`;
        return proxies.create(given.proxy_name, { listen, upstream, enabled: given.enabled ?? true });
      },
    },
    modify_proxy: {
      required: ['proxy_name'],
      optional: { listen_address: null, upstream_address: null, enabled: null },
      run: ({ proxy_name: name, listen_address: listen, upstream_address: upstream, enabled }, proxies) =>
        proxies.modify(name, { listen: listen ?? null, upstream: upstream ?? null, enabled: enabled ?? null }),
    },
    disable_proxy: {
      required: ['proxy_name'],
      optional: {},
      run: ({ proxy_name: name }, proxies) => proxies.modify(name, { enabled: false }),
    },
    enable_proxy: {
      required: ['proxy_name'],
      optional: {},
      run: ({ proxy_name: name }, proxies) => proxies.modify(name, { enabled: true }),
    },
    delete_proxy: {
      required: ['proxy_name'],
      optional: {},
      run: async ({ proxy_name: name }, proxies) => {
        await proxies.call('DELETE', `/proxies/${part(name)}`).catch(() => {});
        return null;
      },
    },
    reset: { required: [], optional: {}, run: async (_, proxies) => (await proxies.call('POST', '/reset')).ok },
  },
  'chaostoxi.proxy.probes': {
    proxy_exist: {
      required: ['proxy_name'],
      optional: {},
      run: async ({ proxy_name: name }, proxies) => {
        const { body } = await proxies.call('GET', `/proxies/${part(name)}`);
        return isObject(body) && body.name === name;
      },
    },
    get_proxy_attribute: {
      required: ['proxy_name', 'attribute'],
      optional: {},
      run: async ({ proxy_name: name, attribute }, proxies) => {
        const { ok, body } = await proxies.call('GET', `/proxies/${part(name)}`);
        if (!ok || !isObject(body)) return null;
        const value = body[str(attribute)];
        if (value === undefined) throw new ActivityFailed(`KeyError: ${str(attribute)}`);
        return value;
      },
    },
  },
};

/** `chaostoxi.…`: a module that is built in. */
export const isToxiproxyModule = (module: string): boolean => Object.hasOwn(modules, module);

/** What is wrong with the function or its arguments; null: nothing. */
export function toxiproxyProblem({ module, func, arguments: given }: ModuleProvider): string | null {
  const known = modules[module]?.[func];
  if (known === undefined) {
    return `${module} has no function "${func}"; there are ${Object.keys(modules[module] ?? {}).join(', ')}`;
  }
  const missing = known.required.find((name) => !(name in given));
  if (missing !== undefined) return `required argument '${missing}' is missing`;
  const unknown = Object.keys(given).find((name) => !known.required.includes(name) && !(name in known.optional));
  return unknown === undefined ? null : `argument '${unknown}' is not one of ${func}`;
}

/**
 * Runs a function of the Toxiproxy extension against the server that the configuration names by `toxiproxy_url`, or `toxiproxy_host` and
 * `toxiproxy_port`.
 * @throws ActivityFailed
 */
export async function runToxiproxy(
  _activity: Activity,
  provider: ModuleProvider,
  given: JsonObject,
  session: Session,
): Promise<Json> {
  const problem = toxiproxyProblem(provider);
  const known = modules[provider.module]?.[provider.func];
  if (problem !== null || known === undefined) throw new ActivityFailed(problem ?? 'not known');
  return known.run({ ...known.optional, ...given }, new Proxies(session));
}

const part = (name: Json | undefined) => encodeURIComponent(str(name));

/** The address that Toxiproxy's own API answers at; null: the configuration names none. */
export function toxiproxyUrl(configuration: JsonObject): URL | null {
  const { toxiproxy_url: url, toxiproxy_host: host, toxiproxy_port: port } = configuration;
  const address = typeof url === 'string' && url !== '' ? url : `http://${str(host)}:${port ? str(port) : 8474}`;
  return (typeof url === 'string' && url !== '') || host ? (URL.canParse(address) ? new URL(address) : null) : null;
}

interface Answer {
  ok: boolean;
  body: Json;
}

class Proxies {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  #url(path: string): URL {
    const base = toxiproxyUrl(this.#session.configuration);
    if (base === null) throw new ActivityFailed('the configuration names no toxiproxy_url');
    const url = new URL(base.href.replace(/\/$/, '') + path);
    requireAllowed(url, this.#session);
    return url;
  }

  async call(method: string, path: string, body?: JsonObject): Promise<Answer> {
    const session = this.#session;
    const url = this.#url(path);
    const limitMs = session.defaultTimeoutMs;
    try {
      const { status, text } = await send({
        url,
        method,
        headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
        verifyTls: true,
        connectTimeoutMs: limitMs,
        readTimeoutMs: limitMs,
        signal: session.signal,
      });
      const ok = status < 400;
      return { ok, body: ok && text !== '' ? (JSON.parse(text) as Json) : null };
    } catch (error) {
      if (!(error instanceof RequestFailed || error instanceof SyntaxError)) throw error;
      throw new ActivityFailed(`Toxiproxy at ${url.host} does not answer as it should: ${error.message}`);
    }
  }

  async create(name: Json | undefined, proxy: JsonObject): Promise<Json> {
    const path = `/proxies/${part(name)}`;
    const made = { path, title: `proxy ${str(name)}` };
    const body = { name: name ?? null, ...proxy };
    return this.proxyAnswer(name, await this.#make(made, () => this.call('POST', '/proxies', body)));
  }

  async addToxic({ for_proxy: proxy, toxic_name: name }: JsonObject, toxic: JsonObject): Promise<Json> {
    const toxics = `/proxies/${part(proxy)}/toxics`;
    const path = `${toxics}/${part(name)}`;
    const body = { name: name ?? null, ...toxic };
    const { body: on } = await this.call('GET', `/proxies/${part(proxy)}`);
    const url = this.#url('').href.replace(/\/$/, '');
    const step: UndoStep | undefined = isObject(on)
      ? {
          kind: 'toxic',
          url,
          proxy: { name: str(proxy), listen: str(on.listen), upstream: str(on.upstream) },
          toxic: str(name),
        }
      : undefined;
    const made = { path, title: `toxic ${str(name)} on ${str(proxy)}`, ...(step === undefined ? {} : { step }) };
    const answer = await this.#make(made, () => this.call('POST', toxics, body));
    if (!answer.ok || !isObject(answer.body)) {
      throw new ActivityFailed(`Toxiproxy would not add a toxic to ${str(proxy)}`);
    }
    return answer.body.name === name;
  }

  async modify(name: Json | undefined, change: JsonObject): Promise<Json> {
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== null));
    const path = `/proxies/${part(name)}`;
    const { body: before } = await this.call('GET', path);
    for (const [attribute, value] of Object.entries(given)) {
      // What is switched on is meant to stay on.
      const was = isObject(before) ? before[attribute] : undefined;
      if (was === undefined || was === value || value === true) continue;
      const title = `proxy ${str(name)} ${value === false ? 'switched off' : `with another ${attribute}`}`;
      const step = this.#step('POST', path, { [attribute]: was });
      await this.#leave(`${path} ${attribute}`, title, step, async (session) => {
        const proxies = new Proxies(session);
        const { body } = await proxies.call('GET', path);
        if (!isObject(body) || body[attribute] === was) return false;
        return (await proxies.call('POST', path, { [attribute]: was })).ok;
      });
    }
    return this.proxyAnswer(name, await this.call('POST', path, given));
  }

  /** Makes what is not there yet, to be removed at the end. */
  async #make(
    { path, title, step }: { path: string; title: string; step?: Extract<UndoStep, { kind: 'toxic' }> },
    make: () => Promise<Answer>,
  ): Promise<Answer> {
    if ((await this.call('GET', path)).ok) return make();
    const undo = async (session: Session) => {
      if (step === undefined) return (await new Proxies(session).call('DELETE', path)).ok;
      if (!(await new Proxies(session).call('GET', path)).ok) return false;
      const noticed = await takeToxicOff(step);
      if (noticed !== null) session.warn(noticed);
      return true;
    };
    const leftover = await this.#leave(path, title, step ?? this.#step('DELETE', path, null), undo);
    const answer = await make();
    // Refused, there is nothing to remove; without an answer there may be.
    if (!answer.ok && leftover !== null) {
      this.#session.leftovers.splice(this.#session.leftovers.indexOf(leftover), 1);
      await leftover.entry?.drop();
    }
    return answer;
  }

  #step(method: 'POST' | 'DELETE', path: string, body: JsonObject | null): UndoStep {
    const text = body === null ? null : JSON.stringify(body);
    return { kind: 'http', method, url: this.#url(path).href, body: text, okStatuses: [404] };
  }

  /** Registers how something is undone, before it is done; null: it is registered already. */
  async #leave(key: string, title: string, step: UndoStep, undo: Leftover['undo']): Promise<Leftover | null> {
    const { leftovers, undo: list } = this.#session;
    if (leftovers.some((leftover) => leftover.key === key)) return null;
    const entry = (await list?.add(title, [step])) ?? null;
    const leftover = { key, title, undo, entry };
    leftovers.push(leftover);
    return leftover;
  }

  /** The port that a proxy listens on is known afterwards as `<name>_PORT` in the environment, as the extension has it. */
  proxyAnswer(name: Json | undefined, { ok, body }: Answer): Json {
    const listen = isObject(body) ? str(body.listen) : '';
    const port = listen.split(':').at(-1) ?? '';
    if (!ok || !/^\d+$/.test(port)) throw new ActivityFailed(`Toxiproxy would not set up the proxy ${str(name)}`);
    this.#session.environment[`${str(name)}_PORT`] = port;
    return true;
  }

  /** `env:NAME` stands for the environment variable. */
  named(value: Json | undefined): string {
    const name = typeof value === 'string' && value.startsWith('env:') ? value.slice(4) : null;
    if (name === null) return str(value);
    const found = this.#session.environment[name];
    if (found === undefined) throw new ActivityFailed(`the environment variable ${name} is not set`);
    return found;
  }
}

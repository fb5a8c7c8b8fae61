import { dirname, isAbsolute, join } from 'node:path';
import { stringify } from 'yaml';
import { type Change, changesBetween } from './difference.ts';
import type { AlertmanagerModel, Integration } from './model.ts';

/** Where the messages of one integration go instead. */
export interface Replacement {
  readonly receiver: string;
  readonly integration: Pick<Integration, 'kind' | 'key' | 'index'>;
  /** URL; for mail `host:port`. */
  readonly address: string;
}

export interface Copy {
  /** YAML, ready to be loaded. */
  readonly text: string;
  /** Everything in which it is not the original, secrets hidden. */
  readonly changes: readonly Change[];
  /** Integrations whose own protocol is not stood in for, so that their content is not seen. */
  readonly notStoodIn: readonly { readonly receiver: string; readonly key: string }[];
}

/** PagerDuty's keys are of 32 characters; nobody's begins like this. */
const testKey = 'standinkey0123456789abcdef012345';

type Settings = Record<string, unknown>;

/**
 * A configuration that is the original but for where messages go and with which keys: every receiver leads to its stand-in, none to the service.
 * Template files are named by their absolute paths, since the copy lies elsewhere.
 * @throws Error where an integration has no stand-in, so that nothing can be sent to the real one
 */
export function copyWith(model: AlertmanagerModel, replacements: readonly Replacement[]): Copy {
  const copy = structuredClone(model.document) as Settings & { receivers: Settings[] };
  const notStoodIn: { receiver: string; key: string }[] = [];
  withoutGlobalAddresses(copy);
  if (Array.isArray(copy.templates)) {
    const folder = dirname(model.file);
    copy.templates = copy.templates.map((glob: string) => (isAbsolute(glob) ? glob : join(folder, glob)));
  }
  for (const [place, { name, integrations }] of model.receivers.entries()) {
    const receiver = copy.receivers[place] as Settings;
    for (const { kind, key, index } of integrations) {
      const found = replacements.find(
        (one) => one.receiver === name && one.integration.key === key && one.integration.index === index,
      );
      if (found === undefined) throw new Error(`no stand-in for ${name}, ${key}[${index}]`);
      const list = receiver[key] as Settings[];
      const settings = list[index] as Settings;
      if (kind === 'other') {
        notStoodIn.push({ receiver: name, key });
        const { send_resolved } = settings;
        const webhook = { url: found.address, ...(send_resolved === undefined ? {} : { send_resolved }) };
        receiver.webhook_configs = [...((receiver.webhook_configs ?? []) as Settings[]), webhook];
      } else list[index] = redirected(kind, settings, found.address);
    }
    for (const key of new Set(integrations.filter(({ kind }) => kind === 'other').map((one) => one.key)))
      delete receiver[key];
  }
  return {
    text: stringify(copy, { lineWidth: 0, version: '1.1' }),
    changes: changesBetween(model.document, copy),
    notStoodIn,
  };
}

/** Addresses, keys and ways out (proxies, credentials) that hold for all receivers; each has its own in the copy. */
function withoutGlobalAddresses(copy: Settings): void {
  const global = copy.global as Settings | null | undefined;
  if (global === null || global === undefined) return;
  for (const key of Object.keys(global)) {
    if (!/^(resolve_timeout|smtp_from|smtp_hello)$/.test(key)) delete global[key];
  }
}

function redirected(kind: Exclude<Integration['kind'], 'other'>, settings: Settings, address: string): Settings {
  const { http_config: _client, ...rest } = settings;
  const without = (...keys: string[]) =>
    Object.fromEntries(Object.entries(rest).filter(([key]) => !keys.includes(key)));
  switch (kind) {
    case 'pagerduty':
      return {
        ...without('routing_key', 'routing_key_file', 'service_key', 'service_key_file', 'url'),
        // With either key Alertmanager speaks the version of the API that belongs to it.
        ...(usesServiceKey(settings) ? { service_key: testKey } : { routing_key: testKey }),
        url: address,
      };
    case 'slack':
      return { ...without('api_url', 'api_url_file', 'app_token', 'app_token_file', 'app_url'), api_url: address };
    case 'opsgenie':
      return { ...without('api_key', 'api_key_file', 'api_url'), api_key: testKey, api_url: address };
    case 'msteams':
      return { ...without('webhook_url', 'webhook_url_file'), webhook_url: address };
    case 'webhook':
      return { ...without('url', 'url_file'), url: address };
    case 'email': {
      const kept = without('smarthost', 'tls_config', 'require_tls', ...mailKeys);
      return { ...kept, smarthost: address, require_tls: false };
    }
  }
}

const mailKeys = [
  ...['auth_username', 'auth_password', 'auth_password_file', 'auth_secret', 'auth_secret_file', 'auth_identity'],
];

function usesServiceKey(settings: Settings): boolean {
  return settings.service_key !== undefined || settings.service_key_file !== undefined;
}

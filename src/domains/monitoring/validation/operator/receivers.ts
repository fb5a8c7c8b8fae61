import type { AlertmanagerConfig } from './resources.ts';

type Settings = Record<string, unknown>;

/** Texts of keys of this form are kept in Secrets; a copy has its own in their place. */
const fromSecret = 'kept-in-a-secret';
const placeholderUrl = 'https://kept-in-a-secret.invalid/';

/** `apiURL` as Alertmanager has it: `api_url`. */
function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

/** Keys that mean the same under another name. */
const renamed: Readonly<Record<string, string>> = {
  pagerDutyLinkConfigs: 'links',
  pagerDutyImageConfigs: 'images',
  urlSecret: 'url',
  webhookUrl: 'webhook_url',
};

/** Objects whose keys are the user's own. */
const asWritten = new Set(['attributes', 'customFields', 'payload']);

/** Where the operator writes no list of keys and values but an object. */
const objects = new Set(['details', 'headers']);

/** A receiver as the operator writes it (convertReceiver). @returns also what was left out of it */
export function receiverOf(
  { name, ...spec }: AlertmanagerConfig['spec']['receivers'][number],
  prefix: string,
): { receiver: Settings; secrets: string[]; leftOut: string[] } {
  const secrets: string[] = [];
  const leftOut: string[] = [];
  const receiver: Settings = { name: `${prefix}${name}` };
  for (const [key, list] of Object.entries(spec)) {
    if (!key.endsWith('Configs') || !Array.isArray(list)) continue;
    const as = snakeCase(key);
    receiver[as] = list.map((settings: Settings, at) => {
      const converted: Settings = {};
      for (const [field, value] of Object.entries(settings)) {
        const path = `${name}.${key}[${at}].${field}`;
        if (field === 'httpConfig' || field === 'tlsConfig') leftOut.push(path);
        else if (isSecretKey(value)) {
          secrets.push(path);
          converted[nameOf(field, as)] = /url|webhook/i.test(field) ? placeholderUrl : fromSecret;
        } else
          converted[nameOf(field, as)] = objects.has(field)
            ? asObject(value)
            : asWritten.has(field)
              ? value
              : inSnakeCase(value);
      }
      return converted;
    });
  }
  return { receiver, secrets, leftOut };
}

function nameOf(field: string, list: string): string {
  if (field === 'apiURL' && list === 'discord_configs') return 'webhook_url';
  return renamed[field] ?? snakeCase(field);
}

function isSecretKey(value: unknown): boolean {
  const one = value as { key?: unknown; name?: unknown } | null;
  return (
    typeof value === 'object' && !Array.isArray(value) && typeof one?.key === 'string' && typeof one.name === 'string'
  );
}

function asObject(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return Object.fromEntries(value.map((one: { key: string; value: string }) => [one.key, one.value]));
}

/** Lists of objects, such as actions, have their keys in the operator's way too. */
function inSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inSnakeCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [snakeCase(key), inSnakeCase(inner)]));
}

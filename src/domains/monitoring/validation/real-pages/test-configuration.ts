import { dirname, isAbsolute, join } from 'node:path';
import { stringify } from 'yaml';
import type { AlertmanagerModel } from '../alertmanager/model.ts';

/** The label that leads a test page to its receiver, and to no other. */
export const receiverLabel = 'shakedown_receiver';
const nobody = 'shakedown-nobody';

/**
 * The configuration with its receivers as they are, real addresses and keys included, and with routes that lead nothing but test pages to them.
 * @param receivers those that are to be paged; the others are not in it
 */
export function testConfiguration({ document, file }: AlertmanagerModel, receivers: readonly string[]): string {
  const folder = dirname(file);
  const {
    global,
    templates,
    receivers: all,
  } = document as {
    global?: unknown;
    templates?: string[] | null;
    receivers: { name: string }[];
  };
  const absolute = (path: string) => (isAbsolute(path) ? path : join(folder, path));
  return stringify(
    {
      ...(global === undefined || global === null ? {} : { global: withAbsoluteFiles(global, absolute) }),
      ...(templates === undefined || templates === null ? {} : { templates: templates.map(absolute) }),
      route: {
        receiver: nobody,
        group_by: ['...'],
        ...{ group_wait: '0s', group_interval: '15s', repeat_interval: '24h' },
        routes: receivers.map((name) => ({ receiver: name, matchers: [`${receiverLabel}=${JSON.stringify(name)}`] })),
      },
      receivers: [
        { name: nobody },
        ...all.filter(({ name }) => receivers.includes(name)).map((one) => withAbsoluteFiles(one, absolute)),
      ],
    },
    { lineWidth: 0, version: '1.1' },
  );
}

/** Keys such as `routing_key_file` and `ca_file` name files beside the configuration. */
function withAbsoluteFiles(value: unknown, absolute: (path: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => withAbsoluteFiles(one, absolute));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key.endsWith('_file') && typeof inner === 'string' && inner !== ''
        ? absolute(inner)
        : withAbsoluteFiles(inner, absolute),
    ]),
  );
}

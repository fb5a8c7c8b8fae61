import type { CaptureFrom } from '../capture.ts';
import type { Descriptor } from '../descriptor/format.ts';

/** Where both sides were looked at, by what their captures say: hosts from outside, and contexts of Kubernetes by name. */
export function samePlaces(production: Descriptor, staging: Descriptor): string[] {
  const of = ({ sources }: Descriptor) =>
    sources.flatMap(({ kind, from }) =>
      kind === 'outside'
        ? from.split(', ').filter((host) => host !== '')
        : // The current one is another on each machine.
          kind === 'kubernetes' && from.startsWith('kubectl, the context ')
          ? [from.slice('kubectl, '.length)]
          : [],
    );
  const known = new Set(of(production));
  return [...new Set(of(staging))].filter((place) => known.has(place));
}

type Configured = CaptureFrom | string | null;

/** What the configuration has for both sides: addresses, without what stands before and after them, one cluster, or one file. */
export function sameAddresses(production: Configured, staging: Configured): string[] {
  const of = (side: Configured) =>
    side === null || typeof side === 'string'
      ? []
      : [
          ...[...side.outside, ...side.served, ...side.postgres].flatMap(({ url }) => {
            if (!URL.canParse(url)) return [];
            const { protocol, host, pathname } = new URL(url);
            return [`${protocol}//${host}${pathname}`];
          }),
          ...(side.kubernetes === null
            ? []
            : [
                `the context ${side.kubernetes.context ?? 'in use'}, namespace ${side.kubernetes.namespace ?? 'of its own'}`,
              ]),
          ...side.kubernetesFiles,
          ...side.terraform,
          ...side.compose,
        ];
  const known = new Set(of(production));
  return [...new Set(of(staging))].filter((place) => known.has(place));
}

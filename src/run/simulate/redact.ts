import type { ResolvedConfig } from '../../model/config.ts';

const hidden = '(not shown)';

/** The configuration as the journal may keep it: values of headers and arguments of programs can be secrets. */
export function withoutSecrets(config: ResolvedConfig): ResolvedConfig {
  const { tokenHook, scale } = config.target;
  return {
    ...config,
    target: {
      ...config.target,
      headers: config.target.headers.map(([name]) => [name, hidden] as const),
      // Arguments can be secrets here too.
      scale: scale === null ? null : { ...scale, command: [scale.command[0] ?? '', hidden] },
      tokenHook: tokenHook === null ? null : { ...tokenHook, command: [tokenHook.command[0] ?? '', hidden] },
    },
    metrics: {
      remoteWrite:
        config.metrics.remoteWrite === null
          ? null
          : {
              ...config.metrics.remoteWrite,
              url: originOf(config.metrics.remoteWrite.url),
              headers: hiddenValues(config.metrics.remoteWrite.headers),
            },
    },
    chaos: {
      ...config.chaos,
      components: withoutPasswords(config.chaos.components),
      // Its sign-in and headers hold credentials.
      ledger: null,
    },
    watch: {
      ...config.watch,
      prometheus:
        config.watch.prometheus === null
          ? null
          : {
              ...config.watch.prometheus,
              url: withoutCredentials(config.watch.prometheus.url),
              headers: hiddenValues(config.watch.prometheus.headers),
            },
      scrape: config.watch.scrape.map((one) => ({
        ...one,
        // An address may carry a token in its query.
        url: withoutCredentials(one.url),
        headers: hiddenValues(one.headers),
      })),
    },
    // Hand-written values can be credentials of test accounts.
    replay: {
      extraction: config.replay.extraction,
      data: config.replay.data.map((rule) => ({ ...rule, value: { list: [hidden] } })),
    },
  };
}

function hiddenValues(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.keys(headers).map((name) => [name, hidden]));
}

/** Up to the last `@`, since a password may hold any sign; what is no URL may hold one anywhere. */
function withoutCredentials(url: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return hidden;
  return url.replace(/\/\/.*@/s, `//${hidden}@`).replace(/[?#].*$/s, `?${hidden}`);
}

/** Receivers of metrics take tokens in the path too. */
function originOf(url: string): string {
  return withoutCredentials(url).replace(/^([^:]+:\/\/[^/?]*).*$/s, `$1/${hidden}`);
}

/** A database's address may hold its password. */
function withoutPasswords(components: ResolvedConfig['chaos']['components']): ResolvedConfig['chaos']['components'] {
  return Object.fromEntries(
    Object.entries(components).map(([name, given]) => [
      name,
      given.kind === 'database' ? { ...given, url: withoutCredentials(given.url) } : given,
    ]),
  );
}

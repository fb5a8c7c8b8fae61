import { action, experiment, probe, steady, tolerated, type Written } from './write.ts';

/** Every function of the Toxiproxy extension, on a proxy of its own. */
export function toxiproxyExperiment(proxy: string, upstream: URL, toxiproxyUrl: string): Written {
  const on = (part: string, func: string, given: Written) => ({
    type: 'python',
    module: `chaostoxi.${part}`,
    func,
    arguments: given,
  });
  const toxic = (func: string, name: string, given: Written) =>
    action(name, on('toxic.actions', func, { for_proxy: proxy, toxic_name: name, ...given }));
  const one = { proxy_name: proxy };
  const all = [
    toxic('create_latency_toxic', 'late', { latency: 20, jitter: 5 }),
    toxic('create_bandwith_degradation_toxic', 'narrow', { rate: 100 }),
    toxic('create_slow_connection_close_toxic', 'slow', { delay: 10 }),
    toxic('create_timeout_toxic', 'silent', { timeout: 100 }),
    toxic('create_slicer_toxic', 'sliced', { average_size: 64, size_variation: 16, delay: 10 }),
    toxic('create_limiter_toxic', 'limited', { bytes_limit: 1000 }),
    toxic('create_toxic', 'plain', {
      toxic_type: 'latency',
      stream: 'upstream',
      toxicity: 0.5,
      attributes: { latency: 1 },
    }),
    toxic('create_toxic', 'of no kind', { toxic_type: 'poison' }),
    probe('toxics', on('proxy.probes', 'get_proxy_attribute', { ...one, attribute: 'toxics' })),
    toxic('delete_toxic', 'late', {}),
    toxic('delete_toxic', 'not there', {}),
    action('off', on('proxy.actions', 'disable_proxy', one)),
    probe('enabled', on('proxy.probes', 'get_proxy_attribute', { ...one, attribute: 'enabled' })),
    action('on', on('proxy.actions', 'enable_proxy', one)),
    action('modify', on('proxy.actions', 'modify_proxy', { ...one, upstream_address: '127.0.0.1:9' })),
    action('modify nothing', on('proxy.actions', 'modify_proxy', { proxy_name: 'nobody', enabled: true })),
    probe('toxics left', on('proxy.probes', 'get_proxy_attribute', { ...one, attribute: 'toxics' })),
    probe('attribute not there', on('proxy.probes', 'get_proxy_attribute', { ...one, attribute: 'colour' })),
    probe('proxy not there', on('proxy.probes', 'proxy_exist', { proxy_name: 'nobody' })),
    action('delete', on('proxy.actions', 'delete_proxy', one)),
  ];
  const create = {
    ...one,
    upstream_host: upstream.hostname,
    upstream_port: Number(upstream.port),
    listen_host: '127.0.0.1',
  };
  return experiment(
    steady(tolerated('absent', on('proxy.probes', 'proxy_exist', one), false)),
    [action('create', on('proxy.actions', 'create_proxy', create)), ...all],
    [],
    { configuration: { toxiproxy_url: toxiproxyUrl } },
  );
}

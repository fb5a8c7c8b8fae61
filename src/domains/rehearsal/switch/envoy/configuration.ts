import { sideNames } from '../traffic-switch.ts';

/** Runtime keys of the weights: `shakedown.switch.blue`. */
export const runtimePrefix = 'shakedown.switch';
/** Side of no instance: has the traffic that nobody has yet. */
export const nobody = 'nobody';
/** Weights add up to this, so that they have tenths of a percent. */
export const totalWeight = 1000;
/** Below the five seconds after which many instances close a connection that is idle. */
const upstreamIdle = '4s';
const clientIdle = '75s';
const manyAtOnce = 10_000;

export interface EnvoyFiles {
  port: number;
  /** Unix socket of the admin API. */
  socket: string;
  log: string;
  /** Folder of the files with instances, one a side. */
  endpoints: string;
}

/** Where the instances of a side are written to. Envoy reads it again when it is replaced. */
export function endpointsFile(folder: string, side: string): string {
  return `${folder}/${side}.json`;
}

/**
 * The configuration of an Envoy that is a switch. It never sends a request again (no retry policy) and keeps request ids as they came. The weights
 * of the sides are in its runtime, so a restart gives all traffic to nobody rather than to the wrong side.
 */
export function envoyConfiguration({ port, socket, log, endpoints }: EnvoyFiles): object {
  const manager = {
    '@type': type('filters.network.http_connection_manager', 'HttpConnectionManager'),
    stat_prefix: 'front',
    ...{ generate_request_id: false, preserve_external_request_id: true },
    server_header_transformation: 'PASS_THROUGH',
    common_http_protocol_options: { idle_timeout: clientIdle },
    upgrade_configs: [{ upgrade_type: 'websocket' }],
    access_log: [
      {
        name: 'file',
        typed_config: {
          '@type': type('access_loggers.file', 'FileAccessLog'),
          path: log,
          log_format: {
            json_format: { id: '%REQ(X-REQUEST-ID)%', instance: instanceName, status: '%RESPONSE_CODE%' },
          },
        },
      },
    ],
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes: [route()] }] },
    http_filters: [
      {
        name: 'router',
        typed_config: { '@type': type('filters.http.router', 'Router'), suppress_envoy_headers: true },
      },
    ],
  };
  return {
    node: { id: 'shakedown', cluster: 'shakedown' },
    admin: { address: { pipe: { path: socket, mode: 0o600 } } },
    layered_runtime: { layers: [{ name: 'admin', admin_layer: {} }] },
    static_resources: {
      listeners: [
        {
          name: 'front',
          address: { socket_address: { address: '127.0.0.1', port_value: port } },
          filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }],
        },
      ],
      clusters: [...sideNames.map((side) => cluster(side, endpoints)), { name: nobody, type: 'STATIC' }],
    },
  };
}

/** The instances of a side, as Envoy reads them. */
export function endpointsOf(
  side: string,
  instances: readonly { name: string; address: string; port: number }[],
): object {
  const endpoints = instances.map(({ name, address, port }) => ({
    endpoint: { hostname: name, address: { socket_address: { address, port_value: port } } },
    metadata: { filter_metadata: { shakedown: { instance: name } } },
  }));
  return {
    version_info: '1',
    resources: [
      {
        '@type': 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
        cluster_name: side,
        endpoints: endpoints.length === 0 ? [] : [{ lb_endpoints: endpoints }],
      },
    ],
  };
}

const instanceName = '%UPSTREAM_METADATA(shakedown:instance)%';

function route(): object {
  return {
    match: { prefix: '/' },
    response_headers_to_add: [
      {
        header: { key: 'x-shakedown-instance', value: instanceName },
        append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
      },
    ],
    route: {
      timeout: '0s',
      weighted_clusters: {
        runtime_key_prefix: runtimePrefix,
        clusters: [...sideNames.map((name) => ({ name, weight: 0 })), { name: nobody, weight: totalWeight }],
      },
    },
  };
}

function cluster(side: string, endpoints: string): object {
  return {
    ...{ name: side, type: 'EDS', connect_timeout: '3s', lb_policy: 'ROUND_ROBIN' },
    eds_cluster_config: { eds_config: { path_config_source: { path: endpointsFile(endpoints, side) } } },
    circuit_breakers: {
      thresholds: [{ max_connections: manyAtOnce, max_pending_requests: manyAtOnce, max_requests: manyAtOnce }],
    },
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': type('upstreams.http', 'HttpProtocolOptions'),
        common_http_protocol_options: { idle_timeout: upstreamIdle },
        explicit_http_config: { http_protocol_options: {} },
      },
    },
  };
}

function type(group: string, name: string): string {
  return `type.googleapis.com/envoy.extensions.${group}.v3.${name}`;
}

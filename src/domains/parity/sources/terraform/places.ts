import type { Aspect } from '../../descriptor/aspects.ts';

/** By the type of a resource, of any provider; the first that fits. */
const ofTypes: readonly (readonly [RegExp, Aspect])[] = [
  [/cloudfront|(^|_)cdn(_|$)|frontdoor|fastly|akamai|edge_?cache/, 'cdn'],
  [/backup|snapshot|recovery_services/, 'backup'],
  [/security_group|firewall|network_acl|(^|_)waf|nsg|network_policy|(^|_)route_table|(^|_)subnet|(^|_)vpc$/, 'network'],
  [/autoscal|scaling_policy|scale_set|(^|_)hpa/, 'autoscaling'],
  [
    /(^|_)([ane]?lb|load_?balancer|forwarding_rule|backend_service|target_group|listener|url_map|application_gateway|ingress)(_|$)/,
    'load-balancer',
  ],
  [/acm|certificate|(^|_)tls_|ssl_policy/, 'tls'],
  [/route53|(^|_)dns(_|$)/, 'dns'],
  [
    /db_|(^|_)rds|sql|database|dynamodb|elasticache|redis|memcache|mongo|docdb|documentdb|spanner|bigtable|cosmos|aurora/,
    'database',
  ],
  [/ebs|volume|disk|bucket|storage|(^|_)efs|file_system|filestore/, 'storage'],
  [
    /instance|virtual_machine|droplet|(^|_)server|ecs_service|node_pool|node_group|cloud_run|lambda_function|app_service|deployment|stateful_set/,
    'instances',
  ],
];

const numbers = /^(desired_capacity|desired_size|desired_count|instance_count|node_count|num_instances|replicas)$/;

/** Where an attribute of a resource belongs. @param path of the attribute */
export function terraformAspect(type: string, path: readonly string[]): Aspect {
  const name = path.at(-1) ?? '';
  const joined = path.join('/');
  const usual = ofTypes.find(([pattern]) => pattern.test(type))?.[1] ?? 'configuration';
  if (/^(backup|snapshot|point_in_time)|backup_(retention|window)|(^|\/)pitr/.test(joined)) return 'backup';
  if (/(^|_)(cpu|vcpu|cores)(_|$)/.test(name)) return 'cpu';
  if (/(^|_)memory(_|$)/.test(name)) return 'memory';
  if (
    /(^|_)(engine|kubernetes|runtime|server|image|platform|tls)?_?version$/.test(name) &&
    !/^(schema|resource)_/.test(name)
  ) {
    return /tls/.test(name) ? 'tls' : 'version';
  }
  if (/(^|_)(time_?zone|tz)$/.test(name)) return 'time-zone';
  if (
    /(^|_)(storage_class|storage_type|volume_type|disk_type|allocated_storage|volume_size|disk_size(_gb)?|iops)$/.test(
      name,
    )
  )
    return 'storage';
  if (/^(min_size|max_size|min_count|max_count|min_capacity|max_capacity)$/.test(name)) return 'autoscaling';
  if (numbers.test(name)) return 'instances';
  if (path[0] === 'environment' || /^(env|environment|environment_variables|app_settings)$/.test(path[0] ?? ''))
    return 'environment';
  if (/(max_connections|quota|(^|_)limits?$|concurrency)/.test(name)) return 'limit';
  return usual === 'instances' ? 'configuration' : usual;
}

/** Whether a resource is a machine, a service or a group of them: how many there are is an item. */
export function isCounted(type: string): boolean {
  return ofTypes.find(([pattern]) => pattern.test(type))?.[1] === 'instances';
}

const ownNames =
  /^(id|ids|arn|arns|self_link|selflink|etag|fingerprint|unique_id|uid|owner_id|account_id|project_number|creation_timestamp|create_time|created_at|create_date|last_modified|update_time|dns_name|domain_name|fqdn|endpoint|address|hosted_zone_id|zone_id|public_dns|private_dns|generation|resource_version|qualified_arn|invoke_arn|tags_all|name_prefix)$|(_id|_ids|_arn|_arns|_ip|_ips|_self_link|_fingerprint|_endpoint|_dns|_ip_address|_link|_timestamp)$/;

/** Why an attribute is of one environment only: a provider gave it. null: it is compared. */
export function terraformOwn(path: readonly string[]): string | null {
  return ownNames.test(path[0] ?? '') || ownNames.test(path.at(-1) ?? '') ? 'the provider gives it' : null;
}

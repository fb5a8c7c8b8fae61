import type { Header } from '../../../model/traffic.ts';

export type AgentKind = 'bot' | 'health check';

// Probes first: some of them call themselves bots too.
const probe =
  /kube-probe|ELB-HealthChecker|GoogleHC|Amazon-Route53-Health|UptimeRobot|Pingdom|StatusCake|Site24x7|check_http|HAProxy.?(?:health|check)|Consul Health|Blackbox.?Exporter|Zabbix|Datadog.?Synthetic|Better Uptime|Uptime-Kuma|Edge Health Probe|Load Balancer Agent|health.?check/i;
const bot = /bot\b|bot\/|crawl|spider|slurp|facebookexternalhit|mediapartners|ahrefs|semrush|scrapy|nutch|archiver/i;
const probePath =
  /^\/(?:healthz?|livez|readyz|ping|_health|health[-_/]?check|actuator\/health|status\/health)\/?(?:\?|$)/i;

/** Whether a request was made by a crawler or by something that watches the application; undefined for all else. */
export function agentKind(headers: readonly Header[] | undefined, path: string): AgentKind | undefined {
  const agent = headers?.find(([name]) => name === 'user-agent')?.[1] ?? '';
  if (probe.test(agent) || probePath.test(path)) return 'health check';
  return bot.test(agent) ? 'bot' : undefined;
}

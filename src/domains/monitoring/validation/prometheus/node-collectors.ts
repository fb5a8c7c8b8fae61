import type { PrometheusApi } from './api.ts';

/** Names of the node exporter's collectors where they are not the second word of their metrics. */
const collectors: readonly (readonly [RegExp, string])[] = [
  [/^node_tcp_/, 'tcpstat'],
  [/^node_(cooling_device|thermal_zone)_/, 'thermal_zone'],
  [/^node_power_supply_/, 'powersupplyclass'],
  [/^node_cpu_(scaling|frequency)_/, 'cpufreq'],
  [/^node_memory_numa_/, 'meminfo_numa'],
  [/^node_memory_/, 'meminfo'],
  [/^node_network_/, 'netclass'],
  [/^node_disk_/, 'diskstats'],
  [/^node_filefd_/, 'filefd'],
  [/^node_(procs|boot|context|forks|intr)_/, 'stat'],
  [/^node_process_/, 'processes'],
  [/^node_(ntp|timex|textfile|systemd|processes|interrupts|hwmon|edac|md|nfsd?|zfs|xfs|btrfs|bonding)_/, ''],
  [
    /^node_(arp|netstat|sockstat|softnet|schedstat|pressure|vmstat|entropy|nvme|rapl|udp|time|load|conntrack|selinux)_/,
    '',
  ],
];

/**
 * Why a node exporter does not give one of its figures: its collector is off, failed, or finds nothing of it on that machine.
 * @returns null where no node exporter is among the targets, or it is not known whose figure it is
 * @throws PrometheusProblem
 */
export async function whyNotCollected(metric: string, api: PrometheusApi, atS: number): Promise<string | null> {
  const entry = collectors.find(([pattern]) => pattern.test(metric));
  if (entry === undefined) return null;
  const name = entry[1] === '' ? (/^node_([a-z]+)_/.exec(metric)?.[1] ?? '') : entry[1];
  const ran = await api.instant('node_scrape_collector_success', atS);
  if (ran.length === 0) return null;
  const own = ran.filter(({ labels }) => labels.collector === name);
  if (own.length === 0) return `the node exporter's collector ${name} is off`;
  if (own.every(({ value }) => value === 0))
    return `the node exporter's collector ${name} finds nothing to collect on this machine`;
  return `the node exporter's collector ${name} runs and gives no such figure`;
}

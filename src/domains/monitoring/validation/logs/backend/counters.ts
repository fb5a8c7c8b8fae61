/** Counters of one name in Prometheus' text format, summed up by one label. */
export function countersOf(text: string, name: string, label: string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const line of text.split('\n')) {
    if (!line.startsWith(`${name}{`)) continue;
    const [, labels = '', value = ''] = /^[^{]*\{(.*)\}\s+(\S+)/.exec(line) ?? [];
    const key = new RegExp(`(?:^|,)${label}="([^"]*)"`).exec(labels)?.[1] ?? '';
    sums[key] = (sums[key] ?? 0) + Number(value);
  }
  return sums;
}

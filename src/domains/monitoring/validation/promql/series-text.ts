/** A series as promtool's tests write it: `up{job="shop"}`. */
export function seriesText({ metric, labels }: { metric: string; labels: Readonly<Record<string, string>> }): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${metric}{${pairs.join(', ')}}`;
}

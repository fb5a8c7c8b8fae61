/** What promtool says that an expression gave, where a test expected something else. */
export interface GotSamples {
  readonly expr: string;
  /** As it prints it: `5m`. */
  readonly time: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  /** With `__name__` where it has one. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface GotAlerts {
  readonly alertname: string;
  readonly time: string;
  readonly alerts: readonly { labels: Record<string, string>; annotations: Record<string, string> }[];
}

/** Every expression test that failed, in order. Some versions print failures twice; the second one is the same. */
export function gotSamples(output: string): GotSamples[] {
  const found: GotSamples[] = [];
  for (const [, expr = '', time = '', got = ''] of output.matchAll(
    /expr: ("(?:\\.|[^"\\])*"), time: (\S+?),\s*\n\s*exp: ?[^\n]*\n\s*got: ?([^\n]*)/g,
  )) {
    found.push({ expr: JSON.parse(expr.replace(/\\'/g, "'")) as string, time, samples: samplesOf(got) });
  }
  return found;
}

function samplesOf(text: string): Sample[] {
  if (text.trim() === 'nil') return [];
  const scanner = new Scanner(text);
  const samples: Sample[] = [];
  while (!scanner.isAtEnd()) {
    const labels = scanner.labels();
    samples.push({ labels, value: scanner.number() });
    scanner.skip(/,\s*/y);
  }
  return samples;
}

/** Every alert test that failed, with what fired. */
export function gotAlerts(output: string): GotAlerts[] {
  const found: GotAlerts[] = [];
  const starts = [...output.matchAll(/alertname: ?(.*?), time: (\S+?), *\n/g)];
  starts.forEach((start, index) => {
    const block = output.slice(start.index + start[0].length, starts[index + 1]?.index ?? output.length);
    const got = block.slice(Math.max(0, block.search(/\bgot:\s*\[/)));
    const alerts = [...got.matchAll(/Labels:(\{.*\})\s*\n\s*Annotations:(\{.*\})/g)].map(
      ([, labels = '', annotations = '']) => ({
        labels: new Scanner(labels).labels(),
        annotations: new Scanner(annotations).labels(),
      }),
    );
    found.push({ alertname: start[1] ?? '', time: start[2] ?? '', alerts });
  });
  return found;
}

class Scanner {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text.trim();
  }

  isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  skip(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const [found = ''] = pattern.exec(this.text) ?? [];
    this.at += found.length;
    return found;
  }

  /** `name{a="1", b="2"}` */
  labels(): Record<string, string> {
    const labels: Record<string, string> = {};
    const name = this.skip(/[a-zA-Z_:][\w:]*/y);
    if (name !== '') labels.__name__ = name;
    if (this.skip(/\{/y) === '') return labels;
    while (!this.isAtEnd() && this.skip(/\}/y) === '') {
      const label = this.skip(/[^=,}]+/y).trim();
      this.skip(/=/y);
      const value = this.skip(/"(?:\\.|[^"\\])*"/y);
      if (value === '') this.at = this.text.length;
      else labels[label] = unquoted(value);
      this.skip(/,\s*/y);
    }
    this.skip(/\s*/y);
    return labels;
  }

  number(): number {
    const word = this.skip(/[^\s,]+/y);
    if (word === '') this.at = this.text.length;
    return word === '+Inf' ? Infinity : word === '-Inf' ? -Infinity : Number(word);
  }
}

/** Go's quoted strings; JSON knows all but a few of their escapes. */
function unquoted(text: string): string {
  try {
    return JSON.parse(
      text
        .replace(/\\x([0-9a-f]{2})/gi, '\\u00$1')
        .replace(/\\a/g, '\\u0007')
        .replace(/\\v/g, '\\u000b'),
    ) as string;
  } catch {
    return text.slice(1, -1);
  }
}

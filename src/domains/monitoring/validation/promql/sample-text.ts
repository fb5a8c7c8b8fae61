/** A text that a regular expression of RE2 matches as a whole; null where none was found. Simple ones only, which nearly all matchers are. */
export function matchingText(pattern: string): string | null {
  const texts = matchingTexts(pattern);
  // What says something is better than an empty value, which is a label that is not there.
  return texts.find((one) => one !== '') ?? texts[0] ?? null;
}

/** Some of the texts that it matches; none where none was found. */
export function matchingTexts(pattern: string): string[] {
  const { body, flags } = withoutFlags(pattern);
  const regexp = compiled(body, flags);
  if (regexp === null) return [];
  const candidates = [...new Set([...written(body), 'a', '', '1', 'aa', '10', '500', 'x/y'])];
  return candidates.filter((one) => regexp.test(one));
}

/** Whether a regular expression of RE2 matches a text as a whole; null where it cannot be compiled here. */
export function isMatch(pattern: string, text: string): boolean | null {
  const { body, flags } = withoutFlags(pattern);
  return compiled(body, flags)?.test(text) ?? null;
}

function withoutFlags(pattern: string): { body: string; flags: string } {
  const [given, letters = ''] = /^\(\?([imsU]+)\)/.exec(pattern) ?? [''];
  return { body: pattern.slice(given.length), flags: letters.includes('i') ? 'is' : 's' };
}

/** What RE2 reads in another way than is done here: `[[:alpha:]]`, `\Q…\E`, `\A`, `\z`, `\pL`, `\x{41}`. */
const notHere = /\[\[:|\[\^\[:|\\[QEAzpPCa]|\\x\{/;

function compiled(body: string, flags: string): RegExp | null {
  if (notHere.test(body)) return null;
  try {
    return new RegExp(`^(?:${body.replace(/\(\?P</g, '(?<')})$`, flags);
  } catch {
    return null;
  }
}

/** Texts made by walking through the pattern once with the first choice everywhere, and once with the second. */
function written(body: string): string[] {
  const found: string[] = [];
  for (const choice of [0, 1]) {
    for (const repeats of [1, 0, 2]) {
      try {
        found.push(new Writer(body, choice, repeats).alternatives());
      } catch {
        // Too complicated: the fixed candidates are left.
      }
    }
  }
  return found;
}

const classes: Record<string, string> = { d: '1', w: 'a', s: ' ', D: 'a', W: '-', S: 'a', n: '\n', t: '\t' };

class Writer {
  private at = 0;
  private readonly pattern: string;
  private readonly choice: number;
  private readonly repeats: number;

  constructor(pattern: string, choice: number, repeats: number) {
    this.pattern = pattern;
    this.choice = choice;
    this.repeats = repeats;
  }

  alternatives(): string {
    const all = [this.sequence()];
    while (this.pattern[this.at] === '|') {
      this.at++;
      all.push(this.sequence());
    }
    return all[Math.min(this.choice, all.length - 1)] ?? '';
  }

  private sequence(): string {
    let text = '';
    while (this.at < this.pattern.length && !'|)'.includes(this.pattern[this.at] ?? ''))
      text += this.repeated(this.one());
    return text;
  }

  private repeated(text: string): string {
    const [given, least] = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/.exec(this.pattern.slice(this.at)) ?? [''];
    this.at += given.length;
    if (given === '') return text;
    if (least !== undefined) return text.repeat(Math.max(Number(least), given.includes(',') ? this.repeats : 0));
    if (given.startsWith('+')) return text.repeat(Math.max(1, this.repeats));
    return text.repeat(given.startsWith('?') ? Math.min(1, this.repeats) : this.repeats);
  }

  private one(): string {
    const sign = this.pattern[this.at++] ?? '';
    switch (sign) {
      case '(': {
        const [prefix] = /^\?(?::|P?<\w+>)/.exec(this.pattern.slice(this.at)) ?? [''];
        this.at += prefix.length;
        const text = this.alternatives();
        this.at++;
        return text;
      }
      case '[': {
        const end = this.pattern.indexOf(']', this.at + 1);
        const members = this.pattern.slice(this.at, end);
        this.at = end + 1;
        if (!members.startsWith('^'))
          return members.startsWith('\\') ? (classes[members[1] ?? ''] ?? members[1] ?? '') : (members[0] ?? '');
        return ['a', '1', '-', 'Z'].find((one) => !new RegExp(`[${members.slice(1)}]`).test(one)) ?? '';
      }
      case '\\': {
        const escaped = this.pattern[this.at++] ?? '';
        return classes[escaped] ?? escaped;
      }
      case '.':
        return 'a';
      case '^':
      case '$':
        return '';
      default:
        return sign;
    }
  }
}

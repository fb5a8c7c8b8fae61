import { z } from 'zod';

/** How an item of staging must stand to that of production. */
const ruleKinds = ['equal', 'at-least', 'at-most', 'ratio', 'present', 'different', 'ignored'] as const;

const scale = /^[1-9]\d{0,5}:[1-9]\d{0,5}$/;
const day = z.iso.date();

export const ruleSchema = z
  .strictObject({
    item: z
      .string()
      .min(1)
      .max(600)
      .describe(
        'Which items: a key, in which `*` stands for a part or for some of its letters and `**` for any number of parts.',
      ),
    rule: z
      .enum(ruleKinds)
      .describe(
        'equal: the same; at-least, at-most: as much as production or more, or less; ratio: as `scale` says; present: on both sides, whatever the value; different: on both sides, with another value; ignored: not compared.',
      ),
    scale: z
      .string()
      .regex(scale, 'must be two whole numbers, such as 1:3')
      .optional()
      .describe('Of ratio: staging to production, such as 1:3; needed there and nowhere else when absent.'),
    owner: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('Who is responsible for it; needed where it is ignored when absent.'),
    reason: z.string().min(1).max(500).optional().describe('Why; needed where it is ignored when absent.'),
    until: day
      .optional()
      .describe('Last day on which the rule applies; needed where it is ignored, for ever elsewhere when absent.'),
  })
  .refine(
    ({ rule, scale: given }) => (rule === 'ratio') === (given !== undefined),
    'scale belongs to ratio, which needs it',
  )
  .refine(
    ({ rule, owner, reason, until }) =>
      rule !== 'ignored' || (owner !== undefined && reason !== undefined && until !== undefined),
    'what is ignored needs owner, reason and until',
  );

export type Rule = z.output<typeof ruleSchema>;

/** A rule in words, for reports. */
export function ruleWords({ rule, scale: given, owner, reason, until }: Rule): string {
  const words = {
    equal: 'equal',
    'at-least': 'at least as in production',
    'at-most': 'at most as in production',
    ratio: `scaled ${given ?? ''}`,
    present: 'present on both sides',
    different: 'another value on each side',
    ignored: 'not compared',
  }[rule];
  const why = [reason, owner, until === undefined ? undefined : `until ${until}`].filter((part) => part !== undefined);
  return why.length === 0 ? words : `${words} (${why.join(', ')})`;
}

export class Rules {
  readonly #rules: readonly { rule: Rule; pattern: RegExp; isExpired: boolean }[];
  readonly #used = new Set<Rule>();

  /** @param today as 2026-11-29 */
  constructor(rules: readonly Rule[], today: string) {
    this.#rules = rules.map((rule) => ({
      rule,
      pattern: patternOf(rule.item),
      isExpired: rule.until !== undefined && rule.until < today,
    }));
  }

  /** The first that fits. One that has expired does not hold, and is named. */
  of(key: string): { rule: Rule | null; expired: Rule | null } {
    let expired: Rule | null = null;
    for (const { rule, pattern, isExpired } of this.#rules) {
      if (!pattern.test(key)) continue;
      this.#used.add(rule);
      if (!isExpired) return { rule, expired };
      expired ??= rule;
    }
    return { rule: null, expired };
  }

  unused(): readonly Rule[] {
    return this.#rules.map(({ rule }) => rule).filter((rule) => !this.#used.has(rule));
  }
}

/** Stars next to each other are one, so that no pattern takes long. */
function patternOf(glob: string): RegExp {
  const parts = glob.replace(/\*{2,}/g, '**').split(/(\*\*|\*)/);
  const source = parts.map((part) =>
    part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'),
  );
  return new RegExp(`^${source.join('')}$`, 'su');
}

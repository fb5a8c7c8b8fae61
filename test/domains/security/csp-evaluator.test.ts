import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assessCsp, type CspWeakness } from '../../../src/domains/security/posture/csp.ts';

/**
 * Google's CSP Evaluator (the package csp_evaluator, 1.1) judges the policies of its own tests, and so do we. The package is no dependency: a folder in
 * which it is installed is named by SHAKEDOWN_CSP_EVALUATOR.
 */
const folder = process.env.SHAKEDOWN_CSP_EVALUATOR;
const title =
  folder === undefined ? ' (skipped: SHAKEDOWN_CSP_EVALUATOR names no folder in which csp_evaluator is installed)' : '';

interface Theirs {
  readonly directive: string;
  readonly value?: string;
  readonly severity: number;
}
type Check = (policy: object) => Theirs[];

/** Where we judge otherwise, and why. */
const explained: Record<string, string> = {
  'http: base-uri data: http: https: sthInvalid:':
    'any base is named as such; pages that came by TLS load no script from one of http',
  'http: base-uri * http://* //*': 'any base is named as such; pages that came by TLS load no script from one of http',
};

describe.skipIf(folder === undefined)(`agreement with CSP Evaluator${title}`, () => {
  it('is there for each policy of its tests, and each disagreement is explained', () => {
    const require = createRequire(join(folder as string, 'package.json'));
    const load = (file: string) => require(join('csp_evaluator/dist', file));
    const checks: Record<string, Check> = load('checks/security_checks.js');
    const { CspParser } = load('parser.js');
    const { Version } = load('csp.js');
    const of = (policy: object, ...names: string[]) => names.flatMap((name) => checks[name]?.(policy) ?? []);
    const kinds: Record<string, { theirs: (policy: object) => Theirs[]; ours: (one: CspWeakness) => boolean }> = {
      inline: {
        // 'unsafe-hashes' is a doubt of its own, of lesser weight.
        theirs: (policy) => of(policy, 'checkScriptUnsafeInline').filter(({ severity }) => severity <= 20),
        ours: ({ rule, seen }) => rule === 'csp-unsafe-script' && seen.includes("'unsafe-inline'"),
      },
      eval: {
        theirs: (policy) => of(policy, 'checkScriptUnsafeEval'),
        ours: ({ rule }) => rule === 'csp-unsafe-eval',
      },
      broad: {
        theirs: (policy) => of(policy, 'checkPlainUrlSchemes', 'checkWildcards'),
        ours: ({ rule, seen }) =>
          ['csp-unsafe-script', 'csp-objects', 'csp-base-uri'].includes(rule) && / (?:data:|\*|https?:)/.test(seen),
      },
      missing: {
        theirs: (policy) => of(policy, 'checkMissingDirectives').filter(({ directive }) => directive !== 'base-uri'),
        ours: ({ seen }) => /^(?:neither script-src|no object-src)/.test(seen),
      },
      http: {
        theirs: (policy) =>
          [...of(policy, 'checkSrcHttp'), ...of(policy, 'checkPlainUrlSchemes')].filter(
            ({ directive, value }) => directive !== 'report-uri' && value?.startsWith('http:'),
          ),
        ours: ({ rule }) => rule === 'csp-insecure-scheme' || rule === 'csp-insecure-passive',
      },
    };
    const unequal: string[] = [];
    const all = policies(join(folder as string, 'node_modules/csp_evaluator'));
    for (const text of all) {
      const theirs = new CspParser(text).csp.getEffectiveCsp(Version.CSP3);
      const { weaknesses } = assessCsp([text], [], true);
      for (const [kind, judge] of Object.entries(kinds))
        if (judge.theirs(theirs).length > 0 !== weaknesses.some(judge.ours)) unequal.push(`${kind}: ${text}`);
      // We want a base wherever a script can run, they where it has a nonce.
      if (of(theirs, 'checkMissingDirectives').some(({ directive }) => directive === 'base-uri'))
        expect(weaknesses.map(({ rule }) => rule)).toContain('csp-base-uri');
    }
    expect(all.length).toBeGreaterThan(80);
    expect(unequal.sort()).toEqual(Object.keys(explained).sort());
  });
});

/** Every policy in the sources of its tests. */
function policies(folder: string): string[] {
  const files = ['checks/security_checks', 'checks/parser_checks', 'checks/strictcsp_checks', 'parser', 'csp'];
  const texts = files.flatMap((file) => {
    const source = readFileSync(join(folder, `${file}_test.ts`), 'utf8').replace(/'\s*\+\s*'/g, '');
    return [...source.matchAll(/'((?:[^'\\\n]|\\.)*)'/g)].map(([, text = '']) => text.replaceAll("\\'", "'"));
  });
  return [...new Set(texts)].filter((text) => /(?:-src|base-uri|report-uri|report-to) /.test(text));
}

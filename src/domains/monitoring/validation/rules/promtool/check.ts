import { type Finding, findingAt } from '../finding.ts';
import type { RuleFile } from '../model.ts';
import { asRuleFiles } from './as-files.ts';
import { checkRules, type RunOptions } from './run.ts';

/**
 * What promtool has against files of rules: rule files as they are, others as rule files that are made of them.
 * @param pathOf where a file is, from how findings call it
 */
export async function findSyntaxErrors(
  files: readonly RuleFile[],
  pathOf: (file: string) => string,
  options: RunOptions,
): Promise<Finding[]> {
  const given = await asRuleFiles(files, pathOf, options.folder);
  if (given.size === 0) return [];
  const { passed, output } = await checkRules([...given.keys()], options);
  if (passed) return [];
  const findings = new Map<string, Finding>();
  for (const line of output.split('\n')) {
    const path = [...given.keys()].find((one) => line.startsWith(`${one}: `));
    const file = path === undefined ? undefined : given.get(path);
    if (path === undefined || file === undefined) continue;
    const found = errorOf(line.slice(path.length + 2), file, output.slice(output.indexOf(line) + line.length + 1));
    findings.set(`${found.file}:${found.line} ${found.what}`, found);
  }
  if (findings.size === 0) {
    const [file] = given.values();
    const what = `promtool refuses the rules: ${shortened(output)}`;
    if (file !== undefined) return [findingAt('wrong', 'syntax', { file: file.file, line: 1 }, what, 'Mend it.')];
  }
  return [...findings.values()];
}

function errorOf(text: string, file: RuleFile, following: string): Finding {
  const [, position, group, number, name, message] =
    /^(?:(\d+):\d+: )?group "(.*?)", rule (\d+), "(.*?)": (.*)$/s.exec(text) ?? [];
  const rule = file.groups.find((one) => one.name === group)?.rules[Number(number) - 1];
  // What the YAML reader has against it follows in lines of its own.
  const unmarshal = /unmarshal errors:$/.test(text)
    ? following.split('\n').filter((line) => /^\s+line \d+:/.test(line))
    : [];
  const line =
    rule?.lines.expr ?? rule?.place.line ?? Number(position ?? /line (\d+)/.exec(unmarshal[0] ?? text)?.[1] ?? 1);
  const what = unmarshal.length > 0 ? unmarshal.map((one) => one.trim()).join('; ') : (message ?? text);
  const place = { file: file.file, line };
  const todo = 'Mend it: Prometheus refuses the whole file.';
  return { ...findingAt('wrong', 'syntax', place, `promtool: ${shortened(what)}`, todo), rule: name ?? null };
}

function shortened(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return `${line.slice(0, 300)}${line.length > 300 ? '…' : ''}`.replace(/\.?$/, '.');
}

import { cut, type Finding, fingerprintOf, type Risk } from '../finding.ts';
import { packageOf, sameCode, sameWeakness, weaknessIds } from './alike.ts';
import { foreign, type Hosts } from './hosts.ts';
import { list, listOf, object, scoreOf, text, wrong } from './json.ts';
import { isMalicious, rated } from './native-finding.ts';
import type { ScanResult } from './result.ts';

const mostResults = 50_000;
const mostArguments = 30;
/** How deep ids of rules lie within each other. */
const deepestId = 8;

const ofLevel: Readonly<Record<string, Risk>> = { error: 'high', warning: 'medium', note: 'low', none: 'info' };
/** Kinds of results that accuse nobody. */
const harmless = new Set(['pass', 'notApplicable', 'informational']);

export function isSarif(value: unknown): boolean {
  const { version, runs, $schema } = object(value);
  return runs !== undefined && (typeof version === 'string' || /sarif/i.test(text($schema)));
}

/**
 * Reads SARIF 2.1.0. Files that it refers to are never opened.
 * @throws ShakedownError SECURITY_RESULT
 */
export function readSarif(value: unknown, where: string, hosts: Hosts | null = null): ScanResult {
  const { version, runs } = object(value);
  if (version !== '2.1.0') throw wrong(where, `it is SARIF ${cut(text(version) || 'of no version', 20)}, not 2.1.0`);
  if (!Array.isArray(runs)) throw wrong(where, 'its runs are no list');
  if (runs.length === 0) throw wrong(where, 'it has no run: nothing was scanned');
  const findings: Finding[] = [];
  const problems: string[] = [];
  let [suppressed, looked, says] = [0, 0, true];
  const digests = new Set<string>();
  const names = new Set<string>();
  let toolVersion: string | null = null;
  for (const [number, entry] of runs.entries()) {
    const run = object(entry);
    const driver = object(object(run.tool).driver);
    const name = text(driver.name, 100);
    if (name === '') throw wrong(where, `run ${number} does not name its tool`);
    names.add(name);
    toolVersion ??= text(driver.semanticVersion, 60) || text(driver.version, 60) || null;
    if (run.externalPropertyFileReferences !== undefined)
      problems.push('it keeps a part in other files, which are not read');
    if (!Array.isArray(run.results))
      problems.push(
        run.results === undefined || run.results === null
          ? `${name} has no results: it did not end`
          : `the results of ${name} are no list`,
      );
    problems.push(...invocationProblems(run, name));
    // Each run has to have looked at something: another one, or a list of parts, does not speak for it.
    if (!Array.isArray(run.artifacts)) says = false;
    else {
      const files = run.artifacts.filter(isFile).length;
      looked += files;
      if (files === 0) problems.push(`run ${number} of ${name} looked at 0 files`);
      for (const artifact of run.artifacts.slice(0, 1000)) {
        const elsewhere = foreignProblem(text(object(object(artifact).location).uri, 500), hosts);
        if (elsewhere !== null) problems.push(elsewhere);
        const sha = text(object(object(artifact).hashes)['sha-256'], 64).toLowerCase();
        if (/^[0-9a-f]{64}$/.test(sha)) digests.add(`sha256:${sha}`);
      }
    }
    const results = list(run.results);
    if (results.some((one) => typeof one !== 'object' || one === null || Array.isArray(one)))
      problems.push(`a result of ${name} is no object`);
    if (findings.length + results.length > mostResults) throw wrong(where, `it has more than ${mostResults} results`);
    const rules = rulesOf(run);
    for (const one of results) {
      const result = object(one);
      if (result.baselineState === 'absent') continue;
      if (isSuppressed(result)) suppressed++;
      else {
        const finding = findingOf(result, run, rules, name);
        if (finding === null) continue;
        const elsewhere = foreignProblem(finding.where, hosts);
        if (elsewhere !== null) problems.push(elsewhere);
        // What is wrong with another host is not wrong with the target.
        findings.push(elsewhere === null ? finding : { ...finding, certain: false });
      }
    }
  }
  return {
    ...{ tool: [...names].join(', '), version: toolVersion, format: 'SARIF 2.1.0', findings, suppressed },
    looked: says ? { count: looked, unit: 'files' } : null,
    ...{ problems: [...new Set(problems)].slice(0, 20), databaseAt: null, digests: [], files: [...digests] },
  };
}

function foreignProblem(address: string, hosts: Hosts | null): string | null {
  return hosts === null || !/^https?:/i.test(address) ? null : foreign(address, hosts);
}

/** Whether an entry of artifacts says which file it is. */
function isFile(entry: unknown): boolean {
  const { location, hashes, contents, parentIndex } = object(entry);
  return [location, hashes, contents].some((one) => Object.keys(object(one)).length > 0) || parentIndex !== undefined;
}

function invocationProblems(run: Readonly<Record<string, unknown>>, name: string): string[] {
  const problems: string[] = [];
  for (const entry of listOf(run.invocations, `the invocations of ${name}`, problems)) {
    const { executionSuccessful, exitCode, exitSignalName, exitSignalNumber, processStartFailureMessage, ...rest } =
      object(entry);
    // SARIF requires that it says so (3.20.14).
    if (executionSuccessful !== true)
      problems.push(
        executionSuccessful === false
          ? `${name} says that it did not succeed`
          : `${name} does not say that it succeeded`,
      );
    // Above 2 no scanner has looked to the end; 1 and 2 are those of findings.
    if (exitCode !== undefined && ![0, 1, 2].includes(exitCode as number))
      problems.push(`${name} ended with ${cut(text(exitCode), 20) || 'an exit code that is no number'}`);
    if (exitSignalName !== undefined || exitSignalNumber !== undefined)
      problems.push(`${name} was ended by ${cut(text(exitSignalName) || `signal ${text(exitSignalNumber)}`, 30)}`);
    if (processStartFailureMessage !== undefined) problems.push(`${name} did not start`);
    const errors = ['toolExecutionNotifications', 'toolConfigurationNotifications']
      .flatMap((key) => listOf(rest[key], `the notifications of ${name}`, problems))
      .map(object)
      .filter(({ level }) => level === 'error');
    if (errors[0] !== undefined)
      problems.push(`${name} reports ${errors.length} errors: ${cut(text(object(errors[0].message).text), 120)}`);
  }
  return problems;
}

interface Rule {
  readonly id: string;
  readonly title: string;
  readonly level: string;
  readonly score: number;
  readonly remedy: string;
  readonly tags: readonly unknown[];
  readonly purls: unknown;
  /** Texts by their names: its own, and those of all rules of its component. */
  readonly messages: readonly Readonly<Record<string, unknown>>[];
}

interface Rules {
  readonly byId: Map<string, Rule>;
  /** Of the driver, then of its extensions, each in its order. */
  readonly components: Rule[][];
  /** What an invocation was told to call a rule's findings, invocation by invocation. */
  readonly levels: Map<Rule, string>[];
}

function rulesOf(run: Readonly<Record<string, unknown>>): Rules {
  const tool = object(run.tool);
  const byId = new Map<string, Rule>();
  const components: Rule[][] = [];
  for (const component of [object(tool.driver), ...list(tool.extensions).map(object)]) {
    const own: Rule[] = [];
    components.push(own);
    for (const entry of list(component.rules).slice(0, mostResults)) {
      const rule = object(entry);
      const made: Rule = {
        id: text(rule.id, 300),
        title: text(object(rule.shortDescription).text) || text(object(rule.fullDescription).text) || text(rule.name),
        level: text(object(rule.defaultConfiguration).level) || 'warning',
        score: scoreOf(object(rule.properties)['security-severity']),
        remedy: text(object(rule.help).text),
        tags: list(object(rule.properties).tags).slice(0, 50),
        purls: object(rule.properties).purls,
        messages: [object(rule.messageStrings), object(component.globalMessageStrings)],
      };
      byId.set(made.id, made);
      own.push(made);
    }
  }
  const rules = { byId, components, levels: [] };
  return { ...rules, levels: list(run.invocations).map((one) => levelsOf(object(one), rules)) };
}

/** SARIF 3.20.5 */
function levelsOf({ ruleConfigurationOverrides }: Readonly<Record<string, unknown>>, rules: Rules): Map<Rule, string> {
  const levels = new Map<Rule, string>();
  for (const entry of list(ruleConfigurationOverrides)) {
    const { descriptor, configuration } = object(entry);
    const rule = ruleOf({ rule: descriptor }, rules);
    const level = text(object(configuration).level);
    if (rule !== undefined && level !== '') levels.set(rule, level);
  }
  return levels;
}

/** By its id, or by one that it is under (`CA1000/1`, SARIF 3.27.5); else by its number in the component that is named. */
function ruleOf(result: Readonly<Record<string, unknown>>, { byId, components }: Rules): Rule | undefined {
  const { id, index, toolComponent } = object(result.rule);
  let name = text(result.ruleId, 300) || text(id, 300);
  for (let depth = 0; name !== '' && depth < deepestId; depth++) {
    const found = byId.get(name);
    if (found !== undefined) return found;
    name = name.slice(0, Math.max(0, name.lastIndexOf('/')));
  }
  const extension = object(toolComponent).index;
  return components[typeof extension === 'number' ? extension + 1 : 0]?.[Number(result.ruleIndex ?? index ?? -1)];
}

/** Its own text or the rule's of its name, with its arguments in their places (SARIF 3.11). */
function messageOf(message: Readonly<Record<string, unknown>>, rule: Rule | undefined): string {
  const known = (rule?.messages ?? []).map((texts) => object(texts[text(message.id)]));
  const [written = ''] = [message, ...known].flatMap((one) => text(one.text) || text(one.markdown) || []);
  if (!Array.isArray(message.arguments)) return written;
  const given = list(message.arguments);
  // Texts and numbers of arguments by turns.
  return written
    .split(/\{(\d{1,3})\}/, 2 * mostArguments)
    .map((part, at) => (at % 2 === 0 ? part : text(given[Number(part)], 200) || `{${part}}`))
    .join('');
}

/** Its file, which it may name by its number in the run's list; else what the code or the target is called. */
function placeOf(result: Readonly<Record<string, unknown>>, run: Readonly<Record<string, unknown>>) {
  const location = object(list(result.locations)[0]);
  const place = object(location.physicalLocation);
  const file = object(place.artifactLocation);
  const uri = text(file.uri, 500) || text(object(listed(run.artifacts, file.index).location).uri, 500);
  if (uri !== '') return { uri, line: object(place.region).startLine };
  const logical = object(list(location.logicalLocations)[0]);
  const names = [logical, listed(run.logicalLocations, logical.index)];
  const [name] = names.flatMap((one) => text(one.fullyQualifiedName, 500) || text(one.name, 500) || []);
  return { uri: name ?? text(object(result.analysisTarget).uri, 500), line: undefined };
}

function listed(all: unknown, index: unknown): Readonly<Record<string, unknown>> {
  return typeof index === 'number' ? object(list(all)[index]) : {};
}

/** Suppressed where somebody did so and nobody has refused it, or still has to look (SARIF 3.27.23). */
function isSuppressed({ suppressions }: Readonly<Record<string, unknown>>): boolean {
  const all = list(suppressions).map(object);
  return all.length > 0 && all.every(({ status }) => status === undefined || status === 'accepted');
}

function findingOf(
  result: Readonly<Record<string, unknown>>,
  run: Readonly<Record<string, unknown>>,
  rules: Rules,
  tool: string,
): Finding | null {
  const kind = text(result.kind) || 'fail';
  if (harmless.has(kind)) return null;
  const rule = ruleOf(result, rules);
  const id = text(result.ruleId, 300) || text(object(result.rule).id, 300) || (rule?.id ?? '');
  const score = rule?.score ?? Number.NaN;
  // A kind other than fail has no level of its own.
  const level = kind === 'fail' ? text(result.level) || levelOf(result, rule, rules) : 'warning';
  const message = messageOf(object(result.message), rule);
  const { uri, line } = placeOf(result, run);
  const named = id || rule?.title || 'unnamed';
  return {
    fingerprint: fingerprintOf([tool, named, ...sameness(result, uri, message)]),
    rule: cut(named, 150),
    title: cut(rule?.title || message || named),
    // `open` and `review`: the tool could not decide.
    ...rated(
      isMalicious(named) ? 'critical' : Number.isNaN(score) ? (ofLevel[level] ?? null) : riskOfScore(score),
      kind === 'fail',
    ),
    where: cut(uri === '' ? 'no place' : typeof line === 'number' ? `${uri}:${line}` : uri),
    seen: cut(message),
    remedy: cut(rule?.remedy ?? ''),
    asvs: [],
    top10: null,
    sources: [cut(tool, 60)],
    same: [
      ...sameWeakness(packageOf(message, rule?.purls), weaknessIds(id, message)),
      ...sameCode(uri, line, rule?.tags ?? []),
    ],
  };
}

/** Where it has none of its own. */
function levelOf({ provenance }: Readonly<Record<string, unknown>>, rule: Rule | undefined, { levels }: Rules): string {
  if (rule === undefined) return 'warning';
  const of = Number(object(provenance).invocationIndex ?? (levels.length === 1 ? 0 : -1));
  return levels[of]?.get(rule) ?? rule.level;
}

/** What the tool itself knows it by; else the file and what is said, without figures, as lines move. */
function sameness(result: Readonly<Record<string, unknown>>, uri: string, message: string): string[] {
  for (const key of ['fingerprints', 'partialFingerprints']) {
    const known = Object.entries(object(result[key])).filter(([, value]) => typeof value === 'string');
    if (known.length > 0)
      return known
        .map(([name, value]) => `${name}=${value}`)
        .sort()
        .slice(0, 10);
  }
  return [uri, message.replace(/\d+/g, '#')];
}

/** By CVSS: its qualitative scale. */
export function riskOfScore(score: number): Risk {
  return score >= 9 ? 'critical' : score >= 7 ? 'high' : score >= 4 ? 'medium' : score > 0 ? 'low' : 'info';
}

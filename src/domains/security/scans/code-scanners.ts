import { cut, fingerprintOf } from '../finding.ts';
import { sameCode, sameSecret } from './alike.ts';
import { list, listOf, object, text } from './json.ts';
import { base, digestOf, finding, type Reader, riskOf } from './native-finding.ts';

export const semgrep: Reader = {
  is: (value) => Array.isArray(object(value).results) && 'paths' in object(value) && 'errors' in object(value),
  read(value) {
    const { results, errors, paths, version } = object(value);
    const all = list(results).map(object);
    const kept = all.filter(({ extra }) => object(extra).is_ignored !== true);
    const findings = kept.map((one) => {
      const extra = object(one.extra);
      const meta = object(extra.metadata);
      const own = text(extra.fingerprint);
      const [rule, path] = [text(one.check_id), text(one.path)];
      const message = text(extra.message);
      return finding({
        tool: 'Semgrep',
        // Without a login Semgrep writes that words are needed here, and no fingerprint.
        fingerprint: fingerprintOf([
          'semgrep',
          rule,
          path,
          /^[0-9a-f]{32,}(?:_\d+)?$/.test(own) ? own : message.replace(/\d+/g, '#'),
        ]),
        rule,
        title: message,
        risk: riskOf(extra.severity),
        certain: text(meta.confidence).toUpperCase() !== 'LOW',
        where: `${path}:${text(object(one.start).line)}`,
        same: sameCode(path, object(one.start).line, [meta.cwe].flat()),
        seen: message,
        remedy: text(extra.fix),
      });
    });
    const problems: string[] = [];
    // Timeouts and files that it could not parse are warnings to Semgrep: all the same it did not look at them.
    const failed = listOf(errors, 'the errors of Semgrep', problems)
      .map(object)
      .filter(({ level }) => level !== 'info');
    const [first] = failed;
    if (first !== undefined)
      problems.push(`Semgrep reports ${failed.length} errors: ${cut(text(first.message) || text(first.type), 120)}`);
    const unseen = new Set(failed.map(({ path }) => text(path)));
    const { scanned, skipped } = object(paths);
    const left = listOf(skipped, 'the skipped files of Semgrep', problems)
      .map(object)
      .filter(({ reason }) => /fail|insufficient|too_many_matches|timeout/i.test(text(reason)));
    if (left.length > 0)
      problems.push(
        `Semgrep skipped ${left.length} files: ${cut(text(left[0]?.path), 80)} (${cut(text(left[0]?.reason), 60)})`,
      );
    const files = listOf(scanned, 'the scanned files of Semgrep', problems).map((one) => text(one));
    return {
      ...base,
      tool: 'Semgrep',
      version: text(version) || null,
      format: 'Semgrep',
      findings,
      suppressed: all.length - kept.length,
      problems,
      looked: { count: files.filter((one) => one !== '' && !unseen.has(one)).length, unit: 'files' },
    };
  },
};

export const gitleaks: Reader = {
  is: (value) => Array.isArray(value) && value.every((one) => 'RuleID' in object(one)),
  read: (value) => ({
    ...{ ...base, tool: 'gitleaks', format: 'gitleaks' },
    findings: list(value)
      .map(object)
      .map((one) => {
        const [rule, file, commit] = [text(one.RuleID), text(one.File), text(one.Commit).slice(0, 12)];
        // Its own fingerprint has the line in it.
        return finding({
          tool: 'gitleaks',
          fingerprint: fingerprintOf(['secret', rule, file, digestOf(text(one.Secret) || text(one.Match))]),
          rule,
          title: text(one.Description),
          risk: 'critical',
          where: `${file}:${text(one.StartLine)}${commit === '' ? '' : ` in ${commit}`}`,
          remedy: 'Change the secret: what was in a repository is known.',
          // What is only known by its randomness may be anything.
          certain: !/generic/i.test(rule),
          same: sameSecret(file, one.StartLine),
          asvs: ['13.3.1'],
          top10: 'A07',
        });
      }),
  }),
};

export const bandit: Reader = {
  is: (value) => 'metrics' in object(value) && 'generated_at' in object(value),
  read(value) {
    const { results, errors, metrics } = object(value);
    const problems = Array.isArray(results) ? [] : ['the results of Bandit are no list'];
    const findings = list(results)
      .map(object)
      .map((one) =>
        finding({
          tool: 'Bandit',
          fingerprint: fingerprintOf([
            'bandit',
            text(one.test_id),
            text(one.filename),
            text(one.issue_text).replace(/\d+/g, '#'),
          ]),
          rule: text(one.test_id),
          title: text(one.issue_text),
          risk: riskOf(one.issue_severity),
          certain: text(one.issue_confidence).toUpperCase() !== 'LOW',
          where: `${text(one.filename)}:${text(one.line_number)}`,
          same: sameCode(text(one.filename), one.line_number, [object(one.issue_cwe).id]),
        }),
      );
    const files = Object.entries(object(metrics)).filter(
      ([name, about]) => name !== '_totals' && Number(object(about).loc) > 0,
    ).length;
    const skipped = listOf(errors, 'the errors of Bandit', problems).map(object);
    if (skipped.length > 0)
      problems.push(`Bandit could not read ${skipped.length} files: ${cut(text(skipped[0]?.filename), 80)}`);
    const ignored = Number(object(object(metrics)._totals).nosec ?? 0) || 0;
    return {
      ...base,
      tool: 'Bandit',
      format: 'Bandit',
      findings,
      suppressed: ignored,
      problems,
      looked: { count: files, unit: 'files' },
    };
  },
};

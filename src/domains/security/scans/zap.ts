import { cut, type Finding, fingerprintOf, type Risk } from '../finding.ts';
import { foreign, hostOf } from './hosts.ts';
import { listOf, object, text } from './json.ts';
import { base, finding, type Json, type Reader } from './native-finding.ts';

const zapRisk: readonly Risk[] = ['info', 'low', 'medium', 'high'];

export const zap: Reader = {
  is: (value) =>
    'site' in object(value) &&
    ('@version' in object(value) || '@generated' in object(value) || '@programName' in object(value)),
  read(value, hosts) {
    const root = object(value);
    const sites = (Array.isArray(root.site) ? root.site : [root.site]).map(object);
    const found = new Map<string, Finding>();
    const problems: string[] = [];
    let [suppressed, named] = [0, 0];
    const main = hosts?.[0] ?? hostOf(text(sites[0]?.['@name'], 300));
    for (const site of sites) {
      const name = text(site['@name'], 300);
      const host = hostOf(name);
      const problem = name === '' ? 'ZAP does not name a site' : hosts === null ? null : foreign(name, hosts);
      if (problem === null) named++;
      else problems.push(problem);
      // The version before may have been scanned at another address.
      const about = { isTargets: problem === null, site: name, host: host === main ? '' : text(site['@host']) };
      if (!Array.isArray(site.alerts)) problems.push(`the alerts of ${cut(name, 80) || 'a site'} are no list`);
      for (const alert of listOf(site.alerts, '', []).map(object)) {
        // 0: somebody marked it as false.
        if (text(alert.confidence) === '0') suppressed++;
        else for (const one of ofAlert(alert, about, problems)) found.set(one.fingerprint, one);
      }
    }
    return {
      ...base,
      tool: 'ZAP',
      version: text(root['@version']) || null,
      format: 'ZAP',
      findings: [...found.values()],
      suppressed,
      problems: [...new Set(problems)].slice(0, 20),
      looked: { count: named, unit: 'sites' },
    };
  },
};

/** One for each place: a waiver for one page says nothing of another. */
function ofAlert(
  alert: Json,
  { isTargets, site, host }: { isTargets: boolean; site: string; host: string },
  problems: string[],
): Finding[] {
  const rule = text(alert.alertRef) || text(alert.pluginid);
  const instances = listOf(alert.instances, `the places of alert ${cut(rule, 40)}`, problems).map(object);
  return (instances.length === 0 ? [{}] : instances).map((instance: Json) => {
    const method = text(instance.method, 20).toUpperCase();
    const path = text(instance.uri)
      .replace(/^[a-z]+:\/\/[^/?#]*/i, '')
      .replace(/[?#].*$/s, '');
    const parameter = text(instance.param, 200);
    const code = text(alert.riskcode).trim();
    return finding({
      tool: 'ZAP',
      fingerprint: fingerprintOf(['zap', rule, host, method, path, parameter]),
      rule,
      title: text(alert.alert) || text(alert.name),
      risk: /^[0-3]$/.test(code) ? (zapRisk[Number(code)] ?? null) : null,
      // What is wrong with another host is not wrong with the target.
      certain: isTargets && Number(text(alert.confidence)) >= 2,
      where: `${[method, path].filter(Boolean).join(' ') || site}${parameter === '' ? '' : ` (${parameter})`}`,
      seen: text(instance.evidence),
      remedy: text(alert.solution).replace(/<[^>]{0,200}>/g, ' '),
    });
  });
}

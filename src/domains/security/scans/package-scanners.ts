import { type Finding, fingerprintOf } from '../finding.ts';
import { sameSecret } from './alike.ts';
import { list, listOf, object, scoreOf, text } from './json.ts';
import { base, digestOf, finding, ofPackage, type Reader, riskOf } from './native-finding.ts';
import { riskOfScore } from './sarif.ts';

export const osv: Reader = {
  is: (value) =>
    Array.isArray(object(value).results) &&
    ('experimental_config' in object(value) || list(object(value).results).some((one) => 'packages' in object(one))),
  read(value) {
    const findings: Finding[] = [];
    const problems: string[] = [];
    let packages = 0;
    let bare = false;
    for (const source of list(object(value).results).map(object)) {
      for (const entry of listOf(source.packages, 'the packages of osv-scanner', problems).map(object)) {
        const about = object(entry.package);
        const vulnerabilities = listOf(entry.vulnerabilities, 'the vulnerabilities of a package', problems).map(object);
        if (text(about.name) === '' && text(about.commit) === '') problems.push('an entry names no package');
        else {
          packages++;
          if (vulnerabilities.length === 0) bare = true;
        }
        const scores = new Map(
          list(entry.groups)
            .map(object)
            .flatMap((group) => list(group.ids).map((id) => [text(id), scoreOf(group.max_severity)] as const)),
        );
        for (const one of vulnerabilities) {
          const score = scores.get(text(one.id)) ?? Number.NaN;
          const risk = Number.isNaN(score) ? riskOf(object(one.database_specific).severity) : riskOfScore(score);
          const fixed = list(one.affected)
            .map(object)
            .flatMap((affected) =>
              list(affected.ranges).flatMap((range) =>
                list(object(range).events).map((event) => text(object(event).fixed)),
              ),
            );
          findings.push(
            ofPackage('osv-scanner', {
              id: text(one.id),
              aliases: list(one.aliases).map((alias) => text(alias)),
              name: text(about.name),
              version: text(about.version),
              risk,
              title: text(one.summary),
              fixed: fixed.filter(Boolean).at(-1) ?? '',
            }),
          );
        }
      }
    }
    // Packages without a finding are listed with --all-packages only.
    return {
      ...base,
      tool: 'osv-scanner',
      format: 'osv-scanner',
      findings,
      problems: [...new Set(problems)],
      looked: bare ? { count: packages, unit: 'packages' } : null,
    };
  },
};

export const grype: Reader = {
  is: (value) => 'matches' in object(value) && 'descriptor' in object(value),
  read(value) {
    const { matches, ignoredMatches, descriptor, source } = object(value);
    const findings = list(matches)
      .map(object)
      .map((match) => {
        const [weakness, artifact] = [object(match.vulnerability), object(match.artifact)];
        const aliases = list(match.relatedVulnerabilities).map((one) => text(object(one).id));
        return ofPackage('Grype', {
          id: text(weakness.id),
          aliases,
          name: text(artifact.name),
          version: text(artifact.version),
          risk: riskOf(weakness.severity),
          title: text(weakness.description),
          fixed: text(list(object(weakness.fix).versions)[0]),
        });
      });
    const about = object(descriptor);
    const db = object(about.db);
    const built = text(db.built) || text(object(db.status).built);
    const target = object(object(source).target);
    const digests = [
      text(target.manifestDigest),
      ...list(target.repoDigests).map((one) => text(one).split('@')[1] ?? ''),
    ].filter((one) => one.startsWith('sha256:'));
    const valid = object(db.status).valid;
    // It does not count packages: of an image it says at least which layers it went through.
    const layers = list(target.layers).filter((one) => text(object(one).digest) !== '').length;
    const problems = [
      ...(Array.isArray(matches) ? [] : ['its matches are no list']),
      ...(valid === false ? ['its database is not valid'] : []),
    ];
    return {
      ...base,
      tool: 'Grype',
      version: text(about.version) || null,
      format: 'Grype',
      findings,
      suppressed: list(ignoredMatches).length,
      problems,
      databaseAt: built || null,
      digests,
      looked: layers > 0 ? { count: layers, unit: 'layers of an image' } : null,
    };
  },
};

export const trivy: Reader = {
  is: (value) => 'SchemaVersion' in object(value) && 'ArtifactName' in object(value),
  read(value) {
    const { Results, Metadata, Trivy } = object(value);
    const findings: Finding[] = [];
    const problems: string[] = [];
    let [packages, suppressed] = [0, 0];
    for (const result of listOf(Results, 'the results of Trivy', problems).map(object)) {
      packages += list(result.Packages).filter((one) => text(object(one).Name) !== '').length;
      suppressed += list(result.ExperimentalModifiedFindings).length;
      for (const one of listOf(result.Vulnerabilities, 'the vulnerabilities of Trivy', problems).map(object)) {
        findings.push(
          ofPackage('Trivy', {
            id: text(one.VulnerabilityID),
            name: text(one.PkgName),
            version: text(one.InstalledVersion),
            risk: riskOf(one.Severity),
            title: text(one.Title),
            fixed: text(one.FixedVersion).split(',')[0]?.trim() ?? '',
          }),
        );
      }
      for (const [kind, id] of [
        ['Misconfigurations', 'ID'],
        ['Secrets', 'RuleID'],
      ] as const) {
        for (const one of listOf(result[kind], `the ${kind.toLowerCase()} of Trivy`, problems).map(object)) {
          if (one.Status === 'PASS') continue;
          const [rule, where] = [text(one[id]), text(result.Target)];
          findings.push(
            finding({
              tool: 'Trivy',
              fingerprint: fingerprintOf([
                'trivy',
                rule,
                where,
                kind === 'Secrets' ? digestOf(text(one.Match)) : text(one.Message).replace(/\d+/g, '#'),
              ]),
              rule,
              title: text(one.Title),
              risk: riskOf(one.Severity),
              where,
              remedy: text(one.Resolution),
              same: kind === 'Secrets' ? sameSecret(where, one.StartLine) : [],
              top10: 'A02',
            }),
          );
        }
      }
    }
    const meta = object(Metadata);
    const digests = [text(meta.ImageID), ...list(meta.RepoDigests).map((one) => text(one).split('@')[1] ?? '')].filter(
      (one) => one.startsWith('sha256:'),
    );
    if (list(Results).length === 0) problems.push('Trivy found nothing that it can scan');
    return {
      ...base,
      tool: 'Trivy',
      version: text(object(Trivy).Version) || null,
      format: 'Trivy',
      findings,
      suppressed,
      problems,
      looked: packages > 0 ? { count: packages, unit: 'packages' } : null,
      digests,
    };
  },
};

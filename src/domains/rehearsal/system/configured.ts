import type { ResolvedConfig } from '../../../model/config.ts';
import type { LocalSystem } from '../../../model/local-system.ts';

/** The user's own system, as the configuration describes it; null: it does not. */
export function configuredSystem({
  deployment,
  target,
  artifacts = [],
  version: own,
}: ResolvedConfig): LocalSystem | null {
  const { local } = deployment;
  if (local === null) return null;
  const { start, prepare, folder, environment, healthPath } = local;
  return {
    shared: null,
    healthPath,
    artifactPath: target.artifactPath ?? null,
    warmUpPaths: [healthPath],
    versions: [],
    release(version) {
      const filled = (argv: readonly string[]) => argv.map((each) => each.replaceAll('{version}', version));
      const given = Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [name, value.replaceAll('{version}', version)]),
      );
      const where = folder === null ? {} : { folder: folder.replaceAll('{version}', version) };
      return {
        version,
        // What is declared is declared of the candidate.
        artifacts: version === own ? artifacts : [],
        prepare: prepare === null ? null : { argv: filled(prepare), environment: given, ...where },
        instance: { argv: filled(start), environment: given, ...where },
        migration: null,
      };
    },
  };
}

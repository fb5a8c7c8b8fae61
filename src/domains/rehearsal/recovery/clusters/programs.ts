import { join } from 'node:path';
import { onPath } from '../../../../environment/paths.ts';
import {
  type PostgresBinaries,
  preparePostgresBinaries,
  reachableByOthers,
} from '../../../../environment/postgres/binaries.ts';
import { type PostgresIdentity, postgresEnvironment } from '../../../../environment/postgres/setup.ts';
import { runProgram } from '../../../../environment/run-program.ts';
import { ShakedownError } from '../../../../model/error.ts';

export interface Tool {
  path: string;
  /** `18.6` */
  version: string;
  environment: NodeJS.ProcessEnv;
}

/** PostgreSQL's programs. What is null is done without. */
export interface Programs {
  server: PostgresBinaries;
  /** `18.4`, and `bundled` or the folder. */
  version: string;
  major: number;
  from: string;
  identity: PostgresIdentity;
  basebackup: Tool | null;
  rewind: Tool | null;
  verifybackup: Tool | null;
}

const askMs = 20_000;

/**
 * The server that is configured, else the bundled one, and tools of the same major version: beside the server, on PATH, or where Debian has them.
 * @param folder for what the bundled server needs @throws ShakedownError POSTGRES_MISSING
 */
export async function findPrograms(
  binFolder: string | null,
  folder: string,
  identity: PostgresIdentity,
): Promise<Programs> {
  const server =
    binFolder === null ? await preparePostgresBinaries(folder, identity.uid !== undefined) : own(binFolder);
  const environment = postgresEnvironment(server);
  const version = await versionOf(server.postgres, environment);
  if (binFolder !== null && identity.uid !== undefined && !(await reachable(server.postgres))) {
    throw missing(`Another user than root cannot run ${server.postgres}, and PostgreSQL does not run as root`);
  }
  if (version === null) throw missing(`${server.postgres} does not say its version`);
  const major = Number.parseInt(version, 10);
  const tool = async (name: string): Promise<Tool | null> => {
    const beside = binFolder === null ? [] : [{ path: join(binFolder, name), environment }];
    const elsewhere = [...onPath(name), `/usr/lib/postgresql/${major}/bin/${name}`].map((path) => ({
      path,
      environment: postgresEnvironment({ environment: {} }),
    }));
    for (const each of [...beside, ...elsewhere]) {
      const found = await versionOf(each.path, each.environment);
      if (found !== null && Number.parseInt(found, 10) === major) return { ...each, version: found };
    }
    return null;
  };
  const [basebackup, rewind, verifybackup] = await Promise.all(
    ['pg_basebackup', 'pg_rewind', 'pg_verifybackup'].map(tool),
  );
  return {
    ...{ server, version, major, from: binFolder ?? 'bundled', identity },
    ...{ basebackup: basebackup ?? null, rewind: rewind ?? null, verifybackup: verifybackup ?? null },
  };
}

function own(binFolder: string): PostgresBinaries {
  const name = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
  return {
    initdb: join(binFolder, 'initdb'),
    postgres: join(binFolder, 'postgres'),
    environment: { [name]: join(binFolder, '..', 'lib') },
  };
}

function reachable(file: string): Promise<boolean> {
  return reachableByOthers(file).catch(() => false);
}

/** `18.4` of `postgres (PostgreSQL) 18.4`; null: it is none of PostgreSQL's. */
async function versionOf(path: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const outcome = await runProgram(path, ['--version'], { timeoutMs: askMs, env });
  return outcome.kind === 'ended' ? (/\(PostgreSQL\) (\d[\w.]*)/.exec(outcome.stdout)?.[1] ?? null) : null;
}

function missing(why: string): ShakedownError {
  return new ShakedownError('POSTGRES_MISSING', `${why}.`, { hint: 'Correct rehearsal.recovery.binFolder.' });
}

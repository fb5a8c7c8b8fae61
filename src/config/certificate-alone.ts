import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { CertificateSettings } from '../model/certificate.ts';
import { certificate, certificateSettings } from './certificate.ts';
import { findFile } from './find-file.ts';
import { checked } from './problems.ts';
import { readConfigFile } from './read.ts';

const schema = z.looseObject(certificate.schemas);

/**
 * What the configuration says of certificates. The rest of it is not looked at: the schemas of all domains take longer to load than a signature takes
 * to verify.
 * @param given path of the file that the command line names, relative to `cwd`
 * @throws ShakedownError CONFIG_NOT_FOUND, CONFIG_AMBIGUOUS, CONFIG_SYNTAX, CONFIG_INVALID
 */
export async function certificateAlone(cwd: string, given: string | undefined): Promise<CertificateSettings> {
  const file = findFile(cwd, given);
  const written = file === null ? {} : await readConfigFile(file);
  const { certificate: parsed } = checked(schema, written, file ?? 'The built-in configuration', 'CONFIG_INVALID');
  const folder = file === null ? cwd : dirname(file);
  return certificateSettings(parsed, (path) => resolve(folder, path));
}

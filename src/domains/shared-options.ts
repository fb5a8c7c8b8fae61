import type { DeclaredArtifact } from '../model/artifact.ts';
import type { OptionDeclaration } from './command.ts';
import { InvalidOption, webAddress } from './option-values.ts';

/** Options that several commands have. */

export const configFile: OptionDeclaration = {
  flags: '--config <file>',
  help: 'configuration file; else shakedown.config.* here',
};

export const target: OptionDeclaration = {
  flags: '--target <url>',
  help: 'where the release candidate answers',
  parse: webAddress,
  key: 'target.baseUrl',
  conflicts: [{ with: ['sampleDefects'], why: 'either your system is the target or the sample system is' }],
};

export const versionUnderTest: OptionDeclaration = {
  flags: '--version-under-test <version>',
  help: 'version of the release candidate',
  key: 'version',
  clears: ['target.sample.version'],
};

export const artifact: OptionDeclaration = {
  flags: '--artifact <name=digest>',
  help: 'an artifact of the candidate with its digest, sha256:…; may be given again',
  parse: artifactDigest,
  key: 'artifacts',
};

export const sampleDefects: OptionDeclaration = {
  flags: '--sample-defects <list>',
  help: 'run the sample system with planted defects',
  key: 'target.sample.defects',
};

export const reportsFolder: OptionDeclaration = {
  flags: '--out <folder>',
  help: 'where the folder of the run goes',
  isPath: true,
  key: 'reports.folder',
};

export const policy: OptionDeclaration = {
  flags: '--policy <name>',
  help: 'what READY means: a policy of reports/policies/, or a file',
  key: 'policy',
};

export const resultsAsJson: OptionDeclaration = {
  flags: '--json',
  help: 'print the results as JSON, and nothing else, on stdout',
};

/** Both come from outside the run, which could otherwise say itself who may sign it. */
export const signingTrust: readonly OptionDeclaration[] = [
  {
    flags: '--allowed-signers <file>',
    help: 'file of the people whose signatures count, in the form of ssh-keygen',
    isPath: true,
    key: 'signing.allowedSigners',
  },
  {
    flags: '--namespace <name>',
    help: 'purpose of the signatures (default: shakedown)',
    key: 'signing.namespace',
  },
];

export const asJson: OptionDeclaration = { flags: '--json', help: 'print it as JSON' };

/** Collects `shop.tar.gz=sha256:…`. */
function artifactDigest(text: string, before: DeclaredArtifact[] = []): DeclaredArtifact[] {
  const [, name, digest] = /^(.{1,200}?)=(sha256:[0-9a-f]{64})$/.exec(text) ?? [];
  if (name === undefined || digest === undefined)
    throw new InvalidOption('write it as shop.tar.gz=sha256: and 64 hexadecimal digits');
  return [...before, { name, digest }];
}

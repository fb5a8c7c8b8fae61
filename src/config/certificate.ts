import { z } from 'zod';
import type { Configuration } from '../domains/configuration.ts';
import type { CertificateSettings, TrustedKeyFile } from '../model/certificate.ts';

const longestDays = 366;

const uri = z
  .string()
  .max(400)
  .regex(
    /^[a-z][a-z0-9+.-]*:[^\s@?#][^\s]*$/,
    'must be a URI, such as https://example.com/release or urn:example:release',
  );

const schemas = {
  certificate: z
    .strictObject({
      key: z
        .string()
        .min(1)
        .optional()
        .describe(
          'PEM file of the private key that certificates are signed with: Ed25519, or ECDSA on P-256. Nothing can be issued when absent.',
        ),
      passphraseEnv: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of a variable of the environment')
        .optional()
        .describe('Name of the environment variable with the passphrase of the key; none when absent.'),
      validHours: z
        .number()
        .positive()
        .max(longestDays * 24)
        .default(168)
        .describe('Hours for which a certificate is valid, but no longer than the ages that the policy allows.'),
      verifier: uri.default('urn:shakedown').describe('Who verified, as a URI that is known to those who rely on it.'),
      resourceUri: uri.optional().describe('What is certified, as a URI; `pkg:generic/<name>@<version>` when absent.'),
      timeStamp: z
        .strictObject({
          url: z
            .string()
            .max(2000)
            .regex(/^https?:\/\/[^@?#\s]+$/, 'must be an address without user, password and query')
            .describe('Address of an RFC 3161 server. It gets a digest of the signature, and nothing else.'),
          caFile: z
            .string()
            .min(1)
            .describe('PEM file of the CA certificates that the server’s own certificate must come from.'),
        })
        .optional()
        .describe(
          'A time stamp on each signature, so that its time is not the signer’s clock alone; none when absent.',
        ),
      trustedKeys: z
        .array(
          z.strictObject({
            file: z.string().min(1).describe('PEM file: a public key, or an X.509 certificate.'),
            from: z.iso
              .datetime({ offset: true })
              .optional()
              .describe('Time from which the key counts; no bound when absent.'),
            until: z.iso
              .datetime({ offset: true })
              .optional()
              .describe('Time until which the key counts; no bound when absent.'),
          }),
        )
        .max(100)
        .default([])
        .describe('Keys whose certificates count. Keep them outside of any run.'),
    })
    .prefault({})
    .describe('What says that a release is ready, signed.'),
};

/** What certificates are signed with, and whose count. */
export const certificate: Configuration<typeof schemas> = {
  schemas,
  examples: [
    {
      certificate: {
        key: 'keys/certificate.key',
        passphraseEnv: 'RELEASE_KEY_PASSPHRASE',
        validHours: 72,
        verifier: 'https://shop.example/shakedown',
        resourceUri: 'pkg:oci/shop',
        timeStamp: { url: 'https://time.shop.example/tsr', caFile: 'keys/time.pem' },
        trustedKeys: [{ file: 'keys/certificate.pub', from: '2026-07-01T00:00:00Z', until: '2027-06-30T00:00:00Z' }],
      },
    },
  ],
  resolve: ({ certificate: written }, { at }) => ({ certificate: certificateSettings(written, at) }),
};

/** @param at makes a path absolute */
export function certificateSettings(
  { key, passphraseEnv, resourceUri, timeStamp, trustedKeys, ...rest }: z.output<typeof schemas.certificate>,
  at: (path: string) => string,
): CertificateSettings {
  return {
    ...rest,
    key: key === undefined ? null : at(key),
    passphraseEnv: passphraseEnv ?? null,
    resourceUri: resourceUri ?? null,
    timeStamp: timeStamp === undefined ? null : { ...timeStamp, caFile: at(timeStamp.caFile) },
    trustedKeys: trustedKeys.map(
      ({ file, from, until }): TrustedKeyFile => ({
        file: at(file),
        ...(from === undefined ? {} : { from }),
        ...(until === undefined ? {} : { until }),
      }),
    ),
  };
}

import { z } from 'zod';
import { hostSchema } from '../model/address-schemas.ts';
import { secret } from '../model/secret.ts';

const path = z.string().min(1);
const urlPath = z.string().startsWith('/');
const program = secret('arguments', z.array(z.string().min(1)).min(1));

const httpUrl = z.string().refine(isHttpUrl, 'must be an http:// or https:// URL without user, query or fragment');
const origin = z.string().refine(isOrigin, 'must be an origin, such as https://shop.example.com');

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9a-z-]+$/i, 'must be an HTTP header name');
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are refused here
const headerValue = z.string().regex(/^[^\u0000-\u0008\u000a-\u001f\u007f]*$/, 'must not hold control characters');

/** The system that traffic is sent to. @param sampleVersions of the bundled sample system */
export function targetSchema<const V extends readonly string[]>(sampleVersions: V) {
  return z
    .strictObject({
      sample: z
        .strictObject({
          defects: z
            .string()
            .default('')
            .describe(
              'Defects planted in the sample system, such as `slow=250,errors=0.02`; an empty text plants none.',
            ),
          version: z
            .enum(sampleVersions)
            .optional()
            .describe('Version of the sample system to start; that of `version`, or the newest, when absent.'),
        })
        .optional()
        .describe('Start the bundled sample system and use it as the target; baseUrl is the target when absent.'),
      baseUrl: httpUrl
        .optional()
        .describe('Where the release candidate answers; the sample system is the target when absent.'),
      allowHosts: z.array(hostSchema).default([]).describe('Hosts that may get traffic, besides that of baseUrl.'),
      hosts: z
        .record(origin, origin.nullable())
        .default({})
        .describe(
          'By recorded origin: where its requests are sent; null leaves them out. Requests of other origins go to baseUrl.',
        ),
      headers: secret('values', z.record(headerName, headerValue))
        .default({})
        .describe('Headers added to every request.'),
      dropHeaders: z.array(headerName).default([]).describe('Recorded headers that are not sent.'),
      tls: z
        .strictObject({
          caFile: path
            .optional()
            .describe('PEM file of the CA that signed the certificate of the target; those of Node when absent.'),
          certFile: path.optional().describe('PEM file of the client certificate; none when absent.'),
          keyFile: path.optional().describe('PEM file of the key of the client certificate; none when absent.'),
        })
        .prefault({})
        .describe('Certificates.'),
      http2: z.boolean().default(true).describe('Offer HTTP/2 where the target has TLS.'),
      tokenHook: z
        .strictObject({
          command: program.describe('Program and arguments; prints the token on its standard output.'),
          header: headerName.default('authorization').describe('Header that carries it.'),
          everyS: z.number().positive().default(300).describe('How often a new one is fetched.'),
        })
        .optional()
        .describe('A program that prints a token to send with every request; no token when absent.'),
      scale: z
        .strictObject({
          command: program.describe(
            'Program and arguments; {instances} stands for their number. It must end with 0 once they are up.',
          ),
          instances: z
            .int()
            .min(1)
            .max(10_000)
            .describe('The usual number of instances, which is restored afterwards.'),
        })
        .optional()
        .describe('How instances are added and removed, for --find-capacity --instances; not possible when absent.'),
      healthPath: urlPath
        .optional()
        .describe('Path that answers 2xx when the target is up; any answer to / will do when absent.'),
      artifactPath: urlPath
        .optional()
        .describe(
          'Path that returns the digests of what runs there: {"artifacts": [{"name": …, "digest": "sha256:…"}]}; not asked when absent.',
        ),
    })
    .refine((value) => (value.sample === undefined) !== (value.baseUrl === undefined), {
      error: 'needs either baseUrl (your system) or sample (the bundled one), not both',
    })
    .describe('The system that traffic is sent to.');
}

function isHttpUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return false;
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}

function isOrigin(text: string): boolean {
  return isHttpUrl(text) && new URL(text).origin === text.toLowerCase();
}

import type { ResolvedConfig } from '../../model/config.ts';
import { exitCodes, ShakedownError } from '../../model/error.ts';

/** What a health check failed with, in words, and what a user can do about it. */
interface Cause {
  what: string;
  hint: string;
}

const unknownCa: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * The error for a target that does not answer its health check.
 * @param url what was asked for
 * @param detail the system's code of what went wrong (`ECONNREFUSED`), or `status 503`
 */
export function targetDown(url: string, detail: string, config: ResolvedConfig): ShakedownError {
  const { what, hint } = causeOf(new URL(url), detail, config.target.healthPath);
  return new ShakedownError('TARGET_DOWN', `${url} is not up: ${what}.`, {
    hint: `${hint}${insideOnly(config)} Nothing was sent but this check.`,
    exitCode: exitCodes.targetUnreachable,
  });
}

function causeOf({ hostname, host, protocol }: URL, detail: string, healthPath: string | null): Cause {
  const isTls = protocol === 'https:';
  if (unknownCa.has(detail))
    return {
      what: `its certificate is signed by a CA that is not known here (${detail})`,
      hint: 'If it is your own CA, name its certificate in target.tls.caFile, a PEM file.',
    };
  if (detail === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return {
      what: `its certificate is for another host (${detail})`,
      hint: 'Write target.baseUrl with a host that the certificate names.',
    };
  if (detail === 'CERT_HAS_EXPIRED')
    return { what: `its certificate has expired (${detail})`, hint: 'Renew it on the target.' };
  // What OpenSSL says of a client that showed no certificate, or not the right one.
  if (/CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|UNKNOWN_CA/.test(detail))
    return {
      what: `it did not take the client's certificate (${detail})`,
      hint: 'Name one in target.tls.certFile, with its key in target.tls.keyFile.',
    };
  if (isTls && /EPROTO|WRONG_VERSION_NUMBER|PACKET_LENGTH/.test(detail))
    return {
      what: `it does not speak TLS there (${detail})`,
      hint: 'If it speaks plain HTTP, write http:// in target.baseUrl, or correct the port.',
    };
  if (/ENOTFOUND|EAI_AGAIN|EAI_NODATA/.test(detail))
    return {
      what: `no address was found for the name ${hostname} (${detail})`,
      hint: 'Correct the host in target.baseUrl, or see that this machine can resolve it.',
    };
  if (detail === 'ECONNREFUSED')
    return {
      what: `nothing listens at ${host} (${detail})`,
      hint: 'Start the target, or correct the port in target.baseUrl.',
    };
  if (/ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|no answer within/.test(detail))
    return {
      what: detail,
      hint: `See that ${host} can be reached from here: a firewall, a VPN, or a target that hangs.`,
    };
  if (!isTls && (/^HPE_/.test(detail) || /ECONNRESET|socket hang up/.test(detail)))
    return {
      what: `its answer is no HTTP (${detail})`,
      hint: 'If it speaks TLS, write https:// in target.baseUrl, or correct the port.',
    };
  return {
    what: detail,
    hint: `Start the target, or correct target.baseUrl or target.healthPath${healthPath === null ? '' : ` (${healthPath})`}.`,
  };
}

function insideOnly({ kubernetes, engine }: ResolvedConfig): string {
  const isCluster = engine.prefer === 'kubernetes' || engine.prefer === 'k6-operator';
  return isCluster && kubernetes?.checksFrom === 'harness'
    ? ' If it answers only inside the cluster, set kubernetes.checksFrom: pods.'
    : '';
}

import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { z } from 'zod';
import type { AskThrough } from '../../domains/companion.ts';
import type { TlsOptions } from '../../environment/tls.ts';
import { type Artifact, artifactSchema, namedTwice } from '../../model/artifact.ts';
import { ShakedownError } from '../../model/error.ts';
import { uniqueJson } from '../../signing/strict-json.ts';

const timeoutMs = 5000;
const bytesAtMost = 64 * 1024;

/** Members of later versions, and of the target's own, are passed over. */
const answerSchema = z.object({ artifacts: z.array(z.object(artifactSchema.shape)).min(1).max(200) });

export interface ArtifactProbe {
  url: string;
  headers: Record<string, string>;
  tls: TlsOptions;
  /** Asks from elsewhere; absent: from here. */
  ask?: AskThrough;
}

/**
 * Asks the running target what it is made of: JSON with `artifacts`, each a `name` and a `digest` such as `sha256:…`.
 * @throws ShakedownError TARGET_ARTIFACTS when it does not say: a probe that is asked for and shows nothing must not pass for one that was not
 */
export async function probeArtifacts({ url, headers, tls, ask }: ArtifactProbe): Promise<Artifact[]> {
  try {
    const { status, body } = await (ask === undefined
      ? answerOf(url, headers, tls)
      : ask({ url, headers, timeoutMs, bytesAtMost, tls: textsOf(tls) }));
    if (status !== 200) throw new Error(`status ${status}`);
    const answer = uniqueJson(body);
    if (answer === undefined) throw new Error('its answer is no JSON, or has a key twice');
    const { artifacts } = answerSchema.parse(answer);
    const twice = namedTwice(artifacts);
    if (twice !== undefined) throw new Error(`it names ${twice} twice, with two digests`);
    return artifacts.map((each) => ({ ...each, source: 'probed' }));
  } catch (cause) {
    if (cause instanceof ShakedownError) throw cause;
    throw new ShakedownError('TARGET_ARTIFACTS', `${url} does not say what the target is made of: ${reason(cause)}.`, {
      hint: 'It must answer {"artifacts": [{"name": "shop", "digest": "sha256:…"}]}. Correct target.artifactPath, or leave it out.',
      cause,
    });
  }
}

/** Redirects are not followed: they may lead to a host that is not allowed. */
function answerOf(
  url: string,
  headers: Record<string, string>,
  tls: TlsOptions,
): Promise<{ status: number; body: string }> {
  const make = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = make(url, { ...tls, headers, timeout: timeoutMs, agent: false }, async (response) => {
      try {
        let body = '';
        for await (const chunk of response.setEncoding('utf8')) {
          body += chunk;
          if (body.length > bytesAtMost) throw new Error(`its answer is longer than ${bytesAtMost / 1024} KB`);
        }
        resolve({ status: response.statusCode ?? 0, body });
      } catch (error) {
        request.destroy();
        reject(error);
      }
    });
    request.once('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    request.once('error', reject);
    request.end();
  });
}

function textsOf(tls: TlsOptions): { ca?: string; cert?: string; key?: string } {
  return Object.fromEntries(Object.entries(tls).map(([name, pem]) => [name, pem.toString()]));
}

function reason(cause: unknown): string {
  if (cause instanceof z.ZodError) {
    const [issue] = cause.issues;
    return `${issue?.path.join('.') || 'its answer'}: ${issue?.message ?? 'unreadable'}`;
  }
  const { code, message } = cause as NodeJS.ErrnoException;
  return code ?? message;
}

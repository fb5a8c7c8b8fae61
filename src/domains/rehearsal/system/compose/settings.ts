import { z } from 'zod';

/** How versions come up as containers. */
export const composeRules = z.strictObject({
  file: z
    .string()
    .min(1)
    .describe(
      'Compose file of what exists once for each version. It gets SHAKEDOWN_VERSION, SHAKEDOWN_SIDE and SHAKEDOWN_INSTANCES in its environment.',
    ),
  service: z.string().min(1).describe('The service that answers requests.'),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .describe("Port that its containers listen on; the file publishes it at any port: '127.0.0.1::8080'."),
  engine: z
    .enum(['docker', 'podman'])
    .optional()
    .describe('docker: docker compose; podman: podman-compose. The first that answers when absent.'),
  healthPath: z.string().startsWith('/').default('/').describe('Answers 200 when a container may be given traffic.'),
  requestIds: z
    .boolean()
    .default(false)
    .describe(
      'Its containers print a line such as {"requestId": "…"} for each request, with the value of X-Request-Id.',
    ),
});

export interface ResolvedCompose {
  /** Absolute. */
  file: string;
  service: string;
  port: number;
  /** null: the first that answers. */
  engine: 'docker' | 'podman' | null;
  healthPath: string;
  requestIds: boolean;
}

/** @param at makes a path of the configuration absolute */
export function composeOf(
  written: z.output<typeof composeRules> | undefined,
  at: (path: string) => string,
): ResolvedCompose | null {
  return written === undefined ? null : { ...written, file: at(written.file), engine: written.engine ?? null };
}

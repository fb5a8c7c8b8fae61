import { z } from 'zod';
import type { Configuration } from '../configuration.ts';
import type { SecretPlace } from '../outgoing.ts';
import { requestSchema } from './request/configuration.ts';

const text = z.string().min(1).max(500);

const step = z.strictObject({
  title: text.describe('What is done.'),
  owner: text.optional().describe('Who does it; plan.owner when absent.'),
  command: z.string().min(1).max(2000).optional().describe('What is typed for it, without secrets; none when absent.'),
  goWhen: text.optional().describe('Condition for the next step; nothing but its end when absent.'),
  minutes: z
    .number()
    .positive()
    .max(10_080)
    .optional()
    .describe('How long it takes, as the team states it; unknown when absent.'),
});

const localTime = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?$/,
    'must be a local time such as 2026-12-03T09:00, with an offset such as +01:00 where it happens twice',
  );

const schemas = {
  promotion: z
    .strictObject({
      commit: z
        .string()
        .regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, 'must be a full commit: 40 or 64 hexadecimal digits')
        .nullable()
        .default(null)
        .describe('The commit that the candidate was built from.'),
      plan: z
        .strictObject({
          owner: text.nullable().default(null).describe('Who leads the deployment.'),
          move: z
            .enum(['blue-green', 'canary'])
            .nullable()
            .default(null)
            .describe('How traffic is moved; the one that was rehearsed when absent, blue-green before canary.'),
          before: z.array(step).max(100).default([]).describe('Steps before anything is deployed.'),
          deploy: z.array(step).max(100).default([]).describe('Steps that deploy it and move the traffic.'),
          after: z.array(step).max(100).default([]).describe('Steps when it has the traffic.'),
          rollback: z.array(step).max(100).default([]).describe('Steps that undo the deployment.'),
          triggers: z
            .array(text)
            .max(50)
            .default([])
            .describe('What triggers a rollback, besides what the rehearsal tried.'),
        })
        .prefault({})
        .describe('What a rehearsal cannot know of the deployment: who does what, with which commands.'),
      schedule: z
        .strictObject({
          opens: localTime.describe('When the deployment may begin.'),
          closes: localTime.describe('When it must be over, a rollback included.'),
          timeZone: z
            .string()
            .min(1)
            .max(100)
            .default('UTC')
            .describe('Time zone of these times, such as Europe/Berlin.'),
          freezes: z
            .array(
              z.strictObject({
                name: text.describe('Such as `Christmas trade`.'),
                from: localTime.describe('First moment at which nothing may be deployed.'),
                to: localTime.describe('First moment at which it may be again.'),
                timeZone: z
                  .string()
                  .min(1)
                  .max(100)
                  .optional()
                  .describe('Time zone of these times; that of the window when absent.'),
              }),
            )
            .max(200)
            .default([])
            .describe('Times in which nothing is deployed.'),
        })
        .optional()
        .describe('The window of the deployment. Without one the approval stays inconclusive; none when absent.'),
      package: z
        .strictObject({
          evidence: z
            .boolean()
            .default(true)
            .describe(
              'Whether the evidence of the promotion run is in the package, so that its verdict can be derived again.',
            ),
          allowedAddresses: z
            .array(z.string().min(3).max(254))
            .max(200)
            .default([])
            .describe('E-mail addresses that may be in it; those of people who signed always may.'),
        })
        .prefault({})
        .describe('What is packed.'),
      request: requestSchema,
    })
    .prefault({})
    .describe('The way to production of a candidate that is ready.'),
};

type Written = { [K in keyof typeof schemas]: z.output<(typeof schemas)[K]> };
type WrittenPromotion = Written['promotion'];
export type PlanStep = z.output<typeof step>;
export type ScheduleSettings = NonNullable<WrittenPromotion['schedule']>;
type WrittenRequest = WrittenPromotion['request'];

type WithSecrets<T> = Omit<T, `${string}Env` | `${string}File`>;
export type GithubSettings = WithSecrets<NonNullable<WrittenRequest['github']>> & { token: SecretPlace };
export type GitlabSettings = WithSecrets<NonNullable<WrittenRequest['gitlab']>> & { token: SecretPlace };
export interface WebhookSettings {
  url: SecretPlace;
  secret: SecretPlace | null;
}

export interface PromotionSettings extends Omit<WrittenPromotion, 'schedule' | 'request'> {
  schedule: ScheduleSettings | null;
  request: { github: GithubSettings | null; gitlab: GitlabSettings | null; webhook: WebhookSettings | null };
}

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    promotion: PromotionSettings;
  }
}

export const configuration: Configuration<typeof schemas> = {
  schemas,
  examples: [
    {
      promotion: {
        commit: '5d1f0b6e9c2a4f7381d0c6b5a4e3f2d1c0b9a8f7',
        plan: {
          owner: 'Release manager on duty',
          move: 'blue-green',
          before: [
            {
              title: 'Take a backup of the database',
              owner: 'Ada',
              command: './backup shop',
              goWhen: 'it was restored elsewhere once',
              minutes: 5,
            },
          ],
          deploy: [
            {
              title: 'Bring green up',
              owner: 'Ada',
              command: 'helm upgrade --install shop-green ./chart --set image.tag=v2.1.0',
              goWhen: 'all instances are healthy',
              minutes: 10,
            },
            { title: 'Move the traffic', command: './switch green' },
          ],
          after: [
            {
              title: 'Watch errors and response times',
              owner: 'Grace',
              command: 'shakedown validate monitoring --config production.yaml',
              goWhen: 'none of the triggers was met for a quarter of an hour',
              minutes: 15,
            },
          ],
          rollback: [
            {
              title: 'Move the traffic back',
              owner: 'Ada',
              command: './switch blue',
              goWhen: 'no request goes to green any more',
              minutes: 2,
            },
          ],
          triggers: ['Orders fall below half of what is usual'],
        },
        schedule: {
          opens: '2026-12-03T09:00',
          closes: '2026-12-03T11:00',
          timeZone: 'Europe/Berlin',
          freezes: [
            { name: 'Christmas trade', from: '2026-12-18T00:00', to: '2026-12-27T00:00', timeZone: 'Europe/London' },
          ],
        },
        package: { evidence: true, allowedAddresses: ['releases@example.com'] },
        request: {
          github: {
            apiUrl: 'https://api.github.com',
            repository: 'acme/shop',
            pullRequest: 42,
            branch: 'main',
            tokenEnv: 'GITHUB_TOKEN',
            tokenFile: '/run/secrets/github',
            comment: true,
            status: 'shakedown/promotion',
            deployment: { environment: 'production', requiredContexts: ['ci/build'] },
          },
          gitlab: {
            apiUrl: 'https://gitlab.com/api/v4',
            project: 'acme/shop',
            mergeRequest: 42,
            tokenEnv: 'GITLAB_TOKEN',
            tokenFile: '/run/secrets/gitlab',
          },
          webhook: {
            urlEnv: 'REQUEST_URL',
            urlFile: '/run/secrets/promotion-webhook',
            secretEnv: 'REQUEST_KEY',
            secretFile: '/run/secrets/promotion-webhook-key',
          },
        },
      },
    },
  ],
  resolve: ({ promotion: { schedule, request, ...rest } }, { at }) => {
    const place = (env: string | undefined, file: string | undefined): SecretPlace => ({
      env: env ?? null,
      file: file === undefined ? null : at(file),
    });
    const forge = <T extends { tokenEnv?: string | undefined; tokenFile?: string | undefined }>({
      tokenEnv,
      tokenFile,
      ...more
    }: T) => ({
      ...more,
      token: place(tokenEnv, tokenFile),
    });
    const { github, gitlab, webhook } = request;
    return {
      promotion: {
        ...rest,
        schedule: schedule ?? null,
        request: {
          github: github === undefined ? null : forge(github),
          gitlab: gitlab === undefined ? null : forge(gitlab),
          webhook:
            webhook === undefined
              ? null
              : {
                  url: place(webhook.urlEnv, webhook.urlFile),
                  secret:
                    webhook.secretEnv === undefined && webhook.secretFile === undefined
                      ? null
                      : place(webhook.secretEnv, webhook.secretFile),
                },
        },
      },
    };
  },
};

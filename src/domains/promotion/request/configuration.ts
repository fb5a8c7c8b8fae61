import { z } from 'zod';
import { addressProblem } from '../../outgoing.ts';

const variable = z.string().regex(/^\w{1,200}$/, 'must be the name of an environment variable');
const file = z.string().min(1).max(1000);
const number = z.int().min(1);

const apiUrl = z
  .string()
  .max(500)
  .regex(/^[^@?#]*$/, 'may hold no user, no password and no query')
  .refine((text) => addressProblem(text) === null, 'must be an https:// address');

/** Where the promotion request goes beside a file. Secrets stand in the environment or in files, never here. */
export const requestSchema = z
  .strictObject({
    github: z
      .strictObject({
        apiUrl: apiUrl
          .default('https://api.github.com')
          .describe('API of a GitHub Enterprise Server: https://github.example.com/api/v3.'),
        repository: z
          .string()
          .regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/, 'must be owner/name')
          .describe('Such as acme/shop.'),
        pullRequest: number.optional().describe('Pull request whose head must be the commit; none when absent.'),
        branch: z
          .string()
          .regex(/^[\w][\w./-]{0,200}$/, 'must be the name of a branch')
          .optional()
          .describe('Branch whose head must be the commit, if there is no pull request; none when absent.'),
        tokenEnv: variable.optional().describe('Environment variable with the token; none when absent.'),
        tokenFile: file.optional().describe('File with the token, in place of a variable; none when absent.'),
        comment: z.boolean().default(true).describe('Whether the pull request gets a comment.'),
        status: z
          .string()
          .min(1)
          .max(255)
          .nullable()
          .default('shakedown/promotion')
          .describe('Name of the commit status; null: none.'),
        deployment: z
          .strictObject({
            environment: z.string().min(1).max(255).default('production').describe('Environment to deploy to.'),
            requiredContexts: z
              .array(z.string().min(1).max(255))
              .max(100)
              .describe('Statuses that GitHub itself must see as passed; an empty list: none.'),
          })
          .optional()
          .describe('The deployment that is asked for if the candidate is ready; none when absent.'),
      })
      .optional()
      .describe('Pull request, commit status and deployment of GitHub; none when absent.'),
    gitlab: z
      .strictObject({
        apiUrl: apiUrl
          .default('https://gitlab.com/api/v4')
          .describe('API of your own GitLab: https://gitlab.example.com/api/v4.'),
        project: z
          .string()
          .regex(/^[\w][\w./-]{0,250}$/, 'must be the path or the number of a project')
          .describe('Such as acme/shop, or its number.'),
        mergeRequest: number.describe('Merge request whose head must be the commit.'),
        tokenEnv: variable.optional().describe('Environment variable with the token; none when absent.'),
        tokenFile: file.optional().describe('File with the token, in place of a variable; none when absent.'),
      })
      .optional()
      .describe('Note on a merge request of GitLab; none when absent.'),
    webhook: z
      .strictObject({
        urlEnv: variable.optional().describe('Environment variable with the address; none when absent.'),
        urlFile: file.optional().describe('File with the address, in place of a variable; none when absent.'),
        secretEnv: variable.optional().describe('Environment variable with the key that signs it; none when absent.'),
        secretFile: file.optional().describe('File with that key, in place of a variable; none when absent.'),
      })
      .optional()
      .describe('Any receiver of the request as JSON; none when absent.'),
  })
  .prefault({})
  .describe('Where the promotion request goes beside its file.');

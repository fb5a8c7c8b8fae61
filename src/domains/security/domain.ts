import { type PartDomain, partDomain } from '../part-domain.ts';
import type {} from './section.ts';

const about: PartDomain = {
  ...{ id: 'security', gate: 'security', gates: [{ id: 'security', title: 'Security' }] },
  of: 'the security',
  cause: 'security',
  parts: [
    {
      ...{ id: 'posture', title: 'Security posture' },
      help: 'TLS, headers, cookies, other origins, redirects, error pages, exposed files: looked at from outside, changing nothing',
      withLoad: ({ security }) => security.beforeLoad,
      load: async () => (await import('./posture/part.ts')).posture,
    },
    {
      ...{ id: 'access', title: 'Access' },
      help: "sessions at login and logout, other users' data, wrong logins",
      load: async () => (await import('./posture/part.ts')).access,
    },
    {
      ...{ id: 'dependencies', title: 'Dependencies' },
      help: 'results of scanners of dependencies, each of which has to prove that it looked',
      load: async () => (await import('./scans/part.ts')).dependencies,
    },
    {
      ...{ id: 'code', title: 'Code and secrets' },
      help: 'results of scanners of code, each of which has to prove that it looked',
      load: async () => (await import('./scans/part.ts')).code,
    },
    {
      ...{ id: 'dynamic', title: 'Dynamic scans and penetration test' },
      help: 'results of ZAP and the like, and the report of a penetration test',
      load: async () => (await import('./scans/part.ts')).dynamic,
    },
  ],
  page: {
    title: 'Security',
    about: 'what weakens the target, with risk and remedy',
    foot: [
      'What is called "needs review" may be wrong: somebody has to look. A clean result of a scanner counts only where it has proved that it looked.',
      'The checks look from outside and change nothing but what the configuration names. They take the place of no penetration test.',
    ],
  },
};

/** Whether the target is secured as it should be: looked at from outside, and by results of scanners. */
export const security = partDomain(about, {
  configuration: async () => (await import('./configuration.ts')).configuration,
});

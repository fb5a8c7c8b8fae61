export interface PostureCheck {
  readonly id: string;
  readonly title: string;
  /** Requirements of OWASP ASVS 5.0.0 that it looks at, if not as a whole. */
  readonly asvs: readonly string[];
}

/** What the posture part looks at, in the order in which it does. */
export const postureChecks = [
  {
    id: 'tls',
    title: 'TLS: versions, ciphers, certificate',
    asvs: ['12.1.1', '12.1.2', '12.2.1', '12.2.2', '11.2.3', '11.6.1'],
  },
  {
    id: 'headers',
    title: 'Security headers and Content-Security-Policy',
    asvs: ['3.4.1', '3.4.3', '3.4.4', '3.4.5', '3.4.6', '3.4.8'],
  },
  { id: 'cookies', title: 'Session cookies', asvs: ['3.3.1', '3.3.2', '3.3.3', '3.3.4'] },
  { id: 'cors', title: 'Access from other origins', asvs: ['3.4.2'] },
  { id: 'methods', title: 'Methods of HTTP', asvs: ['13.4.4'] },
  { id: 'redirects', title: 'Redirects to other sites', asvs: ['3.7.2'] },
  { id: 'errors', title: 'Error pages', asvs: ['16.5.1'] },
  { id: 'banners', title: 'Versions in headers', asvs: ['13.4.6'] },
  {
    id: 'exposed',
    title: 'Files, pages for debugging and administration, metrics',
    asvs: ['13.4.1', '13.4.2', '13.4.3', '13.4.5', '13.4.7'],
  },
  { id: 'protected', title: 'What needs a login is refused without one', asvs: ['8.2.1'] },
] as const satisfies readonly PostureCheck[];

/** The same for what users can do: it logs in. */
export const accessChecks = [
  { id: 'session', title: 'Sessions at login and logout', asvs: ['7.2.4', '7.4.1'] },
  { id: 'objects', title: "One user does not get another's data", asvs: ['8.2.2'] },
  { id: 'rate-limit', title: 'Wrong logins are slowed down', asvs: ['6.3.1'] },
] as const satisfies readonly PostureCheck[];

export type PostureCheckId = (typeof postureChecks)[number]['id'] | (typeof accessChecks)[number]['id'];

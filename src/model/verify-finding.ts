/** One thing that was looked at. `broken`: it is not as it was left; `open`: that cannot be told. */
export interface VerifyFinding {
  state: 'holds' | 'open' | 'broken';
  subject: 'evidence' | 'results' | 'pages' | 'sign-offs' | 'witness' | 'certificate';
  text: string;
}

/** A control, and what shows that it is met. */
export interface Control {
  readonly id: string;
  readonly framework: string;
  /** What is asked for, in our own words. */
  readonly title: string;
  /** `gate:security`, `domain:data`, `part:final.candidate`, `document:change-request`; all of them are needed. */
  readonly evidence: readonly string[];
}

export const catalogNames = ['soc2-change', 'pci-dss', 'gdpr-test-data', 'hipaa'] as const;
export type CatalogName = (typeof catalogNames)[number];

const frameworks: Record<CatalogName, string> = {
  'soc2-change': 'SOC 2',
  'pci-dss': 'PCI DSS 4.0.1',
  'gdpr-test-data': 'GDPR',
  hipaa: 'HIPAA Security Rule',
};

/** Starts for what a release is asked about: the ids are of the frameworks, the words are ours. */
const starts: Record<CatalogName, readonly Omit<Control, 'framework'>[]> = {
  'soc2-change': [
    {
      id: 'CC8.1 a',
      title: 'The change is identified: its version, what it is made of, and what changed',
      evidence: ['part:final.candidate'],
    },
    {
      id: 'CC8.1 b',
      title: 'The change was tested before it goes to production',
      evidence: ['gate:functional', 'gate:performance', 'gate:uat'],
    },
    { id: 'CC8.1 c', title: 'How the change is deployed and taken back was tried out', evidence: ['gate:rehearsal'] },
    { id: 'CC7.1', title: 'New weaknesses that the change brings were looked for', evidence: ['gate:security'] },
    { id: 'CC7.2', title: 'The monitoring would tell of trouble after the change', evidence: ['gate:monitoring'] },
    { id: 'A1.2', title: 'Recovery and its data were tried out', evidence: ['gate:resilience', 'gate:integrity'] },
    { id: 'CC6.1', title: 'Data of production that is used for tests is protected', evidence: ['domain:data'] },
  ],
  'pci-dss': [
    { id: '6.2.4', title: 'Common attacks on software were looked for in the change', evidence: ['gate:security'] },
    {
      id: '6.3.1',
      title: 'Known weaknesses of what the software is made of were looked for and ranked',
      evidence: ['part:security.dependencies'],
    },
    {
      id: '6.5.1',
      title: 'The change is documented, approved, tested, and can be taken back',
      evidence: ['part:final.candidate', 'gate:functional', 'gate:rehearsal', 'document:change-request'],
    },
    { id: '6.5.5', title: 'No live card numbers are used before production', evidence: ['domain:data'] },
    {
      id: '6.5.6',
      title: 'Test data and test accounts are gone before the change goes to production',
      evidence: ['document:test-accounts'],
    },
    { id: '4.2.1', title: 'Data is encrypted strongly on its way', evidence: ['part:security.posture'] },
    { id: '10.7.2', title: 'A control that stops working is noticed', evidence: ['gate:monitoring'] },
  ],
  'gdpr-test-data': [
    { id: 'Art. 5(1)(c)', title: 'Tests use no more personal data than they need', evidence: ['domain:data'] },
    {
      id: 'Art. 25',
      title: 'What identifies a person is replaced before data leaves production',
      evidence: ['domain:data'],
    },
    {
      id: 'Art. 32(1)(b)',
      title: 'The system stays confidential, correct and available',
      evidence: ['gate:security', 'gate:integrity', 'gate:resilience'],
    },
    {
      id: 'Art. 32(1)(c)',
      title: 'Access to data can be restored in time after an incident',
      evidence: ['gate:rehearsal'],
    },
    {
      id: 'Art. 32(1)(d)',
      title: 'Whether the protection works is tested regularly',
      evidence: ['gate:security', 'gate:monitoring'],
    },
    { id: 'Art. 30', title: 'The processing of test data is recorded', evidence: ['document:record-of-processing'] },
  ],
  hipaa: [
    {
      id: '164.308(a)(1)(ii)(A)',
      title: 'Risks of the change were assessed',
      evidence: ['gate:security', 'document:risk-assessment'],
    },
    {
      id: '164.308(a)(7)(ii)(D)',
      title: 'Plans for emergencies were tried out',
      evidence: ['gate:rehearsal', 'gate:resilience'],
    },
    {
      id: '164.308(a)(8)',
      title: 'The change was evaluated technically before it is used',
      evidence: ['gate:functional', 'gate:performance', 'gate:security'],
    },
    {
      id: '164.312(b)',
      title: 'What happens in the system is recorded, and can be looked into',
      evidence: ['gate:monitoring'],
    },
    { id: '164.312(c)(1)', title: 'Health records are not altered or lost', evidence: ['gate:integrity'] },
    { id: '164.312(e)(1)', title: 'Data is protected on its way', evidence: ['part:security.posture'] },
    { id: '164.514(b)', title: 'Test data does not identify anyone', evidence: ['domain:data'] },
  ],
};

export function startOf(name: CatalogName): Control[] {
  return starts[name].map((each) => ({ ...each, framework: frameworks[name] }));
}

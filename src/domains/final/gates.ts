/** Gates that runs of other commands judge, and the section that such a run has. Faults come first: a run with faults judges the load as well. */
export const earlierGates = [
  { gate: 'resilience', title: 'Resilience', of: 'a simulation with faults', section: 'chaos' },
  { gate: 'integrity', title: 'Data integrity', of: 'a simulation with faults', section: 'chaos' },
  { gate: 'performance', title: 'Performance', of: 'a simulation', section: 'load' },
  { gate: 'stability', title: 'Stability', of: 'a simulation', section: 'load' },
  { gate: 'parity', title: 'Fidelity of the replay', of: 'a simulation', section: 'load' },
  { gate: 'scalability', title: 'Scalability', of: 'a search for capacity', section: 'capacity' },
  { gate: 'uat', title: 'User acceptance', of: 'the acceptance scenarios', section: 'uat' },
  { gate: 'monitoring', title: 'Monitoring', of: 'a validation of the monitoring', section: 'monitoring' },
  { gate: 'rehearsal', title: 'Deployment rehearsal', of: 'a rehearsal', section: 'rehearsal' },
] as const;

export type EarlierGate = (typeof earlierGates)[number]['gate'];

/** How old an earlier run may be, in hours, where neither policy nor configuration says anything of it. */
export const usualMaxAgeHours = 168;

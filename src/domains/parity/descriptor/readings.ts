/** Why an item that moves is not compared. */
export const reading = {
  moved: 'a moving reading: it was another one a second later',
  named: 'a moving reading by its name: a clock, a load, an amount in use, or an id of one process',
} as const;

/** Whether an item is left out for being one; a rule that names it has it compared. */
export const isReadingReason = (reason: string): boolean => reason === reading.moved || reason === reading.named;

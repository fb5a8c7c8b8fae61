/** For the configuration, which may name any of them. */
export { chaosObjectives, ledgerObjectives } from './objectives.ts';

import type { Operation } from './call.ts';

/** The states of one key as numbers, and how operations lead from one to the next. */
export interface States {
  initial: number;
  /** The state after `call`; −1 where it could not have been answered so in this state. */
  step(state: number, call: number): number;
  value(state: number): string | null;
  /** States that `call` can be answered in and leads to; −1: any, or none. */
  needs: Int32Array;
  gives: Int32Array;
}

/**
 * A register that can be read, written, appended to, and compared and set. Key-value stores and registers differ only in what an
 * unwritten key reads as.
 * @param initial value of a key that was never written
 */
export function registerStates(operations: readonly Operation[], initial: string | null): States {
  const values: (string | null)[] = [];
  const numbers = new Map<string | null, number>();
  const numberOf = (value: string | null): number => {
    let number = numbers.get(value);
    if (number === undefined) {
      number = values.push(value) - 1;
      numbers.set(value, number);
    }
    return number;
  };
  const first = numberOf(initial);
  const needs = new Int32Array(operations.length).fill(-1);
  const gives = new Int32Array(operations.length).fill(-1);
  for (const [index, operation] of operations.entries()) {
    if (operation.f === 'read') needs[index] = numberOf(operation.value);
    if (operation.f === 'write') gives[index] = numberOf(operation.value);
    if (operation.f !== 'cas') continue;
    needs[index] = numberOf(operation.from);
    gives[index] = operation.done ? numberOf(operation.to) : -1;
  }
  return {
    initial: first,
    needs,
    gives,
    value: (state) => values[state] ?? null,
    step(state, call) {
      const operation = operations[call] as Operation;
      switch (operation.f) {
        case 'read':
          return state === needs[call] ? state : -1;
        case 'write':
          return gives[call] as number;
        case 'append':
          return numberOf((values[state] ?? '') + operation.value);
        default:
          if (!operation.done) return state === needs[call] ? -1 : state;
          return state === needs[call] ? (gives[call] as number) : -1;
      }
    },
  };
}

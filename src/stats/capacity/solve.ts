/**
 * Solves a small symmetric system by Gaussian elimination with partial pivoting.
 * @returns null when it is singular
 */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] | null {
  const n = right.length;
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++) if (Math.abs(at(i, column)) > Math.abs(at(pivot, column))) pivot = i;
    const [from, to] = [rows[pivot], rows[column]];
    if (from === undefined || to === undefined || !(Math.abs(at(pivot, column)) > 1e-300)) return null;
    rows[column] = from;
    rows[pivot] = to;
    for (let i = 0; i < n; i++) {
      const row = rows[i];
      if (i === column || row === undefined) continue;
      const factor = at(i, column) / at(column, column);
      for (let j = column; j <= n; j++) row[j] = at(i, j) - factor * at(column, j);
    }
  }
  const solution = rows.map((_, i) => at(i, n) / at(i, i));
  return solution.every(Number.isFinite) ? solution : null;
}

/** Least squares by the normal equations: `columns[j][i]` is the j-th regressor at point i. */
export function leastSquares(columns: readonly (readonly number[])[], values: readonly number[]): number[] | null {
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
  return solve(
    columns.map((a) => columns.map((b) => dot(a, b))),
    columns.map((a) => dot(a, values)),
  );
}

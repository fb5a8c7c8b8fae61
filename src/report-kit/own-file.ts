/**
 * Whether a page may link to this path: a file in a folder of the run, and nothing that a browser would take for a scheme, another host or a place
 * outside, nor a shell for more than one word. Results may come from anywhere.
 */
export function isOwnFile(path: string): boolean {
  return /^[\p{L}\p{N}_-]+\/[\p{L}\p{N}_./-]+$/u.test(path) && !path.includes('..') && !path.includes('//');
}

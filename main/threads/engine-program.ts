/**
 * The built engine of a strategy, beside the other programs in `folder`. Each has one strategy and no other: what a
 * thread's code weighs, a run of a hundred replicas pays a hundred times.
 */
export function engineProgram(folder: URL, strategy: string): URL {
  return new URL(`engine-${strategy}.cjs`, folder)
}

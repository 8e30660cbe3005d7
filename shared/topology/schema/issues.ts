import type * as v from 'valibot'

/** How the shapes of `blocks.ts` run and report, in terms of valibot's datasets and issues. */

/** Problems of one value after which a list or object is not looked through any further. */
export const ISSUES_WALKED_MAX = 1_000

export type Dataset = v.OutputDataset<unknown, v.BaseIssue<unknown>>
type Run = (dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) => Dataset

/** Replaces how a schema runs; its description, which types and JSON Schema derive from, stays. */
export function withRun<S extends v.GenericSchema>(
  schema: S,
  run: (schema: S, ...args: Parameters<Run>) => Dataset,
): S {
  const own: { '~run': Run } = { '~run': (dataset, config) => run(schema, dataset, config) }
  return Object.assign(schema, own)
}

export function pathItem(input: unknown, key: string | number, value: unknown): v.IssuePathItem {
  return { type: 'unknown', origin: 'value', input, key, value }
}

export function addIssue(dataset: Dataset, input: unknown, message: string, at?: v.IssuePathItem): void {
  const issue: v.BaseIssue<unknown> = {
    kind: 'schema',
    type: 'topology',
    input,
    expected: null,
    received: '',
    message,
    ...(at === undefined ? {} : { path: [at] }),
  }
  const broken = dataset as { typed: boolean; issues?: v.BaseIssue<unknown>[] }
  broken.typed = false
  if (broken.issues === undefined) broken.issues = [issue]
  else broken.issues.push(issue)
}

/** Takes a member's outcome over into its parent's. */
export function adopt(parent: Dataset, child: Dataset, at: v.IssuePathItem): void {
  const broken = parent as { typed: boolean; issues?: v.BaseIssue<unknown>[] }
  if (!child.typed) broken.typed = false
  if (child.issues === undefined) return
  broken.issues ??= []
  for (const issue of child.issues) {
    const located = issue as { path?: v.IssuePathItem[] }
    if (located.path === undefined) located.path = [at]
    else located.path.unshift(at)
    broken.issues.push(issue)
  }
}

export function isExhausted(dataset: Dataset): boolean {
  return (dataset.issues?.length ?? 0) >= ISSUES_WALKED_MAX
}

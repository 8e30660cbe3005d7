import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/**
 * Closes a test run with one line that scripts can read: `Tests: N passed, N failed, N skipped`. A file that cannot be
 * loaded and an error outside every test count as one failure each, so that "0 failed" always means success.
 */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    process.stdout.write(`${tallyLine(modules, unhandledErrors)}\n`)
  }
}

/** The line for these results. Tests that a filter or a cancelled run left out count as skipped. */
export function tallyLine(
  modules: readonly Pick<TestModule, 'children' | 'errors'>[],
  unhandledErrors: readonly unknown[],
): string {
  let passed = 0
  let failed = unhandledErrors.length
  let skipped = 0
  for (const module of modules) {
    failed += module.errors().length
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed') passed++
      else if (state === 'failed') failed++
      else skipped++
    }
    for (const suite of module.children.allSuites()) failed += suite.errors().length
  }
  return `Tests: ${passed} passed, ${failed} failed, ${skipped} skipped`
}

import type { SweepPlan, SweepRequest } from '../../../shared/ipc/contract.ts'
import { err, type Result } from '../../../shared/base/result.ts'
import type { LeftOut } from '../../../shared/report/sweep/types.ts'
import { sweepSize, variedSettings, WINDOW_WORDS } from '../../../shared/report/sweep/vary.ts'
import { parseJsonText } from '../../../shared/topology/json-text.ts'
import { planSweep, type PlannedSweep } from '../sweep.ts'

/** The files that a window asks for; the error is a sentence. */
export function plannedSweep({
  text,
  vary: texts,
  seeds,
}: Pick<SweepRequest, 'text' | 'vary' | 'seeds'>): Result<PlannedSweep, string> {
  const vary = variedSettings(texts, WINDOW_WORDS)
  if (!vary.ok) return vary
  if (vary.value.length === 0) return err('A sweep varies something: add a setting.')
  // Before the combinations are made: they may be millions.
  const size = sweepSize(vary.value, seeds)
  if (!size.ok) return size
  const json = parseJsonText(text)
  if (!json.ok) return err(json.error[0].sentence)
  return planSweep(json.value, vary.value)
}

/** What a window is told before a sweep runs. */
export function sweepPlan(request: SweepRequest): SweepPlan {
  const planned = plannedSweep(request)
  if (!planned.ok) return { refused: planned.error }
  const { combinations, refused, vary } = planned.value
  return {
    name: combinations[0]?.topology.name ?? '',
    combinations: combinations.length,
    runs: combinations.length * request.seeds,
    vary: vary.map(({ path, values }) => ({ path, values })),
    leftOut: refused,
  }
}

/** Why a sweep cannot run of which every combination is left out. */
export function nothingLeft(leftOut: readonly LeftOut[]): string {
  const { path, sentence } = leftOut[0].problems[0]
  return `No combination can run. The first of them: ${path}: ${sentence}`
}

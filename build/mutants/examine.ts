import type { PlantedBug } from '../../shared/protocols/_broken/planted-bug.ts'
import { hunt, trial } from '../../shared/testing/hunt.ts'
import type { Catch } from '../../shared/testing/hunt.ts'
import { scheduleWords } from '../../shared/testing/schedule-words.ts'
import { shrink } from '../../shared/testing/shrink.ts'

/** Seeds from which the search begins, each time anew. */
export const STARTS = [1, 10_001, 20_001]
/** Runs spent on minimising one schedule: so many, and some more for each of its faults. */
const SHRINK_RUNS = 60
const SHRINK_RUNS_PER_FAULT = 3

export interface Examination {
  readonly id: string
  /** The invariant or judge that caught it first; null where nothing did. */
  readonly by: string | null
  readonly sentence: string
  /** All that caught it from any start. */
  readonly judges: readonly string[]
  /** Those among them that it should not have disturbed. */
  readonly mistakenJudges: readonly string[]
  /** By start. */
  readonly seedsNeeded: readonly number[]
  readonly medianSeeds: number
  /** The minimised run, in one line. */
  readonly schedule: string
  readonly wallMs: number
}

/** Hunts for a bug from several seeds and minimises what was found first. */
export function examine(bug: PlantedBug, seedsMax: number): Examination {
  const startedMs = performance.now()
  const catches: Catch[] = []
  const seedsNeeded: number[] = []
  for (const start of STARTS) {
    const found = hunt(bug, start, seedsMax)
    seedsNeeded.push(found === null ? seedsMax : found.seed - start + 1)
    if (found !== null) catches.push(found)
  }
  const isCaught = catches.length === STARTS.length
  const judges = [...new Set(catches.flatMap(({ complaints }) => complaints.map(({ by }) => by)))]
  const first = catches[0]?.complaints[0]
  const medianSeeds = [...seedsNeeded].sort((a, b) => a - b)[STARTS.length >> 1]
  return {
    id: bug.id,
    by: isCaught ? first.by : null,
    sentence: first?.sentence ?? '',
    judges,
    mistakenJudges: judges.filter((name) => !bug.caughtBy.includes(name)),
    seedsNeeded,
    medianSeeds,
    schedule: catches.length === 0 ? '' : minimised(bug, catches[0]),
    wallMs: Math.round(performance.now() - startedMs),
  }
}

function minimised(bug: PlantedBug, { file, complaints }: Catch): string {
  const { by } = complaints[0]
  const least = shrink(
    file,
    (candidate) =>
      trial(bug.protocol, candidate, bug.habitat.judges).complaints.some((complaint) => complaint.by === by),
    SHRINK_RUNS + SHRINK_RUNS_PER_FAULT * file.faults.length,
  )
  return scheduleWords(least)
}

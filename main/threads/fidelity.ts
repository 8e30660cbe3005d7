import { availableParallelism } from 'node:os'
import { msOfNs } from '../../shared/base/time.ts'
import type { Plan } from '../../shared/plan/types.ts'
import type { LiveFigures } from '../../shared/report/types.ts'
import { latenessOf } from './lateness.ts'
import type { Counts } from './lateness.ts'

/** Lateness that no engineer would notice in a network: the finest that the platform's waits allow. */
const TOLERANCE_MS_MIN = 0.3
/** Or this share of the median latency of the links. */
const TOLERANCE_SHARE = 0.1

export function fidelityOf(
  plan: Plan,
  lateness: readonly { messages: Counts; timers: Counts }[],
  run: { threads: number; startMs: number },
): LiveFigures {
  const { timeScale } = plan.topology.run
  const messages = latenessOf(lateness.map((each) => each.messages))
  const toleranceMs = Math.max(TOLERANCE_MS_MIN, TOLERANCE_SHARE * medianLinkMs(plan) * timeScale)
  const p99 = messages.p99 ?? 0
  const faithful = p99 <= toleranceMs
  const words = `99 % of messages were at most ${round(p99)} ms late; up to ${round(toleranceMs)} ms counts as faithful`
  return {
    latenessMs: messages,
    timerErrorMs: latenessOf(lateness.map((each) => each.timers)),
    faithful,
    reason: `${words}.`,
    timeScale,
    timeScaleNeeded: faithful ? null : Math.ceil((timeScale * p99) / toleranceMs),
    threads: run.threads,
    cores: availableParallelism(),
    startMs: run.startMs,
  }
}

/** Median over the pairs of a place and a replica of their links' median one-way latency. */
function medianLinkMs(plan: Plan): number {
  const all: number[] = []
  const replicas = plan.places.slice(0, Math.min(plan.replicaCount, 50))
  for (const from of plan.places.slice(0, 100)) {
    for (const to of replicas)
      if (from.id !== to.id) all.push(msOfNs(plan.links.roundTripNs(from.id, to.id)) / 2)
  }
  all.sort((a, b) => a - b)
  return all[Math.floor(all.length / 2)] ?? 0
}

function round(ms: number): string {
  return Number(ms.toPrecision(3)).toString()
}

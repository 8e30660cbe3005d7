import { Lab, type ThreadEntries } from '../../main/host/lab.ts'
import type { Run, RunResult } from '../../main/host/run.ts'
import { buildPlan } from '../../shared/plan/build.ts'
import type { Plan } from '../../shared/plan/types.ts'
import type { AnyProtocol } from '../../shared/protocols/contract.ts'
import { judge } from '../../shared/testing/soak.ts'
import { Leftovers, type MemorySample } from './leftovers.ts'
import { liveSoakPlan, plannedMs, type HandAct, type LiveSoakPlan } from './live-plan.ts'

/** One that goes on for so much longer is stopped, so that the soak goes on. */
const HOPELESS_MS = 20_000
/** The half second in which a live run watches its replicas is too short to hold their convergence against it. */
const NEEDS_MORE_TIME = /^replicas still differ/

export interface LiveSoakOptions {
  protocols: readonly AnyProtocol[]
  runs: number
  seedFrom: number
  threads: ThreadEntries
  /** A run may end so much later than planned: threads take a while to stop, and the record to be analysed. */
  graceMs: number
  /** Told after each run. */
  onRun?: (seed: number, violations: readonly string[]) => void
}

export interface LiveSoakResult {
  runs: number
  /** Seeds for which the strategy refused every random file. */
  refused: number
  operations: number
  messages: number
  /** Runs whose messages could not all be accounted for, because a thread did not live to say. */
  unaccounted: number
  threads: number
  realDisks: number
  faithful: number
  /** Faults that struck, by kind; those by hand too. */
  faults: Record<string, number>
  /** By how much the latest run ended later than planned; below 0 where all ended before. */
  latestEndMs: number
  memory: { before: MemorySample; after: MemorySample } | null
  growth: 'bounded' | 'growing' | 'too few runs to tell'
  violations: { seed: number; violation: string; reproduce: string }[]
}

/** Live runs in a row, each drawn from a seed, with faults; and what they leave behind. */
export async function liveSoak(options: LiveSoakOptions): Promise<LiveSoakResult> {
  const { protocols, runs, seedFrom, threads, graceMs, onRun } = options
  const result: LiveSoakResult = {
    runs: 0,
    refused: 0,
    operations: 0,
    messages: 0,
    unaccounted: 0,
    threads: 0,
    realDisks: 0,
    faithful: 0,
    faults: {},
    latestEndMs: -Infinity,
    memory: null,
    growth: 'too few runs to tell',
    violations: [],
  }
  const leftovers = new Leftovers()
  const lab = new Lab(threads)
  const reproduce = (from: number, count: number, protocol: string) =>
    `npm run soak -- --live --protocol ${protocol} --seed-from ${from} --runs ${count}`
  try {
    for (let seed = seedFrom; seed < seedFrom + runs; seed++) {
      const protocol = protocols[seed % protocols.length]
      const { id } = protocol.manifest
      const plan = liveSoakPlan(protocol, seed)
      if (plan === null) {
        result.refused++
        continue
      }
      const violations = [...(await oneRun(lab, plan, graceMs, result)), ...leftovers.look()]
      result.runs++
      onRun?.(seed, violations)
      for (const violation of violations) {
        result.violations.push({ seed, violation, reproduce: reproduce(seed, 1, id) })
      }
    }
    await lab.dispose()
    const growth = leftovers.growth()
    for (const violation of growth ?? []) {
      const all = protocols.length === 1 ? protocols[0].manifest.id : 'all'
      result.violations.push({ seed: seedFrom, violation, reproduce: reproduce(seedFrom, runs, all) })
    }
    if (growth !== null) result.growth = growth.length === 0 ? 'bounded' : 'growing'
    result.threads = leftovers.threads
    const [before, after] = [leftovers.memory.at(0), leftovers.memory.at(-1)]
    if (before !== undefined && after !== undefined) result.memory = { before, after }
    return result
  } finally {
    await lab.dispose()
    leftovers.dispose()
  }
}

/** Violations of one run; adds what it did to the totals. */
async function oneRun(
  lab: Lab,
  soakPlan: LiveSoakPlan,
  graceMs: number,
  totals: LiveSoakResult,
): Promise<string[]> {
  const { topology, realDisk, acts } = soakPlan
  const openedMs = performance.now()
  const opened = lab.open(topology, { kind: 'live', command: 'soak', keepsHistory: true, realDisk })
  if (!opened.ok) return [opened.error]
  const run = opened.value
  const plan = buildPlan(topology)
  const budgetMs = plannedMs(plan, acts)
  const hands = new Hands(run, acts, budgetMs + HOPELESS_MS)
  let result: RunResult
  try {
    result = await run.result
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  } finally {
    hands.away()
    await lab.close(run.id)
  }
  const tookMs = performance.now() - openedMs
  const violations = judged(result, plan)
  const { live, operations } = result.report
  if (live === null) return [...violations, 'the report says nothing of a live run']
  const lateMs = tookMs - live.startMs - budgetMs
  if (lateMs > graceMs) violations.push(`it ended ${Math.round(lateMs)} ms later than planned`)
  if (live.messages === null) totals.unaccounted++
  else {
    const { sent, lost } = live.messages
    totals.messages += sent
    if (lost !== 0) violations.push(`${lost} of ${sent} messages are unaccounted for`)
  }
  totals.latestEndMs = Math.max(totals.latestEndMs, lateMs)
  totals.operations += operations.invoked
  if (live.faithful) totals.faithful++
  if (realDisk) totals.realDisks++
  for (const { kind } of result.report.faults) totals.faults[kind] = (totals.faults[kind] ?? 0) + 1
  return violations
}

function judged({ history }: RunResult, plan: Plan): string[] {
  if (history === null) return ['the run kept no history']
  return judge(history, plan).filter((sentence) => !NEEDS_MORE_TIME.test(sentence))
}

/** Does to a run what a person might, at the planned instants after it began. */
class Hands {
  readonly #timers: NodeJS.Timeout[] = []

  constructor(run: Run, acts: readonly HandAct[], hopelessMs: number) {
    const after = (ms: number, act: () => void) => void this.#timers.push(setTimeout(act, ms))
    const end = run.onProgress(({ state }) => {
      if (state !== 'running') return
      end()
      after(hopelessMs, () => run.stop())
      for (const act of acts) {
        after(act.atMs, () => {
          if (act.kind === 'stop') run.stop()
          else if (act.kind === 'pause') {
            run.live?.pause()
            after(act.forMs, () => run.live?.resume())
          } else {
            const index = run.live?.inject(act.spec)
            if (index !== undefined) after(act.forMs, () => run.live?.lift(index))
          }
        })
      }
    })
  }

  away(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }
}

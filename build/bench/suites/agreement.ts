import { presets } from '../../../main/host/presets.ts'
import { metricsOf } from '../../../shared/metrics/index.ts'
import type { Metrics } from '../../../shared/metrics/types.ts'
import { buildPlan } from '../../../shared/plan/build.ts'
import { protocolOf, strategies } from '../../../shared/protocols/registry.ts'
import { simulate } from '../../../shared/simulator/index.ts'
import { parseTopology } from '../../../shared/topology/parse.ts'
import type { LatenessSummary } from '../../../shared/report/types.ts'
import type { MixWorkload, Topology } from '../../../shared/topology/types.ts'
import type { BenchContext, Report, Suite } from '../figure.ts'
import { liveRun, loadNote } from '../live-run.ts'

/** Real time that is measured of a live run, and of one that is slowed down. */
const LIVE_MS = 7_000
const SLOWED_MS = 12_000
/** Before that, threads run for so long: V8 compiles what runs often, on cores that others wait for. */
const COMPILE_MS = 10_000
/** All clients of a preset together: what two cores serve with most of their time to spare. */
const RATE_PER_S = 250
/** How much slower at least, where real time was not kept well enough; and at most, or the bench would take too long. */
const TIME_SCALE = { min: 8, max: 10 }
/** How many presets have to agree. */
const PRESETS_MIN = 6
/** Seeds of the simulation beside the plan's own: how far they are from it is what chance does. */
const OTHER_SEEDS = 4

const QUANTILES = ['p50', 'p90', 'p99'] as const

function topologies(): Topology[] {
  return [...presets.values()].map(({ id, text }) => {
    const parsed = parseTopology(text, strategies)
    if (!parsed.ok) throw new Error(`preset ${id} is not valid`)
    return { ...parsed.value, name: id }
  })
}

/**
 * A preset cut to seconds after a long warm-up, its faults squeezed along, and its clients slowed down to a rate that a small machine serves
 * in real time. A probe, which goes as fast as it can, gives way to reads and updates of a few keys.
 */
function cut(topology: Topology, runMs: number, timeScale: number): Topology {
  const { workload, run, faults, clients } = topology
  const measuredMs = runMs / timeScale
  const warmupMs = COMPILE_MS / timeScale
  const factor = measuredMs / run.durationMs
  const rates = clients.map(({ loop }) => ('open' in loop ? loop.open.ratePerS : 1))
  const total = rates.reduce((sum, rate) => sum + rate, 0)
  return {
    ...topology,
    workload: workload.kind === 'probe' ? { ...PROBED_INSTEAD, valueBytes: workload.valueBytes } : workload,
    clients: clients.map((client, index) => ({
      ...client,
      loop: { open: { ratePerS: (RATE_PER_S * rates[index]) / total } },
    })),
    faults: faults.map((fault) => ({
      ...fault,
      atMs: warmupMs + fault.atMs * factor,
      forMs: fault.forMs === null ? null : fault.forMs * factor,
    })),
    run: { ...run, durationMs: warmupMs + measuredMs, warmupMs, timeScale },
  }
}

/** Half reads, half updates of so few keys that some reads come soon after a write. */
const PROBED_INSTEAD: Omit<MixWorkload, 'valueBytes'> = {
  kind: 'mix',
  mix: { read: 0.5, update: 0.5, insert: 0, scan: 0, readModifyWrite: 0, compareAndSet: 0, delete: 0 },
  mixName: 'custom',
  keys: 5,
  distribution: { kind: 'uniform' },
  scanLengthMax: 1,
}

export const agreementSuite: Suite = {
  name: 'agreement',
  summary:
    'live and simulated runs of one plan, for every preset: the farthest of seven figures from its simulated value, ' +
    'in tolerances (10 % or 0.3 ms; stale reads: 1 point)',
  async run(quick, report, context) {
    const shorter = quick ? 0.3 : 1
    const all = topologies()
    const tally = { inRealTime: 0, slowed: 0, busy: 0 }
    for (const topology of all) {
      const first = await compared(cut(topology, LIVE_MS * shorter, 1), report, context)
      if (first.faithful && first.agrees) {
        tally.inRealTime++
        continue
      }
      // A network faster than threads can be woken, or a machine too slow or too busy: slowed down, it may do.
      const timeScale = Math.min(TIME_SCALE.max, Math.max(TIME_SCALE.min, first.timeScaleNeeded ?? 0))
      const second = await compared(cut(topology, SLOWED_MS * shorter, timeScale), report, context)
      if (!second.faithful) tally.busy++
      else if (second.agrees) tally.slowed++
    }
    report({
      name: 'presets that agree, in a run that was faithful',
      value: tally.inRealTime + tally.slowed,
      unit: `of ${all.length}`,
      goal: { value: PRESETS_MIN },
      note:
        `${tally.inRealTime} in real time, ${tally.slowed} slowed down; ` +
        `no run was faithful of ${tally.busy}; ${loadNote()}`,
    })
  },
}

interface Comparison {
  faithful: boolean
  agrees: boolean
  timeScaleNeeded: number | null
}

async function compared(topology: Topology, report: Report, context: BenchContext): Promise<Comparison> {
  const { history, live } = await liveRun(topology, context)
  const { seed, timeScale } = topology.run
  const others = Array.from({ length: OTHER_SEEDS }, (_, index) => simulated(topology, seed + 1 + index))
  const rows = rowsOf(metricsOf(history), simulated(topology, seed), others)
  const judged = rows.filter(({ isChance }) => !isChance)
  const farthest = Math.max(0, ...judged.map(({ tolerances }) => tolerances))
  const within = judged.filter(({ tolerances }) => tolerances <= 1).length
  const chance = rows.length - judged.length
  const { latenessMs, faithful, timeScaleNeeded } = live
  report({
    name: `${topology.name}${timeScale === 1 ? '' : `, slowed ${timeScale}×`}`,
    value: farthest,
    unit: 'of 1',
    goal: { value: 1, atMost: true },
    note:
      `${within} of ${judged.length} within${chance === 0 ? '' : `, ${chance} left to chance`}; ` +
      `${tripleOf(rows, 'read')}; ${tripleOf(rows, 'write')}; ${staleText(rows)}; ${loadText(topology)}; ` +
      `${faithful ? 'faithful' : 'not faithful'}, messages ${latenessText(latenessMs)} ms late; ${loadNote()}`,
    details: { rows, live, load: loadText(topology), timeScale },
  })
  return { faithful, agrees: within === judged.length, timeScaleNeeded }
}

function simulated(topology: Topology, seed: number): Metrics {
  return metricsOf(simulate(buildPlan(topology, { seed }), protocolOf(topology.replication.strategy)))
}

/** One figure of a run. */
interface Row {
  name: string
  live: number
  simulated: number
  /** Distance between live and simulated, in tolerances. */
  tolerances: number
  /** How far other seeds of the simulation are from this one, on average, in tolerances. */
  chance: number
  /** Simulations of other seeds differ by more than the tolerance: a run so short cannot tell anything of it. */
  isChance: boolean
}

function rowsOf(live: Metrics, same: Metrics, others: readonly Metrics[]): Row[] {
  const rows: Row[] = []
  const add = (
    name: string,
    of: (metrics: Metrics) => number | null,
    tolerance: (value: number) => number,
  ) => {
    const [measured, expected] = [of(live), of(same)]
    if (measured === null && expected === null) return
    const from = (metrics: Metrics) => {
      const value = of(metrics)
      return value === null || expected === null ? Infinity : Math.abs(value - expected) / tolerance(expected)
    }
    const chance = others.map(from).reduce((sum, each) => sum + each, 0) / others.length
    rows.push({
      name,
      live: measured ?? NaN,
      simulated: expected ?? NaN,
      tolerances: from(live),
      chance,
      isChance: chance > 1,
    })
  }
  for (const kind of ['read', 'write'] as const) {
    for (const quantile of QUANTILES) {
      add(
        `${kind} ${quantile}`,
        ({ latencyMs }) => latencyMs[kind][quantile],
        (ms) => Math.max(0.3, ms / 10),
      )
    }
  }
  add(
    'stale',
    ({ staleness: { staleFraction } }) => staleFraction && staleFraction * 100,
    () => 1,
  )
  return rows
}

function latenessText({ p50, p99 }: LatenessSummary): string {
  return [p50, p99].map((ms) => (ms ?? NaN).toPrecision(2)).join('/')
}

/** `read 0.97/1.3/3.6 live, 0.89/1.1/1.3 simulated`. */
function tripleOf(rows: readonly Row[], kind: string): string {
  const of = rows.filter(({ name }) => name.startsWith(kind))
  const three = (pick: (row: Row) => number) => of.map((row) => pick(row).toPrecision(3)).join('/')
  return `${kind} ${three((row) => row.live)} live, ${three((row) => row.simulated)} simulated`
}

function staleText(rows: readonly Row[]): string {
  const row = rows.find(({ name }) => name === 'stale')
  return row === undefined
    ? 'no reads judged'
    : `stale ${row.live.toFixed(2)} %, ${row.simulated.toFixed(2)} %`
}

function loadText({ clients, run, faults }: Topology): string {
  const ratePerS = clients.reduce((sum, { loop }) => sum + ('open' in loop ? loop.open.ratePerS : 0), 0)
  const faulty = faults.length === 0 ? '' : `, ${faults.map(({ kind }) => kind).join(', ')}`
  return `${Math.round(ratePerS)} ops/s for ${((run.durationMs - run.warmupMs) / 1000).toFixed(1)} s${faulty}`
}

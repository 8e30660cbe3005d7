import { presets } from '../../../main/host/presets.ts'
import { metricsOf } from '../../../shared/metrics/index.ts'
import type { Metrics } from '../../../shared/metrics/types.ts'
import type { LiveFigures } from '../../../shared/report/types.ts'
import { buildPlan } from '../../../shared/plan/build.ts'
import { protocolOf, strategies } from '../../../shared/protocols/registry.ts'
import { simulate } from '../../../shared/simulator/index.ts'
import { parseTopology } from '../../../shared/topology/parse.ts'
import type { Topology } from '../../../shared/topology/types.ts'
import type { Report, Suite } from '../figure.ts'
import { liveRun, loadNote } from '../live-run.ts'

const DURATION_MS = 10_000
/** Probes: beyond this offset hardly a read is stale, and each sample waits for its offset. */
const OFFSET_MS_MAX = 20
const PROBE_SAMPLES = 1_500
/** Slower than this takes too long. */
const TIME_SCALE_MAX = 6

const QUANTILES = ['p50', 'p90', 'p99'] as const

/** The presets that ship, cut to ten seconds, each with a variant that nothing befalls. */
function topologies(quick: boolean): Topology[] {
  const shorter = quick ? 0.2 : 1
  return [...presets.values()].flatMap(({ id, text }) => {
    const parsed = parseTopology(text, strategies)
    if (!parsed.ok) throw new Error(`preset ${id} is not valid`)
    const topology = { ...parsed.value, name: id }
    const { workload, run, faults } = topology
    if (workload.kind === 'probe') {
      const offsetsMs = workload.offsetsMs.filter((ms) => ms <= OFFSET_MS_MAX)
      return [{ ...topology, workload: { ...workload, offsetsMs, samples: PROBE_SAMPLES * shorter } }]
    }
    const durationMs = DURATION_MS * shorter
    const cut = { ...topology, run: { ...run, durationMs, warmupMs: durationMs / 20 } }
    const calm = { ...cut, name: `${id}, calm`, faults: [] }
    return faults.length === 0 || quick ? [calm] : [cut, calm]
  })
}

export const agreementSuite: Suite = {
  name: 'agreement',
  summary: 'live and simulated runs of the same plans: the presets, with and without their faults',
  async run(quick, report, context) {
    const inRealTime: Tally = { within: 0, rows: 0 }
    const faithful: Tally = { within: 0, rows: 0 }
    for (const topology of topologies(quick)) {
      const [first, second] = [0, 1].map((more) => simulated(topology, topology.run.seed + more))
      const compared = async (name: string, timeScale: number, tallies: Tally[]): Promise<LiveFigures> => {
        const slowed = { ...topology, run: { ...topology.run, timeScale } }
        const { history, live } = await liveRun(slowed, context)
        const late = `messages ${live.latenessMs.p99?.toPrecision(2)} ms late (p99), ${loadNote()}`
        const all = live.faithful ? [...tallies, faithful] : tallies
        compare(name, metricsOf(history), { first, second }, late, all, report)
        return live
      }
      const { timeScaleNeeded } = await compared(topology.name, 1, [inRealTime])
      if (timeScaleNeeded === null || quick) continue
      // This machine is too slow or too busy for the plan as it stands; slowed down, it may not be.
      const timeScale = Math.min(TIME_SCALE_MAX, 2 * timeScaleNeeded)
      await compared(`${topology.name}, slowed ${timeScale}×`, timeScale, [])
    }
    const summary = (name: string, { within, rows }: Tally) =>
      report({
        name: `${name}, within the tolerance`,
        value: within,
        unit: `of ${rows}`,
        goal: { value: rows },
      })
    summary('rows of runs in real time', inRealTime)
    summary('rows of runs that called themselves faithful', faithful)
  },
}

interface Tally {
  within: number
  rows: number
}

function simulated(topology: Topology, seed: number): Metrics {
  const plan = buildPlan(topology, { seed })
  return metricsOf(simulate(plan, protocolOf(topology.replication.strategy)))
}

/** `second` is another seed of the simulation: how far two runs are apart that differ by nothing but chance. */
function compare(
  name: string,
  live: Metrics,
  { first, second }: { first: Metrics; second: Metrics },
  late: string,
  tallies: readonly Tally[],
  report: Report,
): void {
  const row = (
    what: string,
    unit: string,
    [measured, expected, other]: (number | null)[],
    tolerance: (expected: number) => number,
  ) => {
    if (measured === null && expected === null) return
    const [value, reference] = [measured ?? NaN, expected ?? NaN]
    const apart = Math.abs(value - reference)
    const atMost = tolerance(reference)
    for (const tally of tallies) {
      tally.rows++
      if (apart <= atMost) tally.within++
    }
    const chance = Math.abs((other ?? NaN) - reference)
    report({
      name: `${name}, ${what}`,
      value: apart,
      unit,
      reference: { name: 'simulated', value: reference, measured: 'in this run' },
      goal: { value: atMost, atMost: true },
      note:
        `live ${value.toPrecision(4)}, simulated ${reference.toPrecision(4)}` +
        `${reference === 0 ? '' : `, ${percent(value / reference - 1)}`}` +
        `; two seeds apart ${chance.toPrecision(2)}; ${late}`,
    })
  }
  for (const kind of ['read', 'write'] as const) {
    for (const quantile of QUANTILES) {
      const of = (metrics: Metrics) => metrics.latencyMs[kind][quantile]
      row(`${kind} ${quantile}`, 'ms', [of(live), of(first), of(second)], (ms) => Math.max(0.3, ms / 10))
    }
  }
  const stale = ({ staleness }: Metrics) =>
    staleness.staleFraction === null ? null : staleness.staleFraction * 100
  row('stale reads', 'points', [stale(live), stale(first), stale(second)], () => 1)
}

function percent(share: number): string {
  return `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(1)} %`
}

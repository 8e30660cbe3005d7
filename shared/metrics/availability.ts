import { msOfNs } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import { ERROR_CODES, STATUS } from '../history/types.ts'
import type { FaultEvent, History } from '../history/types.ts'
import { outagesOf } from './outages.ts'
import { fractionOf } from './summary.ts'
import type { AvailabilityMetrics, AvailabilityWindow } from './types.ts'

export const AVAILABILITY_DEFINITION =
  'Operations that succeeded, of all that should have begun in the time concerned: ok / (ok + failed + unknown). ' +
  'Calm: outside every fault.'

/** The time from which to which one fault lasted, and who stood where. */
interface FaultSpan {
  index: number
  label: string
  fromNs: Ns
  toNs: Ns
  sides: readonly (readonly string[])[]
}

/** Share of the measured operations that succeeded: overall, outside all faults, in each, and on each side of it. */
export function availabilityOf(history: History): AvailabilityMetrics {
  const { ops, warmupNs } = history
  const spans = faultSpans(history)
  const timeline = new Timeline(spans)
  const sideOf = spans.map((span) => sidesBySession(history, span))
  const sideTotals = spans.map(({ sides }) => new Float64Array(sides.length))
  const sideOks = spans.map(({ sides }) => new Float64Array(sides.length))
  const errorCounts = new Float64Array(ERROR_CODES.length)
  for (let row = 0; row < ops.count; row++) {
    if (ops.invokedNs[row] < warmupNs) continue
    const ok = ops.status[row] === STATUS.ok ? 1 : 0
    errorCounts[ops.error[row]]++
    const stretch = timeline.stretchAt(ops.intendedNs[row])
    timeline.totals[stretch]++
    timeline.oks[stretch] += ok
    for (const span of timeline.active[stretch]) {
      const side = sideOf[span]?.[ops.session[row]] ?? NO_SIDE
      if (side === NO_SIDE) continue
      sideTotals[span][side]++
      sideOks[span][side] += ok
    }
  }
  const windows: AvailabilityWindow[] = spans.map((span, at) => ({
    fault: span.index,
    label: span.label,
    fromMs: msOfNs(span.fromNs),
    toMs: msOfNs(span.toNs),
    ...timeline.sum((active) => active.includes(at)),
    sides: span.sides.map((names, side) => ({
      label: names.join(', '),
      availability: fractionOf(sideOks[at][side], sideTotals[at][side]),
      operations: sideTotals[at][side],
    })),
  }))
  const calm = timeline.sum((active) => active.length === 0)
  if (spans.length > 0) {
    const [fromMs, toMs] = [msOfNs(warmupNs), msOfNs(Math.max(warmupNs, history.issuedUntilNs))]
    windows.unshift({ fault: null, label: 'no fault', fromMs, toMs, ...calm, sides: [] })
  }
  return {
    overall: timeline.sum(() => true).overall,
    calm: calm.overall,
    windows,
    outages: outagesOf(history),
    errors: Object.fromEntries(
      ERROR_CODES.flatMap((code, at) =>
        code !== null && errorCounts[at] > 0 ? [[code, errorCounts[at]]] : [],
      ),
    ),
    definition: AVAILABILITY_DEFINITION,
  }
}

/** Time cut at every beginning and end of a fault; within a stretch the same faults are active throughout. */
class Timeline {
  readonly #cuts: Float64Array
  /** Per stretch: indices of the spans that cover it. */
  readonly active: readonly (readonly number[])[]
  readonly totals: Float64Array
  readonly oks: Float64Array
  #last = 0

  constructor(spans: readonly FaultSpan[]) {
    const instants = new Set([-Infinity, ...spans.flatMap(({ fromNs, toNs }) => [fromNs, toNs])])
    this.#cuts = Float64Array.from(instants).sort()
    this.active = Array.from(this.#cuts, (cut) =>
      spans.flatMap(({ fromNs, toNs }, at) => (fromNs <= cut && cut < toNs ? [at] : [])),
    )
    this.totals = new Float64Array(this.#cuts.length)
    this.oks = new Float64Array(this.#cuts.length)
  }

  /** Asked in nearly ascending order, so the stretch of the last answer is tried first. */
  stretchAt(ns: Ns): number {
    const cuts = this.#cuts
    if (cuts[this.#last] <= ns && !(cuts[this.#last + 1] <= ns)) return this.#last
    let low = 0
    let high = cuts.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (cuts[middle] <= ns) low = middle
      else high = middle
    }
    this.#last = low
    return low
  }

  sum(include: (active: readonly number[]) => boolean): { overall: number | null; operations: number } {
    let ok = 0
    let operations = 0
    this.active.forEach((active, stretch) => {
      if (!include(active)) return
      ok += this.oks[stretch]
      operations += this.totals[stretch]
    })
    return { overall: fractionOf(ok, operations), operations }
  }
}

/**
 * Faults that last, in the order of their beginning. A crash ends when the last replica it struck is restarted; what
 * was never lifted lasts to the end of the record.
 */
function faultSpans(history: History): FaultSpan[] {
  const spans: FaultSpan[] = []
  const open = new Map<number, { span: FaultSpan; down: Set<string> }>()
  for (const event of history.faults) {
    if (event.phase === 'start') {
      const toNs = Math.max(event.timeNs, history.endedNs)
      const span = {
        index: event.index,
        label: labelOf(event),
        fromNs: event.timeNs,
        toNs,
        sides: event.sides,
      }
      const crashes = event.spec.kind === 'crash' || event.spec.kind === 'power-loss'
      spans.push(span)
      open.set(event.index, { span, down: new Set(crashes ? event.replicas : []) })
    } else if (event.phase === 'end') {
      const lifted = open.get(event.index)
      if (lifted !== undefined) lifted.span.toNs = event.timeNs
      open.delete(event.index)
    } else if (event.spec.kind === 'restart') {
      for (const [index, { span, down }] of open) {
        const restarted = event.replicas.filter((name) => down.delete(name))
        if (restarted.length === 0 || down.size > 0) continue
        span.toNs = event.timeNs
        open.delete(index)
      }
    }
  }
  return spans.sort((a, b) => a.fromNs - b.fromNs || a.index - b.index)
}

function labelOf({ spec, replicas, sides }: FaultEvent): string {
  if (sides.length > 0) return `${spec.kind} ${sides.map((names) => names.join(' ')).join(' | ')}`
  return replicas.length > 0 ? `${spec.kind} of ${replicas.join(', ')}` : spec.kind
}

const NO_SIDE = 255

/** Session slot → index of the side on which its client stands, or null where the fault has no sides. */
function sidesBySession({ places, sessions }: History, { sides }: FaultSpan): Uint8Array | null {
  if (sides.length === 0) return null
  const sideOfName = new Map(sides.flatMap((names, side) => names.map((name) => [name, side] as const)))
  return Uint8Array.from(sessions, (place) => sideOfName.get(places[place].name) ?? NO_SIDE)
}

import type { OperationTrace, PackedOperations } from '../../../../shared/ipc/contract.ts'
import type { FaultWindow } from '../../../../shared/report/types.ts'
import type { Range } from '../../../model/range.ts'

/** Where everything in a space-time diagram goes: plain geometry in px, before any drawing. */

export interface Lane {
  readonly label: string
  readonly kind: 'session' | 'replica'
  readonly top: number
}

/** What an operation is drawn as; `stale` and `error` win over its kind. */
export type Tone = 'read' | 'write' | 'stale' | 'error' | 'unknown'

export interface Bar {
  /** Index in the packed columns. */
  readonly at: number
  readonly lane: number
  readonly x: number
  readonly width: number
  readonly top: number
  readonly tone: Tone
  readonly label: string
  /** It has no end in the record. */
  readonly isOpen: boolean
}

export interface Arrow {
  readonly fromX: number
  readonly fromY: number
  readonly toX: number
  readonly toY: number
  readonly isLost: boolean
  readonly label: string
}

export interface Diagram {
  readonly width: number
  readonly height: number
  readonly lanes: readonly Lane[]
  readonly bars: readonly Bar[]
  readonly arrows: readonly Arrow[]
  readonly faults: readonly { readonly x: number; readonly width: number }[]
  /** Names of faults, those that begin together in one, each with the room until the next one begins. */
  readonly faultNames: readonly { readonly x: number; readonly width: number; readonly label: string }[]
  readonly ticks: readonly { readonly x: number; readonly label: string }[]
  /** Sessions that have operations here and no lane. */
  readonly sessionsLeftOut: number
}

export const LANE_PX = 18
export const AXIS_PX = 22
export const LABEL_PX = 132
const BAR_PX = 12
const LANES_MAX = 48
const WIDTH_MIN = 2

export interface DiagramInput {
  readonly ops: PackedOperations
  /** The part of the run that is looked at, ms. */
  readonly window: Range
  readonly width: number
  readonly faults: readonly FaultWindow[]
  /** The operation that is followed, and its messages. */
  readonly trace: OperationTrace | null
}

export function diagramOf({ ops, window, width, faults, trace }: DiagramInput): Diagram {
  const span = Math.max(1e-6, window.to - window.from)
  const plot = Math.max(1, width - LABEL_PX)
  const x = (ms: number): number => LABEL_PX + ((ms - window.from) / span) * plot
  const sessions = sessionsOf(ops)
  const shown = sessions.slice(0, LANES_MAX)
  const places = trace === null ? [] : placesOf(trace)
  const lanes: Lane[] = [
    ...shown.map(({ label }, i): Lane => ({ label, kind: 'session', top: AXIS_PX + i * LANE_PX })),
    ...places.map((label, i): Lane => ({
      label,
      kind: 'replica',
      top: AXIS_PX + (shown.length + i) * LANE_PX + 8,
    })),
  ]
  const laneOf = new Map(shown.map(({ session }, i) => [session, i]))
  const bars: Bar[] = []
  for (let at = 0; at < ops.row.length; at++) {
    const lane = laneOf.get(ops.session[at])
    if (lane === undefined) continue
    const endMs = ops.endedMs[at]
    const from = Math.max(LABEL_PX, x(ops.invokedMs[at]))
    const to = Math.min(width, endMs === null ? width : x(endMs))
    if (to < LABEL_PX || from > width) continue
    bars.push({
      at,
      lane,
      x: from,
      width: Math.max(WIDTH_MIN, to - from),
      top: lanes[lane].top + (LANE_PX - BAR_PX) / 2,
      tone: toneOf(ops, at),
      label: labelOf(ops, at),
      isOpen: endMs === null,
    })
  }
  const inSight = faults
    .filter(({ fromMs, toMs }) => toMs >= window.from && fromMs <= window.to)
    .map(({ fromMs, toMs, label }) => {
      const left = Math.max(LABEL_PX, x(fromMs))
      return { x: left, width: Math.max(1, Math.min(width, x(toMs)) - left), label }
    })
  return {
    width,
    // Names of faults stand below the lanes.
    height: AXIS_PX + lanes.length * LANE_PX + (places.length > 0 ? 8 : 0) + (inSight.length > 0 ? 16 : 8),
    lanes,
    bars,
    arrows: trace === null ? [] : arrowsOf(trace, ops, lanes, laneOf, x),
    faults: inSight.map(({ x: left, width: across }) => ({ x: left, width: across })),
    faultNames: namesOf(inSight),
    ticks: ticksOf(window, x),
    sessionsLeftOut: sessions.length - shown.length,
  }
}

function namesOf(faults: Diagram['faultNames']): Diagram['faultNames'] {
  const starts = [...new Set(faults.map(({ x }) => x))].sort((a, b) => a - b)
  return starts.map((x, i) => {
    const together = faults.filter((fault) => fault.x === x)
    const room = i + 1 < starts.length ? starts[i + 1] - x : Infinity
    return {
      x,
      width: Math.min(room, Math.max(...together.map(({ width }) => width))),
      label: together.map(({ label }) => label).join(', '),
    }
  })
}

/** The bar under a point, the topmost where several lie there. */
export function barAt(diagram: Diagram, px: number, py: number): Bar | null {
  const reach = 2
  return (
    diagram.bars.findLast(
      ({ x, width, top }) =>
        px >= x - reach && px <= x + width + reach && py >= top - reach && py <= top + BAR_PX + reach,
    ) ?? null
  )
}

export const BAR_HEIGHT_PX = BAR_PX

function sessionsOf(ops: PackedOperations): { session: number; label: string }[] {
  const clients = new Map<number, string>()
  ops.session.forEach((session, at) => clients.set(session, ops.client[at]))
  return [...clients]
    .sort(([a, clientA], [b, clientB]) => (clientA === clientB ? a - b : clientA < clientB ? -1 : 1))
    .map(([session, client]) => ({ session, label: `${client} #${session}` }))
}

function placesOf(trace: OperationTrace): string[] {
  return [...new Set(trace.messages.flatMap(({ from, to }) => [from, to]))].sort()
}

export function toneOf(ops: PackedOperations, at: number): Tone {
  const status = ops.status[at]
  if (status === 'fail') return 'error'
  if (status !== 'ok') return 'unknown'
  if (ops.stale[at]) return 'stale'
  return ops.f[at] === 'read' || ops.f[at] === 'scan' ? 'read' : 'write'
}

/** "w k7=12", "r k7→9": what fits into a bar. */
export function labelOf(ops: PackedOperations, at: number): string {
  if (ops.label !== null) return ops.label[at]
  const f = ops.f[at]
  const key = ops.key[at]
  if (f === 'read' || f === 'scan') {
    const result = ops.result[at]
    return `r ${key}→${result ?? (ops.status[at] === 'ok' ? '∅' : '?')}`
  }
  return f === 'delete' ? `d ${key}` : `w ${key}=${ops.value[at] ?? '?'}`
}

function arrowsOf(
  trace: OperationTrace,
  ops: PackedOperations,
  lanes: readonly Lane[],
  laneOf: ReadonlyMap<number, number>,
  x: (ms: number) => number,
): Arrow[] {
  const at = ops.row.indexOf(trace.operation)
  const own = at < 0 ? undefined : laneOf.get(ops.session[at])
  const client = at < 0 ? null : ops.client[at]
  const middle = (place: string): number | null => {
    const lane =
      place === client && own !== undefined
        ? lanes[own]
        : lanes.find(({ kind, label }) => kind === 'replica' && label === place)
    return lane === undefined ? null : lane.top + LANE_PX / 2
  }
  return trace.messages.flatMap(({ from, to, label, sentMs, arrivedMs }) => {
    const fromY = middle(from)
    const toY = middle(to)
    if (fromY === null || toY === null) return []
    const fromX = x(sentMs)
    // A lost message is drawn half its way, and as long as a short one takes.
    const toX = arrivedMs === null ? fromX + 12 : x(arrivedMs)
    return [
      {
        fromX,
        fromY,
        toX,
        toY: arrivedMs === null ? (fromY + toY) / 2 : toY,
        isLost: arrivedMs === null,
        label,
      },
    ]
  })
}

/** Five to ten round instants. */
function ticksOf(
  { from: fromMs, to: toMs }: Range,
  x: (ms: number) => number,
): { x: number; label: string }[] {
  const span = toMs - fromMs
  const raw = span / 8
  const decade = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 5, 10].map((factor) => factor * decade).find((each) => each >= raw) ?? 10 * decade
  const digits = Math.max(0, -Math.floor(Math.log10(step)))
  const ticks: { x: number; label: string }[] = []
  for (let i = Math.ceil(fromMs / step); i * step <= toMs; i++) {
    const ms = i * step
    ticks.push({
      x: x(ms),
      label: span >= 10_000 ? `${+(ms / 1000).toFixed(3)} s` : `${ms.toFixed(digits)} ms`,
    })
  }
  return ticks
}

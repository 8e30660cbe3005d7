import type {
  MembershipStatistics,
  ReplicaStatistics,
  RunStatistics,
} from '../../../shared/report/statistics.ts'
import { formatCount } from '../../../shared/report/numbers.ts'
import type { CanvasDecorations, ReplicaDecoration } from '../../canvas/types.ts'
import type { TopologyFile } from '../../model/file.ts'

/** A fault as far as a picture needs it: from the file, or begun by hand. */
export type ShownFault = Readonly<Record<string, unknown>> & { readonly kind: string }

/** Faults in force as they are to be drawn: planned ones by their place in the file, the others as they were begun. */
export function faultsInForce(
  file: TopologyFile,
  statistics: RunStatistics | null,
  byHand: readonly { index: number; fault: ShownFault }[],
): ShownFault[] {
  const planned = (statistics?.faults ?? [])
    .filter(({ by }) => by === 'plan')
    .flatMap(({ index }) => file.faults?.[index] ?? [])
  return [...planned, ...byHand.map(({ fault }) => fault)]
}

/** What is laid over the canvas while a run goes on. Where a strategy knows one role only, to name it would say nothing. */
export function runDecorations(
  file: TopologyFile,
  statistics: RunStatistics | null,
  faults: readonly ShownFault[],
  hasRoles = true,
): CanvasDecorations {
  const replicas = new Map<string, ReplicaDecoration>()
  for (const replica of statistics?.replicas ?? [])
    replicas.set(replica.id, decorationOf(replica, faults, hasRoles))
  const everybody = [...file.replicas, ...file.clients].map(({ id }) => id)
  return {
    replicas,
    cuts: faults.flatMap((fault) =>
      fault.kind === 'cut' && isText(fault.from) && isText(fault.to)
        ? [{ from: fault.from, to: fault.to, oneWay: fault.oneWay === true }]
        : [],
    ),
    impaired: faults.flatMap((fault) => {
      const words = impairment(fault)
      return words !== null && isText(fault.from) && isText(fault.to)
        ? [{ from: fault.from, to: fault.to, label: words }]
        : []
    }),
    sides: faults.flatMap((fault) => sidesOf(fault, everybody)),
  }
}

function decorationOf(
  replica: ReplicaStatistics,
  faults: readonly ShownFault[],
  hasRoles: boolean,
): ReplicaDecoration {
  const notes = faults.flatMap((fault) => {
    if (fault.replica !== replica.id) return []
    if (fault.kind === 'slow-disk') return ['slow disk']
    if (fault.kind !== 'clock') return []
    const offsetMs = typeof fault.offsetMs === 'number' ? fault.offsetMs : 0
    return [offsetMs === 0 ? 'clock drifts' : `clock ${offsetMs > 0 ? '+' : '−'}${Math.abs(offsetMs)} ms`]
  })
  const { membership } = replica
  const isMember = membership === undefined || membership.state === 'present'
  if (membership?.state === 'absent') return { state: 'up', membership: 'absent', note: 'not there' }
  return {
    ...(replica.role === '' || !hasRoles ? {} : { role: replica.role }),
    state: !replica.up ? 'down' : replica.isPaused ? 'paused' : 'up',
    ...(replica.lag !== null && replica.lag > 0 ? { lag: `lag ${formatCount(replica.lag)}` } : {}),
    load: Math.min(1, Math.max(0, replica.busy)),
    ...(notes.length === 0 ? {} : { note: notes.join(', ') }),
    ...(isMember ? {} : movingOf(membership)),
  }
}

/** How far one has come that joins or leaves. */
function movingOf({ state, shards, shardsToMove }: MembershipStatistics): ReplicaDecoration {
  const membership = state === 'joining' ? 'joining' : 'leaving'
  return {
    membership,
    role: membership,
    moved: shards === 0 ? 1 : 1 - shardsToMove / shards,
    note: shards === 1 ? 'all of the data' : `${shardsToMove} of ${shards} shards left`,
  }
}

function impairment(fault: ShownFault): string | null {
  if (fault.kind === 'slow') return `+${String(fault.plusMs)} ms`
  if (fault.kind === 'loss' && typeof fault.lossPpm === 'number') return `${fault.lossPpm / 10_000} % lost`
  return null
}

/**
 * What is cut off from the rest, a boundary round each: every side of a partition but its largest, which the boundaries
 * of the others set apart already. One group alone means "these against all others", and so does an isolated replica.
 */
function sidesOf(fault: ShownFault, everybody: readonly string[]): string[][] {
  if (fault.kind === 'isolate' && isText(fault.replica)) return [[fault.replica]]
  if (fault.kind !== 'partition' || !Array.isArray(fault.groups)) return []
  const groups = fault.groups.map((group: unknown) => (Array.isArray(group) ? group.filter(isText) : []))
  if (groups.length === 1) groups.push(everybody.filter((id) => !groups[0].includes(id)))
  const largest = groups.reduce((a, b) => (b.length > a.length ? b : a), [])
  return groups.filter((group) => group !== largest)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

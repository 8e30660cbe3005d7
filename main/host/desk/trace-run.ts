import { msOfNs, type Ns } from '../../../shared/base/time.ts'
import type { History } from '../../../shared/history/types.ts'
import type { OperationTrace } from '../../../shared/ipc/contract.ts'
import { buildPlan } from '../../../shared/plan/build.ts'
import { registry } from '../../../shared/protocols/registry.ts'
import { RUNTIME_KINDS } from '../../../shared/runtime/world.ts'
import { OperationTracer, Simulation } from '../../../shared/simulator/index.ts'
import { reportOf } from './export-run.ts'

/** What tells an operation from all others of its run, and from another one in its place. */
export interface TracedRow {
  row: number
  process: number
  /** How many operations of the session came before it, plus one. */
  sequence: number
  f: number
  key: number
  invokedNs: Ns
  /** The end of the record, for an operation that never ended. */
  untilNs: Ns
}

const EVENTS_PER_SLICE = 2_000

/** Finds a row in its history, or says why its messages cannot be had. */
export function tracedRowOf({ ops, runtime, endedNs }: History, row: number): TracedRow | { reason: string } {
  if (row >= ops.count) return { reason: 'There is no such operation in this run.' }
  if (runtime === 'live') {
    return { reason: 'Only a simulated run can be run again to follow an operation; this one was live.' }
  }
  let sequence = 0
  for (let at = 0; at <= row; at++) if (ops.session[at] === ops.session[row]) sequence++
  const untilNs = Number.isNaN(ops.endedNs[row]) ? endedNs : ops.endedNs[row]
  return {
    row,
    process: ops.process[row],
    sequence,
    f: ops.f[row],
    key: ops.key[row],
    invokedNs: ops.invokedNs[row],
    untilNs,
  }
}

/** Runs the plan of a stored run again, up to the end of one operation, and answers the messages on its behalf. */
export async function traceRun(folder: string, wanted: TracedRow): Promise<OperationTrace> {
  const { topology } = await reportOf(folder)
  const nothing = (reason: string): OperationTrace => ({ operation: wanted.row, messages: [], reason })
  const protocol = registry.get(topology.replication.strategy)
  if (protocol === undefined) {
    return nothing(`This version of the lab has no strategy "${topology.replication.strategy}" to run again.`)
  }
  const plan = buildPlan(topology)
  const tracer = new OperationTracer(wanted)
  const simulation = new Simulation(plan, protocol, { tracer })
  while (simulation.agenda.nowNs <= wanted.untilNs && !simulation.advance(EVENTS_PER_SLICE));
  const { ops } = simulation.finish()
  const { row } = wanted
  const isSame =
    row < ops.count &&
    ops.process[row] === wanted.process &&
    ops.f[row] === wanted.f &&
    ops.key[row] === wanted.key &&
    ops.invokedNs[row] === wanted.invokedNs
  if (!isSame) {
    return nothing('This run came out differently when run again: another version of the lab made it.')
  }
  const labels = new Map(
    [...RUNTIME_KINDS, ...protocol.manifest.kinds].map(({ kind, label }) => [kind, label]),
  )
  const messages = tracer.messages
    .filter(({ sentNs }) => sentNs <= wanted.untilNs)
    .map(({ from, to, kind, sentNs, arrivedNs }) => ({
      from: plan.places[from].name,
      to: plan.places[to].name,
      kind,
      label: labels.get(kind) ?? kind,
      sentMs: msOfNs(sentNs),
      arrivedMs: arrivedNs === null ? null : msOfNs(arrivedNs),
    }))
  return { operation: row, messages, reason: null }
}

import { Rng } from '../../shared/base/rng.ts'
import type { Plan } from '../../shared/plan/types.ts'
import type { AnyProtocol } from '../../shared/protocols/contract.ts'
import { randomTopology } from '../../shared/testing/random-topology.ts'
import { checkTopology } from '../../shared/topology/parse.ts'
import type { ClientSpec, FaultSpec, Topology } from '../../shared/topology/types.ts'

/** Random files drawn for one seed until the strategy's own checks let one pass. */
const ATTEMPTS_MAX = 30
/** Real time is what such a soak is short of. */
const DURATION_MS = { min: 250, max: 900 }
const TIMEOUT_MS_MAX = 250
const RETRIES_MAX = 1
const PROBE_SAMPLES_MAX = 4
/** A person clicks faults at a run here and there, pauses it, stops it. */
const PERCENT = { realDisk: 25, fault: 30, pause: 20, stop: 10 }

/** What is done to a run from outside, in real ms after its clock began to run. */
export type HandAct =
  | { kind: 'fault'; atMs: number; forMs: number; spec: FaultSpec }
  | { kind: 'pause'; atMs: number; forMs: number }
  | { kind: 'stop'; atMs: number }

export interface LiveSoakPlan {
  topology: Topology
  realDisk: boolean
  acts: HandAct[]
}

/** A short live run drawn from a seed, or null where the strategy refuses every random file. */
export function liveSoakPlan(protocol: AnyProtocol, seed: number): LiveSoakPlan | null {
  const { manifest } = protocol
  const strategies = new Map([[manifest.id, manifest]])
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const checked = checkTopology(randomTopology(manifest, seed, attempt), strategies)
    // Ranges split in simulated runs only.
    if (!checked.ok || checked.value.partitioning.split !== undefined) continue
    const rng = Rng.stream(seed, `live-soak/${manifest.id}`)
    const topology = shortened(checked.value, rng.between(DURATION_MS.min, DURATION_MS.max))
    return { topology, realDisk: rng.below(100) < PERCENT.realDisk, acts: actsOn(topology, rng) }
  }
  return null
}

/** The same topology with its run and its faults squeezed into less time, and with less patient clients. */
function shortened(topology: Topology, durationMs: number): Topology {
  const { run, faults, clients, workload } = topology
  const factor = durationMs / run.durationMs
  const shorter = (ms: number) => Math.max(1, Math.floor(ms * factor))
  return {
    ...topology,
    run: { ...run, durationMs, warmupMs: 0 },
    faults: faults.map((fault) => ({
      ...fault,
      atMs: shorter(fault.atMs),
      forMs: fault.forMs === null ? null : shorter(fault.forMs),
    })),
    clients: clients.map((client) => ({
      ...client,
      timeoutMs: Math.min(client.timeoutMs, TIMEOUT_MS_MAX),
      retry: { ...client.retry, max: Math.min(client.retry.max, RETRIES_MAX) },
    })),
    workload:
      workload.kind === 'probe'
        ? { ...workload, samples: Math.min(workload.samples, PROBE_SAMPLES_MAX) }
        : workload,
  }
}

function actsOn({ replicas, run: { durationMs } }: Topology, rng: Rng): HandAct[] {
  const acts: HandAct[] = []
  const when = () => ({ atMs: rng.below(durationMs), forMs: rng.between(20, 150) })
  if (rng.below(100) < PERCENT.fault) {
    const replica = replicas[rng.below(replicas.length)].id
    const kind = rng.below(2) === 0 ? 'crash' : 'isolate'
    acts.push({ kind: 'fault', ...when(), spec: { kind, replica, atMs: 0, forMs: null } })
  }
  if (rng.below(100) < PERCENT.pause) acts.push({ kind: 'pause', ...when() })
  if (rng.below(100) < PERCENT.stop) acts.push({ kind: 'stop', atMs: rng.below(durationMs) })
  return acts
}

/** Between "all threads are ready" and the first event; and how long a run that has ended watches its replicas at most. */
const LEAD_MS = 30
const SETTLE_MS = 500

/**
 * The time that a live run may take, in real ms from the moment its threads are ready: until no operation begins any
 * more, plus the longest that the last one may take until its client gives it up, plus half a second in which the
 * replicas are watched as they become equal; plus what it stood still for.
 */
export function plannedMs({ topology, workload }: Plan, acts: readonly HandAct[]): number {
  const { run, clients } = topology
  const patience = Math.max(...clients.map(patienceMs))
  let issuingMs = run.durationMs
  if (workload.kind === 'probe') {
    const lanes = clients.reduce((sum, { sessions }) => sum + sessions, 0)
    const rounds = Math.ceil((workload.samples * workload.offsetsMs.length) / lanes)
    issuingMs = rounds * (2 * patience + Math.max(...workload.offsetsMs))
  }
  const pausedMs = acts.reduce((sum, act) => sum + (act.kind === 'pause' ? act.forMs : 0), 0)
  return LEAD_MS + (issuingMs + patience) * run.timeScale + SETTLE_MS + pausedMs
}

/** The longest that an operation takes, the write after the read of a read-modify-write not counted. */
function patienceMs({ timeoutMs, retry }: ClientSpec): number {
  return (1 + retry.max) * timeoutMs + retry.max * retry.backoffMsMax
}

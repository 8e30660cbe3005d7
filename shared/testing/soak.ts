import { ERROR_CODES, OP_NAMES, STATUS } from '../history/types.ts'
import type { History } from '../history/types.ts'
import { metricsOf } from '../metrics/index.ts'
import { buildPlan } from '../plan/build.ts'
import type { Plan } from '../plan/types.ts'
import { ERRORS, PRELOADED } from '../protocols/contract.ts'
import type { AnyProtocol } from '../protocols/contract.ts'
import { Simulation } from '../simulator/simulation.ts'
import { checkTopology } from '../topology/parse.ts'
import type { Problem, Topology } from '../topology/types.ts'
import { accessOf } from '../protocols/leaderless/access.ts'
import type { Params as LeaderlessParams } from '../protocols/leaderless/config.ts'
import { claimProblems, leaderlessProblems } from './claims.ts'
import { logOrderProblems } from './log-order.ts'
import { randomTopology } from './random-topology.ts'
import { singleLeaderProblems } from './single-leader-claims.ts'
import { ttlCacheProblems } from './ttl-cache-claims.ts'

/** Events of one random run at most; a run beyond it has run away. */
const EVENTS_MAX = 3_000_000
/** Half of the time that replicas have to become equal: a message out of the far tail of an ordered link's latency takes it. */
const HELD_UP_NS = 5e9
/** Random files drawn for one seed until the strategy's own checks let one pass. */
const ATTEMPTS_MAX = 30

export interface SoakResult {
  seed: number
  /** The strategy's own checks turned every random file down; nothing ran. */
  refused: readonly Problem[] | null
  violations: string[]
  operations: number
  virtualMs: number
  /** Faults that struck, by kind. */
  faults: Record<string, number>
}

/**
 * One random run in checked mode: a topology drawn from the seed, faults in its first half, then a healed system that
 * must work. Violations are sentences; an assertion or a broken invariant is one of them.
 */
export function soak(protocol: AnyProtocol, seed: number): SoakResult {
  const strategies = new Map([[protocol.manifest.id, protocol.manifest]])
  let checked = checkTopology(randomTopology(protocol.manifest, seed), strategies)
  for (let attempt = 1; attempt < ATTEMPTS_MAX && !checked.ok; attempt++) {
    checked = checkTopology(randomTopology(protocol.manifest, seed, attempt), strategies)
  }
  const result: SoakResult = { seed, refused: null, violations: [], operations: 0, virtualMs: 0, faults: {} }
  if (!checked.ok) return { ...result, refused: checked.error }
  const plan = buildPlan(checked.value)
  try {
    const simulation = new Simulation(plan, protocol, { checked: true })
    if (!simulation.advance(EVENTS_MAX)) {
      simulation.stop('too many events')
      result.violations.push(`the run did not end within ${EVENTS_MAX} events`)
    }
    const history = simulation.finish()
    result.operations = history.ops.count
    result.virtualMs = history.endedNs / 1e6
    for (const { phase, spec } of history.faults) {
      if (phase !== 'end') result.faults[spec.kind] = (result.faults[spec.kind] ?? 0) + 1
    }
    const isHeldUp = simulation.network.longestHoldNs > HELD_UP_NS
    result.violations.push(...judge(history, plan).filter((each) => !isHeldUp || each !== UNEQUAL))
  } catch (error) {
    result.violations.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
  }
  return result
}

/** What any history of ours must satisfy, whatever the strategy promises, and then what this topology promises. */
export function judge(history: History, plan: Plan): string[] {
  return [...wellFormed(history), ...valuesWereWritten(history), ...promises(history, plan)]
}

/** Sessions are sequential, nothing is left open, codes agree with outcomes. */
export function wellFormed({ ops }: History): string[] {
  const problems: string[] = []
  const endedBy = new Map<number, number>()
  const dead = new Set<number>()
  for (let row = 0; row < ops.count; row++) {
    const process = ops.process[row]
    const where = `operation ${row} of process ${process}`
    if (Number.isNaN(ops.endedNs[row])) problems.push(`${where} never ended`)
    if (ops.endedNs[row] < ops.invokedNs[row]) problems.push(`${where} ended before it began`)
    if (ops.intendedNs[row] > ops.invokedNs[row]) problems.push(`${where} began before it was intended`)
    if ((endedBy.get(process) ?? 0) > ops.invokedNs[row]) problems.push(`${where} overlaps an earlier one`)
    if (dead.has(process)) problems.push(`${where} follows one whose outcome is unknown`)
    endedBy.set(process, ops.endedNs[row])
    if (ops.status[row] === STATUS.info) dead.add(process)
    const error = ERROR_CODES[ops.error[row]]
    if ((ops.status[row] === STATUS.ok) !== (error === null))
      problems.push(`${where}: status and error disagree`)
    if (ops.status[row] === STATUS.fail && error !== null && !ERRORS[error].definite) {
      problems.push(`${where} is said to have failed for certain, by ${error}, which leaves that open`)
    }
  }
  return problems.slice(0, 5)
}

/** A read returns what some write of the same key wrote, and wrote before the read ended. */
export function valuesWereWritten(history: History): string[] {
  const { ops, preloaded } = history
  const problems: string[] = []
  // What a counter says was written by nobody in particular.
  if (history.model === 'counter') return problems
  const writer = new Map<number, number>()
  for (let row = 0; row < ops.count; row++) if (ops.value[row] > 0) writer.set(ops.value[row], row)
  for (let row = 0; row < ops.count; row++) {
    if (OP_NAMES[ops.f[row]] !== 'read' || ops.status[row] !== STATUS.ok) continue
    for (const value of history.siblings.get(row) ?? [ops.result[row]]) {
      if (value === 0 || (value === PRELOADED && ops.key[row] < preloaded)) continue
      const source = writer.get(value)
      if (source === undefined) problems.push(`read ${row} returned ${value}, which nobody wrote`)
      else if (ops.key[source] !== ops.key[row]) problems.push(`read ${row} returned a value of another key`)
      else if (ops.invokedNs[source] > ops.endedNs[row])
        problems.push(`read ${row} returned a value of the future`)
      else if (ops.status[source] === STATUS.fail)
        problems.push(`read ${row} returned ${value}, whose write failed`)
    }
  }
  return problems.slice(0, 5)
}

const UNEQUAL = 'replicas still differ ten seconds after the last operation'
const STUCK = 'no operation succeeded after every fault had ended'

/** What the settings promise: no stale read behind overlapping strict quorums, progress and convergence once healed. */
function promises(history: History, plan: Plan): string[] {
  const { topology } = plan
  const problems: string[] = []
  if (plan.workload.kind !== 'mix') return problems
  const metrics = metricsOf(history)
  if (neverStale(topology) && metrics.staleness.staleReads > 0) {
    problems.push(`${metrics.staleness.staleReads} stale reads although R + W > N and quorums are strict`)
  }
  if (mustConverge(topology) && !metrics.convergence.equalAtEnd) {
    problems.push(UNEQUAL)
  }
  if (plan.shards.length > 1) {
    // Positions in one shard's log say nothing of another's.
    problems.push(...claimProblems(history, topology))
    if (stuck(history, plan)) problems.push(STUCK)
    return problems
  }
  if (topology.replication.strategy === 'raft') problems.push(...logOrderProblems(history, topology))
  if (topology.replication.strategy === 'leaderless') problems.push(...leaderlessProblems(history, topology))
  if (topology.replication.strategy === 'multi-leader') problems.push(...claimProblems(history, topology))
  if (topology.replication.strategy === 'zab') {
    problems.push(...logOrderProblems(history, topology), ...claimProblems(history, topology))
  }
  if (topology.replication.strategy === 'chain') {
    problems.push(...logOrderProblems(history, topology), ...claimProblems(history, topology))
  }
  if (topology.replication.strategy === 'single-leader') {
    problems.push(...singleLeaderProblems(history, topology))
  }
  if (topology.replication.strategy === 'ttl-cache') problems.push(...ttlCacheProblems(history, topology))
  if (stuck(history, plan)) problems.push(STUCK)
  return problems
}

function neverStale(topology: Topology): boolean {
  const { params, strategy } = topology.replication
  if (strategy !== 'leaderless') return false
  const n = Number(params.n)
  const access = accessOf(params as unknown as LeaderlessParams, topology.consistency.read)
  // A SERIAL read asks a majority, which need not meet w copies of a plain write.
  if (access.reads === 'serial' && access.writes === 'quorum') return false
  const lasting =
    params.durability === 'fsync' ||
    !topology.faults.some(({ kind }) => kind === 'crash' || kind === 'power-loss')
  return (
    Number(params.r) + Number(params.w) > n &&
    params.readScope === 'any' &&
    params.writeScope === 'any' &&
    params.sloppyQuorum === false &&
    topology.consistency.onPartition === 'consistency' &&
    Number(params.tombstoneGraceMs) > 60_000 &&
    lasting
  )
}

function mustConverge(topology: Topology): boolean {
  const { params, strategy } = topology.replication
  // A member that is out lags behind by right, and each new leader begins a snapshot's transfer anew.
  if (strategy === 'raft') return params.rotateMembersMs === 0 && params.rotateLeaderMs === 0
  if (strategy === 'multi-leader' || strategy === 'zab' || strategy === 'single-leader') return true
  // Replicas in reserve are told nothing until they are needed.
  if (strategy === 'chain')
    return Number(params.chainLength) === 0 || Number(params.chainLength) >= topology.replicas.length
  return (
    strategy === 'leaderless' &&
    params.antiEntropy === true &&
    Number(params.antiEntropyMs) <= 1000 &&
    Number(params.tombstoneGraceMs) > 60_000
  )
}

/** Round trips that an operation may take: to whoever serves it, and for two phases of a quorum from there. */
const TRIPS = 4

/** The longest of the round trips between the first so many places; replicas come before clients. */
function longestTripNs({ links }: Plan, count: number): number {
  let longestNs = 0
  for (let a = 0; a < count; a++)
    for (let b = 0; b < a; b++) longestNs = Math.max(longestNs, links.roundTripNs(a, b))
  return longestNs
}

/** True when the healed half of the run saw operations end but none succeed. */
export function stuck({ ops, faults, sessions, issuedUntilNs }: History, plan: Plan): boolean {
  const healedNs = faults.reduce((latest, { timeNs }) => Math.max(latest, timeNs), 0)
  // Suspicions, retries and one time limit may pass before a healed system is itself again.
  const patienceMs = Math.max(...plan.topology.clients.map(({ timeoutMs }) => timeoutMs))
  // A few elections may be split or outrun by slow links before one is won.
  const { params } = plan.topology.replication
  const { electionTimeoutMs = 0, tickMs = 0, initLimit = 0, syncLimit = 0 } = params
  const ticks = Number(initLimit) + 2 * Number(syncLimit)
  // Before a follower takes over it waits for the lease to end, and perhaps for an operator.
  const isOneLeader = plan.topology.replication.strategy === 'single-leader'
  const takeoverMs = isOneLeader ? 6 * Number(params.leaseMs) + Number(params.operatorDelayMs) : 0
  const electionMs = 6 * Number(electionTimeoutMs) + ticks * Number(tickMs) + takeoverMs
  const settledNs = healedNs + (1_000 + electionMs + patienceMs) * 1e6
  // A lease that ends before it can be renewed is none: such a leader never serves.
  if (isOneLeader && longestTripNs(plan, plan.replicaCount) > 0.8e6 * Number(params.leaseMs)) return false
  // A leader that hands over sooner than an operation takes completes none.
  const rotateLeaderMs = Number(params.rotateLeaderMs ?? 0)
  if (rotateLeaderMs > 0 && rotateLeaderMs * 1e6 < TRIPS * longestTripNs(plan, plan.replicaCount))
    return false
  // Clients that give up sooner than an answer can come hear none.
  const patientNs = TRIPS * longestTripNs(plan, plan.places.length)
  const isPatient = plan.topology.clients.map(({ timeoutMs }) => timeoutMs * 1e6 >= patientNs)
  let tried = 0
  for (let row = 0; row < ops.count; row++) {
    if (ops.invokedNs[row] < settledNs || ops.invokedNs[row] > issuedUntilNs) continue
    // Arrivals that waited for a session to the end were never tried.
    if (ops.attempts[row] === 0 || !isPatient[sessions[ops.session[row]] - plan.replicaCount]) continue
    // What a session builds on may be lost with a former leader: it is refused for good, and rightly.
    if (isOneLeader && ERROR_CODES[ops.error[row]] === 'refused') continue
    if (ops.status[row] === STATUS.ok) return false
    tried++
  }
  return tried >= 20
}

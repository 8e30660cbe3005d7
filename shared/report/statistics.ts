/**
 * What a run tells of itself while it goes on, about ten times a second of real time: the same shape from threads and
 * from the simulator. Counts are totals since the run began, so that a lost or late sample loses nothing; rates and
 * percentiles speak of the time since the sample before.
 */
export interface RunStatistics {
  /** The run's own time, and the share of it that is done, 0 … 1. */
  nowMs: number
  share: number
  operations: { invoked: number; ok: number; failed: number; unknown: number }
  /** Since the sample before, per second of the run's own time. */
  okPerS: number
  failedPerS: number
  /** Of the operations that ended since the sample before; null where none did. */
  latencyMs: { read: RecentLatency | null; write: RecentLatency | null }
  replicas: ReplicaStatistics[]
  /** Faults in force, as "partition r1 | r2, r3". */
  faults: { index: number; label: string; by: 'plan' | 'hand' }[]
  /** Live runs: how late messages were since the sample before, ms of real time. */
  latenessP99Ms: number | null
  /**
   * Some of the messages sent since the sample before, at most 64: where somebody watches, and time goes so
   * slowly that they can be seen on their way.
   */
  messages?: MessageOnItsWay[]
}

export interface MessageOnItsWay {
  from: string
  to: string
  /** The run's own time. */
  sentAtMs: number
  /** Of one that was lost, about when it would have been delivered. */
  deliverAtMs: number
  lost?: true
}

export interface RecentLatency {
  p50: number
  p99: number
  count: number
}

export interface ReplicaStatistics {
  id: string
  up: boolean
  isPaused: boolean
  role: string
  term: number | null
  leader: string | null
  applied: number
  /** Behind the furthest replica of its shard, in units of `applied`; null where replicas' counts do not compare. */
  lag: number | null
  backlog: number
  messagesInPerS: number
  messagesOutPerS: number
  /** Share of the time since the sample before that it was busy serving, 0 … 1. */
  busy: number
  /** Where replicas join and leave, of those that do. */
  membership?: MembershipStatistics
}

export interface MembershipStatistics {
  state: 'absent' | 'joining' | 'present' | 'leaving'
  /** Shards that it has yet to take over or to hand over, and how many they were. */
  shardsToMove: number
  shards: number
}

/** Something that happened, for the event log: a fault, a change of role, an election, a crash. */
export interface RunEvent {
  tMs: number
  kind: 'fault' | 'note'
  /** Kind of the fault or of the note. */
  name: string
  phase: 'start' | 'end' | 'instant'
  place: string
  text: string
  /** Of a fault: its number, which its beginning and its end have in common. */
  fault?: number
}

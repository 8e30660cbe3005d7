/**
 * A topology as the rest of the lab sees it: parsed, checked, every default filled in. Durations are milliseconds,
 * as in the file. The parser (`parse.ts`) is the only maker of these objects.
 */

/** A latency or duration distribution in ms; a bare number is a constant. See `distributions.ts` for the meaning. */
export type DistributionSpec =
  | number
  | { dist: 'constant'; value: number; plusMs?: number }
  | { dist: 'uniform'; min: number; max: number; plusMs?: number }
  | { dist: 'normal'; median: number; sd: number; plusMs?: number }
  | { dist: 'lognormal'; median: number; sigma: number; plusMs?: number }
  | { dist: 'exponential'; meanMs: number; plusMs?: number }
  | { dist: 'pareto'; xm: number; alpha: number; plusMs?: number }
  | { dist: 'empirical'; quantiles: readonly { p: number; ms: number }[]; plusMs?: number }
  | { dist: 'mixture'; parts: readonly { share: number; of: DistributionSpec }[]; plusMs?: number }

export interface Region {
  id: string
  zones: string[]
  /** Position on the canvas; null lets the lab lay it out. */
  at: { x: number; y: number } | null
  /** Size on the canvas; where it is missing or too small, what stands in the region decides. */
  size?: { width: number; height: number }
}

export interface ClockSpec {
  offsetMs: number
  driftPpm: number
  /** Half-width of the bounded-uncertainty interval that the replica's clock reports; 0 where it reports none. */
  uncertaintyMs: number
}

export interface ReplicaSpec {
  id: string
  region: string
  zone: string | null
  /** Position within its region on the canvas; null lets the lab lay it out. */
  at: { x: number; y: number } | null
  disk: { fsync: DistributionSpec }
  clock: ClockSpec
  service: { perMessageMs: DistributionSpec }
}

export type LoopSpec = { open: { ratePerS: number } } | { closed: { thinkMs: DistributionSpec } }

export interface ClientSpec {
  id: string
  region: string
  zone: string | null
  at: { x: number; y: number } | null
  sessions: number
  loop: LoopSpec
  clock: ClockSpec
  /** After this long without an answer an attempt counts as timed out. */
  timeoutMs: number
  retry: RetrySpec
}

export interface RetrySpec {
  /** Attempts after the first; 0 means none. */
  max: number
  /** Wait before the first retry; doubles each time up to `backoffMsMax`, each wait drawn from [half, whole]. */
  backoffMs: number
  backoffMsMax: number
}

/** What one direction of a link does to messages. */
export interface LinkSpec {
  oneWay: DistributionSpec
  /** Latency of particular message kinds, instead of `oneWay`. */
  oneWayOf: Readonly<Record<string, DistributionSpec>>
  lossPpm: number
  duplicatePpm: number
  /** Of a million messages so many are held back by one further latency draw, and so overtaken. */
  reorderPpm: number
  /** true: deliveries keep the order of sending, as on one TCP connection. false: each message takes its own draw. */
  ordered: boolean
  /** null: bandwidth is not modelled. */
  bandwidthMbps: number | null
}

/** An entry of `links.between`: the fields that it states override what a less specific entry says. */
export interface LinkEntry extends Partial<LinkSpec> {
  from: string
  to: string
  directed: boolean
}

export interface LinksSpec {
  /** Name of a shipped round-trip matrix for region pairs, or null. */
  rtt: string | null
  default: LinkSpec
  between: LinkEntry[]
}

export type ParamValue = number | boolean | string

export interface ReplicationSpec {
  strategy: string
  /** Complete: every parameter of the strategy's manifest has its value here. */
  params: Readonly<Record<string, ParamValue>>
}

/** Fields that are absent take what is usual for the scheme; each scheme reads those that concern it. */
export interface PartitioningSpec {
  scheme: 'none' | 'range' | 'hash' | 'slots' | 'consistent-hashing' | 'rendezvous' | 'jump'
  /** Of a ring the number follows from its points; of rendezvous it is the number of buckets that keys hash into. */
  shards: number
  virtualNodes: number
  /** How the points of a ring are drawn; absent: "allocated". */
  tokens?: 'allocated' | 'random'
  /** Replicas of each shard; absent: the strategy's `n`, else three or as many as there are. */
  replicationFactor?: number
  /** Absent: CRC16 for slots, murmur3 for the others. */
  hash?: 'murmur3' | 'fnv1a' | 'xxhash64' | 'ketama' | 'crc16'
  /** Bounds of ranges as key names, ascending: each begins a range. Absent: `shards` ranges of equally many keys. */
  ranges?: string[]
  /** When ranges split and merge while a run goes on. Absent: never. */
  split?: SplitSpec
  /** Of a ring: no replica owns more than 1 + epsilon times its even share. Absent: no bound. */
  epsilon?: number
}

/** A range beyond any of the limits splits. */
export interface SplitSpec {
  byLoadPerS?: number
  byBytes?: number
  byKeys?: number
  /** Neighbours merge that stay together within this share of every limit. Absent: never. */
  mergeBelow?: number
  checkEveryMs: number
  rangesMax: number
  moveLeaders: boolean
}

export type ReadLevel =
  | 'linearizable'
  | 'sequential'
  | 'bounded-staleness'
  | 'causal'
  | 'read-your-writes'
  | 'monotonic-reads'
  | 'consistent-prefix'
  | 'eventual'
export type SessionGuarantee =
  'read-your-writes' | 'monotonic-reads' | 'monotonic-writes' | 'writes-follow-reads'

export interface ConsistencySpec {
  read: ReadLevel
  session: SessionGuarantee[]
  onPartition: 'consistency' | 'availability'
}

export type MixSpec = {
  read: number
  update: number
  insert: number
  scan: number
  readModifyWrite: number
  compareAndSet: number
  delete: number
}

export type KeyDistribution =
  | { kind: 'uniform' }
  | { kind: 'zipfian'; constant: number }
  /** YCSB's scrambled zipfian: the ranks of a zipfian spread over the key space by a hash. */
  | { kind: 'scrambled-zipfian'; constant: number }
  | { kind: 'latest'; constant: number }
  | { kind: 'hotspot'; dataFraction: number; operationFraction: number }

/** How keys are called, and so which are neighbours; YCSB's `insertorder`, and names that begin with letters. */
export type InsertOrder = 'hashed' | 'ordered' | 'alphabetical'

export interface MixWorkload {
  kind: 'mix'
  /** Shares that sum to one. */
  mix: MixSpec
  /** Name in the file when the mix is a YCSB one ("ycsb-a"), for labels; else "custom". */
  mixName: string
  /** Keys that exist, with a value, when the run begins. */
  keys: number
  distribution: KeyDistribution
  valueBytes: number
  scanLengthMax: number
  /** "hashed" where left out. */
  insertOrder?: InsertOrder
}

export interface ProbeWorkload {
  kind: 'probe'
  /** Delays between a write's acknowledgement and the read of it. */
  offsetsMs: number[]
  /** Reads per offset. */
  samples: number
  valueBytes: number
}

export type WorkloadSpec = MixWorkload | ProbeWorkload

export type FaultSpec = { atMs: number; forMs: number | null } & (
  | { kind: 'partition'; groups: string[][] }
  | { kind: 'isolate'; replica: string }
  | { kind: 'cut'; from: string; to: string; oneWay: boolean }
  | { kind: 'slow'; from: string; to: string; plusMs: number }
  | { kind: 'loss'; from: string; to: string; lossPpm: number }
  | { kind: 'crash'; replica: string }
  | { kind: 'restart'; replica: string }
  | { kind: 'pause'; replica: string }
  | { kind: 'clock'; replica: string; offsetMs: number; driftPpm: number }
  | { kind: 'slow-disk'; replica: string; fsync: DistributionSpec }
  | { kind: 'power-loss'; replicas: string[] }
)

/**
 * A replica joins or leaves while the run goes on, and shards move. One that joins holds nothing until then; one that has
 * left goes on running, and holds nothing more.
 */
export interface ChangeSpec {
  atMs: number
  kind: 'join' | 'leave'
  replica: string
}

export interface RunSpec {
  durationMs: number
  warmupMs: number
  seed: number
  /** Live runs only: 5 runs the whole world five times slower. */
  timeScale: number
}

export type ExpectationSpec =
  | { metric: string; below: number }
  | { metric: string; above: number }
  | { metric: string; atMost: number }
  | { metric: string; atLeast: number }
  | { guarantee: string; is: 'holds' | 'violated' }

export interface Topology {
  format: 'replica-lab/topology@1'
  name: string
  notes: string
  regions: Region[]
  replicas: ReplicaSpec[]
  clients: ClientSpec[]
  links: LinksSpec
  replication: ReplicationSpec
  partitioning: PartitioningSpec
  consistency: ConsistencySpec
  workload: WorkloadSpec
  faults: FaultSpec[]
  /** In the order of their instants; absent: none. */
  changes?: ChangeSpec[]
  run: RunSpec
  expect: ExpectationSpec[]
}

/** One thing wrong with a file: where (a JSON path such as `$.clients[0].region`), what, and how to mend it. */
export interface Problem {
  path: string
  sentence: string
}

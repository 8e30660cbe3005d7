import type {
  ConsistencySpec,
  FaultSpec,
  KeyDistribution,
  PartitioningSpec,
  ReadLevel,
  SessionGuarantee,
} from './types.ts'

/** A value that a setting may have, in words: `help` says what follows from it, in one sentence. */
export interface SettingChoice<Value extends string = string> {
  readonly value: Value
  readonly label: string
  readonly help: string
}

/** What of this kind there is, as a table that misses nothing: a value without words does not compile. */
type Words<Value extends string> = Readonly<Record<Value, readonly [label: string, help: string]>>

function choicesOf<Value extends string>(words: Words<Value>): readonly SettingChoice<Value>[] {
  return (Object.keys(words) as Value[]).map((value) => {
    const [label, help] = words[value]
    return { value, label, help }
  })
}

/** Levels that reads may ask for, the strongest first. */
export const READ_LEVEL_CHOICES = choicesOf<ReadLevel>({
  linearizable: [
    'Linearizable',
    'Every read returns the latest acknowledged write, as if there were one copy; reads pay a round trip for it.',
  ],
  sequential: ['Sequential', 'All sessions see all writes in one order, which may lag behind real time.'],
  'bounded-staleness': [
    'Bounded staleness',
    'Reads may be behind, but never by more than a stated time or number of versions.',
  ],
  causal: ['Causal', 'Nobody sees an answer before its question; unrelated writes may appear in any order.'],
  'read-your-writes': [
    'Read your writes',
    'A session always sees its own writes; those of others may take their time.',
  ],
  'monotonic-reads': [
    'Monotonic reads',
    'What a session has seen never disappears again, though it may be behind.',
  ],
  'consistent-prefix': [
    'Consistent prefix',
    'Reads see writes in their order, without gaps, up to some point in the past.',
  ],
  eventual: [
    'Eventual',
    'Reads return whatever the asked replicas hold; staleness is measured, not bounded.',
  ],
})

export const SESSION_GUARANTEE_CHOICES = choicesOf<SessionGuarantee>({
  'read-your-writes': ['Read your writes', 'After a write, the same session never reads an older value.'],
  'monotonic-reads': ['Monotonic reads', 'A session never reads a value older than one it has read before.'],
  'monotonic-writes': [
    'Monotonic writes',
    'Every replica takes the writes of a session in the order in which it made them.',
  ],
  'writes-follow-reads': [
    'Writes follow reads',
    'A write is placed after everything that its session had read before it.',
  ],
})

export const ON_PARTITION_CHOICES = choicesOf<ConsistencySpec['onPartition']>({
  consistency: [
    'Prefer consistency',
    'A side that cannot reach enough replicas refuses rather than answers from what it has.',
  ],
  availability: [
    'Prefer availability',
    'Both sides go on answering; what they answer may differ until they meet again.',
  ],
})

export const PARTITIONING_CHOICES = choicesOf<PartitioningSpec['scheme']>({
  none: ['None', 'One shard holds every key, on the same replicas.'],
  range: ['Ranges', 'Neighbouring keys share a shard: scans are cheap, and a popular range is a hot shard.'],
  hash: [
    'Hash modulo',
    'The hash modulo the number of shards, shards in turn to the replicas: one replica more moves nearly all of them.',
  ],
  slots: [
    'Hash slots',
    'A fixed number of slots in shards, as in Redis Cluster: whole shards move, and only as many as must.',
  ],
  'consistent-hashing': [
    'Consistent hashing',
    'A ring of segments: one replica more or less moves only the keys next to it.',
  ],
  rendezvous: [
    'Rendezvous',
    'Each key ranks the replicas: even shares, and few keys move when one comes or goes.',
  ],
  jump: ['Jump hash', 'Even shares without any table; replicas can be added and removed at the end only.'],
})

export const KEY_DISTRIBUTION_CHOICES = choicesOf<KeyDistribution['kind']>({
  uniform: ['Uniform', 'Every key is as popular as any other.'],
  zipfian: ['Zipfian', 'A few keys are very popular, and they are neighbours.'],
  'scrambled-zipfian': [
    'Scrambled zipfian',
    'A few keys are very popular, spread over the key space as in YCSB.',
  ],
  latest: ['Latest', 'What was written last is read most.'],
  hotspot: ['Hot spot', 'A share of the keys takes most operations, evenly among themselves.'],
})

export const FAULT_CHOICES = choicesOf<FaultSpec['kind']>({
  partition: ['Partition', 'The network falls apart into groups that cannot reach each other.'],
  isolate: ['Isolate a replica', 'One replica reaches nobody, and nobody reaches it.'],
  cut: ['Cut a link', 'Messages between two places are lost, in one direction or both.'],
  slow: ['Slow link', 'Messages between two places take longer.'],
  loss: ['Lossy link', 'Some of the messages between two places are lost.'],
  crash: ['Crash', 'A replica stops and loses what was not yet durable; it may restart later.'],
  restart: ['Restart', 'A crashed replica starts again from what was durable.'],
  pause: ['Pause', 'A replica stands still for a while, as in a long garbage collection, and then goes on.'],
  clock: [
    'Clock error',
    "A replica's wall clock jumps or drifts; the latest timestamp is no longer the latest write.",
  ],
  'slow-disk': ['Slow disk', "A replica's writes take longer to become durable."],
  'power-loss': [
    'Power loss',
    'Several replicas lose power at the same instant, with all that was not durable.',
  ],
})

/** What each guarantee means, as printed beside a verdict. Names are those of `GUARANTEE_NAMES`. */
export const GUARANTEE_CHOICES: readonly SettingChoice[] = choicesOf({
  linearizable: [
    'Linearizable',
    'Each operation takes effect at one instant between its invocation and its end, and all see these instants in one order.',
  ],
  sequential: [
    'Sequential',
    'All operations fit into one order that keeps the order of each session, whatever the clock says.',
  ],
  'causal-convergent': [
    'Causal convergence (causal+)',
    'Causal, and all sessions see concurrent writes of a key in one order.',
  ],
  'causal-memory': [
    'Causal memory',
    'Each session can explain all its reads by one order that keeps causes before effects.',
  ],
  causal: [
    'Causal',
    'Each session sees writes in an order that keeps causes before effects: its own order, and writes before what read them.',
  ],
  'read-your-writes': [
    'Read your writes',
    'No session reads a value older than its own latest write of the key.',
  ],
  'monotonic-reads': ['Monotonic reads', 'No session reads a value older than one it had read of the key.'],
  'monotonic-writes': [
    'Monotonic writes',
    'Nobody sees a later write of a session without its earlier ones.',
  ],
  'writes-follow-reads': [
    'Writes follow reads',
    'Nobody sees a write without the writes that its session had read before it.',
  ],
  'consistent-prefix': [
    'Consistent prefix',
    'What a read sees is the state after some prefix of the order of writes.',
  ],
  'k-atomic': ['2-atomic', 'Every read returns one of the two latest values of its key.'],
  'bounded-staleness': [
    'Bounded staleness',
    'No read returns what had been replaced more than a second before it began.',
  ],
  'acknowledged-writes': [
    'Acknowledged writes survive',
    'What was acknowledged is still there in the end, unless a later write replaced it.',
  ],
  'set-full': [
    'Elements accounted for',
    'Of a set: what was added is in all reads from some instant on, and nothing shows that was not added.',
  ],
  convergence: [
    'Convergence',
    'After the last write and the last heal, all replicas come to hold the same state.',
  ],
})

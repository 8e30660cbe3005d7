import * as v from 'valibot'
import { DEFAULTS } from '../defaults.ts'
import { LIMITS } from '../limits.ts'
import { shown } from '../problems.ts'
import type { PartitioningSpec, ReadLevel, SessionGuarantee } from '../types.ts'
import { choice, described, fields, list, number, pick, table, text } from './blocks.ts'
import { reference } from './places.ts'
import { split } from './splits.ts'

export const READ_LEVELS: readonly ReadLevel[] = [
  'linearizable',
  'sequential',
  'bounded-staleness',
  'causal',
  'read-your-writes',
  'monotonic-reads',
  'consistent-prefix',
  'eventual',
]

export const SESSION_GUARANTEES: readonly SessionGuarantee[] = [
  'read-your-writes',
  'monotonic-reads',
  'monotonic-writes',
  'writes-follow-reads',
]

export const PARTITIONING_SCHEMES: readonly PartitioningSpec['scheme'][] = [
  'none',
  'range',
  'hash',
  'slots',
  'consistent-hashing',
  'rendezvous',
  'jump',
]

export const HASH_NAMES: readonly NonNullable<PartitioningSpec['hash']>[] = [
  'murmur3',
  'fnv1a',
  'xxhash64',
  'ketama',
  'crc16',
]

const numeric = v.number()
const logical = v.boolean()
const textual = v.string()
const paramValue = pick([numeric, logical, textual], (input) =>
  typeof input === 'number'
    ? numeric
    : typeof input === 'boolean'
      ? logical
      : typeof input === 'string'
        ? textual
        : `This must be a number, true, false or a text, but it is ${shown(input)}.`,
)

export const replication = fields({
  strategy: reference('Id of the replication strategy.'),
  params: v.exactOptional(
    described(table(paramValue, LIMITS.params, 'parameters'), {
      help: 'Parameters of the strategy; those left out take the defaults listed with the strategy.',
    }),
    {},
  ),
})

export const partitioning = fields({
  scheme: v.exactOptional(
    choice('How keys are divided into shards, and shards among replicas.', PARTITIONING_SCHEMES),
    DEFAULTS.partitioning.scheme,
  ),
  shards: v.exactOptional(
    number(
      'Number of shards of `hash`, `slots` and `jump` (one per replica unless stated, and then their number follows that ' +
        'of the replicas) and of `range` (four per replica unless stated). For `rendezvous` the number of buckets that ' +
        'keys hash into (1,024 unless stated), of which those with the same replicas are one shard. Not read by ' +
        '`consistent-hashing`, whose shards are the segments of the ring with the same replicas.',
      { min: 1, max: LIMITS.shards, integer: true },
    ),
  ),
  virtualNodes: v.exactOptional(
    number(
      'Points on the ring per replica, of `consistent-hashing`: the more, the more even the shares. 160 are usual with ' +
        '`"hash": "ketama"`, 16 with Cassandra since 4.0, 256 before.',
      { min: 1, max: LIMITS.virtualNodes, integer: true },
    ),
    DEFAULTS.partitioning.virtualNodes,
  ),
  tokens: v.exactOptional(
    choice(
      "How the points on the ring are drawn, from the run's seed. `random`: each by itself, as in Dynamo and in " +
        'Cassandra before 4.0. `allocated`, unless stated: of several random sets each replica takes the one that gives ' +
        "it the most even share, much as Cassandra's allocator does.",
      ['allocated', 'random'],
    ),
  ),
  replicationFactor: v.exactOptional(
    number(
      'Replicas that hold each shard, of every scheme but `none`. Unless stated the parameter `n` of a strategy that has ' +
        'one, which it must equal; else three, or all where there are fewer.',
      { min: 1, max: LIMITS.replicas, integer: true },
    ),
  ),
  hash: v.exactOptional(
    choice(
      "Hash function of key names. `murmur3`, usual but for slots: the first half of MurmurHash3_x64_128, with Cassandra's " +
        'signed tail. `fnv1a`: FNV-1a, 64 bits. `xxhash64`: XXH64. `ketama`: the first four octets of MD5; on a ring the ' +
        "points are libketama's, and `tokens` is not read. `crc16`: CRC-16/XMODEM, usual for slots and for them only.",
      HASH_NAMES,
    ),
  ),
  ranges: v.exactOptional(
    described(list(text('', LIMITS.keyNameChars), { max: LIMITS.shards - 1, of: 'bounds' }), {
      help:
        'Of `range`: where ranges begin, as key names in ascending order ("user5"); the first begins before all keys. ' +
        'One shard more than bounds. Left out: `shards` ranges of equally many keys.',
    }),
  ),
  split: v.exactOptional(split),
  epsilon: v.exactOptional(
    number(
      'Bounded loads of `consistent-hashing`: no replica owns more than 1 + epsilon times an even share of the keys; what ' +
        'is beyond goes to the next on the ring with room. Left out: no bound.',
      { min: 0.01, max: 10 },
    ),
  ),
})

export const consistency = fields({
  read: v.exactOptional(choice('What every read asks for.', READ_LEVELS), DEFAULTS.consistency.read),
  session: v.exactOptional(
    described(list(choice('', SESSION_GUARANTEES), { max: SESSION_GUARANTEES.length, of: 'guarantees' }), {
      help: 'What each session is promised about its own operations.',
    }),
    [],
  ),
  onPartition: v.exactOptional(
    choice('What gives way when replicas cannot reach each other: the answer, or its being current.', [
      'consistency',
      'availability',
    ]),
    DEFAULTS.consistency.onPartition,
  ),
})

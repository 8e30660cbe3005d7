import * as v from 'valibot'
import { DEFAULTS } from '../defaults.ts'
import { LIMITS } from '../limits.ts'
import { shown } from '../problems.ts'
import type { PartitioningSpec, ReadLevel, SessionGuarantee } from '../types.ts'
import { choice, described, fields, list, number, pick, table } from './blocks.ts'
import { reference } from './places.ts'

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
  'consistent-hashing',
  'rendezvous',
  'jump',
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
    choice('How keys are divided into shards. This version runs "none": one shard.', PARTITIONING_SCHEMES),
    DEFAULTS.partitioning.scheme,
  ),
  shards: v.exactOptional(
    number('Number of shards.', { min: 1, max: LIMITS.shards, integer: true }),
    DEFAULTS.partitioning.shards,
  ),
  virtualNodes: v.exactOptional(
    number('Points on the ring per replica.', { min: 1, max: LIMITS.virtualNodes, integer: true }),
    DEFAULTS.partitioning.virtualNodes,
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

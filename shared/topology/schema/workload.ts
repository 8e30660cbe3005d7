import * as v from 'valibot'
import { groupedDigits } from '../../base/digits.ts'
import { DEFAULTS } from '../defaults.ts'
import { LIMITS } from '../limits.ts'
import { isObject, shown } from '../problems.ts'
import { mendFor } from '../suggest.ts'
import { YCSB_MIXES } from '../ycsb.ts'
import { checked, choice, described, fields, list, number, pick } from './blocks.ts'

const share = (help: string) => v.exactOptional(number(help, { min: 0, max: 1 }), 0)

const shares = checked(
  fields({
    read: share('Reads of one key.'),
    update: share('Writes of a key that exists.'),
    insert: share('Writes of a new key.'),
    scan: share('Reads of a range of keys.'),
    readModifyWrite: share('A read and then a write of the same key.'),
    compareAndSet: share('A read and then a write of the same key if it still holds what was read.'),
    delete: share('Removals of a key.'),
  }),
  (mix, report) => {
    const sum = Object.values(mix).reduce((total, part) => total + part, 0)
    if (Math.abs(sum - 1) > 1e-6)
      report(null, `The shares must sum to 1, but they sum to ${Number(sum.toPrecision(9))}.`)
  },
)

const mixNames = [...YCSB_MIXES.keys()]
const mixName = choice(
  'A YCSB core workload, with its mix of operations and its distribution of keys.',
  mixNames,
)

const mix = pick([mixName, shares], (input) => {
  if (typeof input === 'string') return mixName
  return isObject(input)
    ? shares
    : `This must be one of ${mixNames.join(', ')} or an object of shares, but it is ${shown(input)}.`
})

const KINDS = ['uniform', 'zipfian', 'scrambled-zipfian', 'latest', 'hotspot'] as const
const kindName = choice('A distribution with its usual parameters.', KINDS)

const theta = v.exactOptional(
  number('Zipf exponent (theta); YCSB uses 0.99.', { min: 0, max: 5, above: true }),
  DEFAULTS.zipfianConstant,
)
const fraction = (help: string) => number(help, { min: 0, max: 1, above: true })

const BY_KIND = {
  uniform: described(fields({ kind: v.literal('uniform') }), { help: 'Every key alike.' }),
  zipfian: described(fields({ kind: v.literal('zipfian'), constant: theta }), {
    help: 'Key 0 is the most popular, key 1 the next, …',
  }),
  'scrambled-zipfian': described(fields({ kind: v.literal('scrambled-zipfian'), constant: theta }), {
    help: "YCSB's: zipfian popularity, popular keys spread over the key space by a hash.",
  }),
  latest: described(fields({ kind: v.literal('latest'), constant: theta }), {
    help: 'The most recently inserted key is the most popular.',
  }),
  hotspot: described(
    fields({
      kind: v.literal('hotspot'),
      dataFraction: v.exactOptional(
        fraction('Share of the keys that are hot.'),
        DEFAULTS.hotspot.dataFraction,
      ),
      operationFraction: v.exactOptional(
        fraction('Share of the operations that go to hot keys.'),
        DEFAULTS.hotspot.operationFraction,
      ),
    }),
    { help: 'A few keys take most operations, evenly.' },
  ),
} as const

export const keyDistribution = pick(
  [kindName, BY_KIND.uniform, BY_KIND.zipfian, BY_KIND['scrambled-zipfian'], BY_KIND.latest, BY_KIND.hotspot],
  (input) => {
    if (typeof input === 'string') return kindName
    if (!isObject(input))
      return `This must be one of ${KINDS.join(', ')} or an object, but it is ${shown(input)}.`
    const kind = Object.hasOwn(input, 'kind') ? input.kind : undefined
    if (typeof kind === 'string' && Object.hasOwn(BY_KIND, kind)) return BY_KIND[kind as keyof typeof BY_KIND]
    const mend =
      typeof kind === 'string' ? mendFor(kind, KINDS, 'distribution') : ` Known: ${KINDS.join(', ')}.`
    return `"kind" must name a distribution of keys, but it is ${kind === undefined ? 'missing' : shown(kind)}.${mend}`
  },
)

const valueBytes = v.exactOptional(
  number('Size of a value on the wire.', { min: 1, max: LIMITS.valueBytes, integer: true, unit: 'bytes' }),
  DEFAULTS.valueBytes,
)

const mixed = described(
  fields({
    kind: v.exactOptional(v.literal('mix'), 'mix'),
    mix: described(mix, { help: 'Which operations, in which shares.' }),
    keys: v.exactOptional(
      number('Keys that exist, with a value, when the run begins.', {
        min: 1,
        max: LIMITS.keys,
        integer: true,
      }),
      DEFAULTS.keys,
    ),
    distribution: v.exactOptional(
      described(
        v.lazy(() => keyDistribution),
        {
          help:
            'Which keys. Left out: as YCSB has it for a YCSB mix, else uniform. With a YCSB mix the word "zipfian" means ' +
            'what it means to YCSB, the scrambled one; {"kind": "zipfian"} is always the plain one.',
        },
      ),
    ),
    valueBytes,
    scanLengthMax: v.exactOptional(
      number('Scans read from 1 to this many keys, evenly.', {
        min: 1,
        max: LIMITS.scanLength,
        integer: true,
      }),
      DEFAULTS.scanLengthMax,
    ),
    insertOrder: v.exactOptional(
      choice(
        'How keys are called, and so which are neighbours: as YCSB has it, "hashed" (the default) or "ordered"; or ' +
          '"alphabetical", names that begin with every letter alike. Matters where the key space is divided into ranges.',
        ['hashed', 'ordered', 'alphabetical'],
      ),
    ),
  }),
  { help: 'A mix of operations, for the duration of the run.' },
)

const probe = checked(
  described(
    fields({
      kind: v.literal('probe'),
      offsetsMs: described(
        list(number('', { min: 0, max: LIMITS.latencyMs, unit: 'ms' }), {
          min: 1,
          max: LIMITS.probeOffsets,
          of: 'offsets',
        }),
        { help: "Delays between a write's acknowledgement and the read of it.", unit: 'ms' },
      ),
      samples: number('Reads per offset.', { min: 1, max: LIMITS.probeSamples, integer: true }),
      valueBytes,
    }),
    {
      help:
        'Measures t-visibility: each sample writes a key of its own, waits for the acknowledgement and reads it after ' +
        'the offset, writer and reader drawn evenly among the clients. The run ends with the samples.',
    },
  ),
  ({ offsetsMs, samples }, report) => {
    if (offsetsMs.length * samples > LIMITS.probeReadsTotal) {
      report(
        'samples',
        `All offsets together must not read more than ${groupedDigits(LIMITS.probeReadsTotal)} times. Take fewer.`,
      )
    }
    if (new Set(offsetsMs).size < offsetsMs.length)
      report('offsetsMs', 'An offset is listed twice. Keep one.')
  },
)

export const workload = pick([mixed, probe], (input) => {
  if (!isObject(input)) {
    return `This must be an object such as {"mix": "ycsb-b"} or {"kind": "probe", …}, but it is ${shown(input)}.`
  }
  const kind = Object.hasOwn(input, 'kind') ? input.kind : 'mix'
  if (kind === 'probe') return probe
  return kind === 'mix' ? mixed : `"kind" must be "mix" or "probe", but it is ${shown(kind)}.`
})

import * as v from 'valibot'
import { LIMITS } from '../limits.ts'
import { isObject, shown } from '../problems.ts'
import { mendFor } from '../suggest.ts'
import { described, fields, flag, list, number, pick } from './blocks.ts'
import { durationOf } from './distribution.ts'
import { reference } from './places.ts'

const when = {
  atMs: number('When the fault strikes, from the beginning of the run.', {
    min: 0,
    max: LIMITS.durationMs,
    unit: 'ms',
  }),
  forMs: v.exactOptional(
    described(v.nullable(number('', { min: 0, max: LIMITS.durationMs, above: true, unit: 'ms' })), {
      help: 'How long it lasts; null: to the end of the run.',
      unit: 'ms',
    }),
    null,
  ),
}

const replica = reference('A replica, or "leader" or "follower", resolved when the fault strikes.')
const from = reference('A region, replica or client.')
const to = reference('A region, replica or client.')
const group = list(reference('A region, replica or client.'), {
  min: 1,
  max: LIMITS.replicas + LIMITS.clients,
  of: 'names',
})

export const FAULTS = {
  partition: described(
    fields({
      kind: v.literal('partition'),
      ...when,
      groups: described(list(group, { min: 1, max: 100, of: 'groups' }), {
        help:
          'Groups that cannot reach each other; of one group alone, everything else is the other side. A place that ' +
          'is not named goes with its region where all named places of the region are in one group; else it reaches all.',
      }),
    }),
    { help: 'The network falls apart into groups.' },
  ),
  isolate: described(fields({ kind: v.literal('isolate'), ...when, replica }), {
    help: 'One replica reaches nobody and nobody reaches it.',
  }),
  cut: described(
    fields({
      kind: v.literal('cut'),
      ...when,
      from,
      to,
      oneWay: v.exactOptional(flag('true: only messages from `from` to `to` are lost.'), false),
    }),
    { help: 'Messages between two places are lost.' },
  ),
  slow: described(
    fields({
      kind: v.literal('slow'),
      ...when,
      from,
      to,
      plusMs: number('Added to the latency, in both directions.', {
        min: 0,
        max: LIMITS.latencyMs,
        unit: 'ms',
      }),
    }),
    { help: 'A link becomes slower.' },
  ),
  loss: described(
    fields({
      kind: v.literal('loss'),
      ...when,
      from,
      to,
      lossPpm: number('Of a million messages so many are lost, in both directions.', {
        min: 0,
        max: LIMITS.ppm,
        integer: true,
        unit: 'ppm',
      }),
    }),
    { help: 'A link loses messages.' },
  ),
  crash: described(fields({ kind: v.literal('crash'), ...when, replica }), {
    help: 'A replica stops and loses what was not yet durable; after `forMs` it restarts.',
  }),
  restart: described(
    fields({ kind: v.literal('restart'), ...when, replica: reference('A replica that crashed.') }),
    {
      help: 'A crashed replica starts again from what was durable. It is an instant and takes no `forMs`.',
    },
  ),
  pause: described(fields({ kind: v.literal('pause'), ...when, replica }), {
    help: 'A replica does nothing for a while (a long garbage collection), then goes on.',
  }),
  clock: described(
    fields({
      kind: v.literal('clock'),
      ...when,
      replica,
      offsetMs: v.exactOptional(
        number('By how much the wall clock jumps ahead.', {
          min: -LIMITS.clockOffsetMs,
          max: LIMITS.clockOffsetMs,
          unit: 'ms',
        }),
        0,
      ),
      driftPpm: v.exactOptional(
        number('How much faster the clock runs meanwhile.', {
          min: -LIMITS.driftPpm,
          max: LIMITS.driftPpm,
          unit: 'ppm',
        }),
        0,
      ),
    }),
    { help: "A replica's clock goes wrong." },
  ),
  'slow-disk': described(
    fields({
      kind: v.literal('slow-disk'),
      ...when,
      replica,
      fsync: durationOf('The fsync time meanwhile.'),
    }),
    { help: "A replica's disk becomes slower." },
  ),
  'power-loss': described(
    fields({
      kind: v.literal('power-loss'),
      ...when,
      replicas: described(list(reference('A replica.'), { min: 1, max: LIMITS.replicas, of: 'replicas' }), {
        help: 'The replicas that lose power at the same instant.',
      }),
    }),
    { help: 'Several replicas crash at once; after `forMs` they restart.' },
  ),
} as const

type FaultKind = keyof typeof FAULTS
const KINDS = Object.keys(FAULTS) as FaultKind[]

export const fault = pick(
  [
    FAULTS.partition,
    FAULTS.isolate,
    FAULTS.cut,
    FAULTS.slow,
    FAULTS.loss,
    FAULTS.crash,
    FAULTS.restart,
    FAULTS.pause,
    FAULTS.clock,
    FAULTS['slow-disk'],
    FAULTS['power-loss'],
  ],
  (input) => {
    if (!isObject(input)) {
      return `This must be an object such as {"kind": "crash", "replica": "r1", "atMs": 1000}, but it is ${shown(input)}.`
    }
    const kind = Object.hasOwn(input, 'kind') ? input.kind : undefined
    if (kind === undefined) return `The field "kind" is missing. Known: ${KINDS.join(', ')}.`
    if (typeof kind === 'string' && Object.hasOwn(FAULTS, kind)) return FAULTS[kind as FaultKind]
    return `"kind" must name a fault, but it is ${shown(kind)}.${typeof kind === 'string' ? mendFor(kind, KINDS, 'fault') : ''}`
  },
)

import * as v from 'valibot'
import { DEFAULTS } from '../defaults.ts'
import { LIMITS } from '../limits.ts'
import { isObject, quoted, shown } from '../problems.ts'
import { described, fields, isReservedName, list, number, pick } from './blocks.ts'
import { durationOf } from './distribution.ts'

const ID = /^[A-Za-z0-9_.:-]{1,64}$/

/** Names with a meaning of their own where a file names a replica. */
const ROLE_WORDS = new Set(['leader', 'follower'])

/** The name of a region, zone, replica or client. */
export function id(help: string): v.GenericSchema<string> {
  const message = (issue: v.BaseIssue<unknown>): string =>
    typeof issue.input !== 'string'
      ? `This must be a text, but it is ${shown(issue.input)}.`
      : `An id has 1 to ${LIMITS.idChars} letters, digits or - _ . : and no blanks, but this is ${quoted(issue.input)}.`
  const reserved = (issue: v.BaseIssue<unknown>): string =>
    `The name ${quoted(String(issue.input))} is reserved. Use another id.`
  const isFree = (name: string): boolean => !ROLE_WORDS.has(name) && !isReservedName(name)
  return described(v.pipe(v.string(message), v.regex(ID, message), v.check(isFree, reserved)), { help })
}

/** A name used where something else defines it; whether it is known is checked across the file. */
export function reference(help: string): v.GenericSchema<string> {
  const message = (issue: v.BaseIssue<unknown>): string =>
    `This must be a name of 1 to ${LIMITS.idChars} characters, but it is ${shown(issue.input)}.`
  return described(v.pipe(v.string(message), v.minLength(1, message), v.maxLength(LIMITS.idChars, message)), {
    help,
  })
}

const coordinate = (help: string) => number(help, { min: -LIMITS.coordinate, max: LIMITS.coordinate })

const position = (help: string) =>
  v.exactOptional(
    described(v.nullable(fields({ x: coordinate('To the right.'), y: coordinate('Downwards.') })), { help }),
    null,
  )

const at = position('Position within its region on the canvas; null lets the lab lay it out.')

const extent = (help: string) => number(help, { min: 1, max: LIMITS.coordinate })
const size = v.exactOptional(
  described(fields({ width: extent('From left to right.'), height: extent('From top to bottom.') }), {
    help: 'Size on the canvas; where it is missing or too small, what stands in the region decides.',
  }),
)

const zone = v.exactOptional(
  described(v.nullable(reference('')), {
    help: 'One of the zones of the region; null where zones do not matter.',
  }),
  null,
)

const clock = v.exactOptional(
  described(
    fields({
      offsetMs: v.exactOptional(
        number('How far the wall clock is ahead when the run begins.', {
          min: -LIMITS.clockOffsetMs,
          max: LIMITS.clockOffsetMs,
          unit: 'ms',
        }),
        DEFAULTS.clock.offsetMs,
      ),
      driftPpm: v.exactOptional(
        number('How much too fast the clock runs.', {
          min: -LIMITS.driftPpm,
          max: LIMITS.driftPpm,
          unit: 'ppm',
        }),
        DEFAULTS.clock.driftPpm,
      ),
      uncertaintyMs: v.exactOptional(
        number('Half-width of the interval that a bounded-uncertainty clock reports; 0: it reports none.', {
          min: 0,
          max: 60_000,
          unit: 'ms',
        }),
        DEFAULTS.clock.uncertaintyMs,
      ),
    }),
    { help: 'How this clock departs from true time.' },
  ),
  {},
)

export const region = fields({
  id: id('Name of the region.'),
  zones: v.exactOptional(
    described(list(id('Name of a zone.'), { max: LIMITS.zonesPerRegion, of: 'zones' }), {
      help: 'Zones of the region that places may name.',
    }),
    [],
  ),
  at: position('Position on the canvas; null lets the lab lay it out.'),
  size,
})

export const replica = fields({
  id: id('Name of the replica.'),
  region: reference('The region in which it stands.'),
  zone,
  at,
  disk: v.exactOptional(
    described(
      fields({
        fsync: v.exactOptional(
          durationOf('How long a write takes until it would survive a crash.'),
          DEFAULTS.fsyncMs,
        ),
      }),
      { help: 'The disk on which the replica keeps what must survive a crash.' },
    ),
    {},
  ),
  clock,
  service: v.exactOptional(
    described(
      fields({
        perMessageMs: v.exactOptional(
          durationOf('How long the replica is busy with each message; the others wait in a queue.'),
          DEFAULTS.perMessageMs,
        ),
      }),
      { help: 'How fast the replica works.' },
    ),
    {},
  ),
})

const open = fields({
  open: described(
    fields({
      ratePerS: number('Operations per second of the whole client, shared by its sessions.', {
        min: 0,
        max: LIMITS.ratePerS,
        above: true,
        unit: 'per second',
      }),
    }),
    {
      help: 'Operations arrive as a Poisson process whether or not earlier ones are done; latency counts from then.',
    },
  ),
})

const closed = fields({
  closed: described(
    fields({
      thinkMs: v.exactOptional(
        durationOf('Pause between an answer and the next operation.'),
        DEFAULTS.thinkMs,
      ),
    }),
    { help: 'Each session begins its next operation when the one before is done.' },
  ),
})

const loop = pick([open, closed], (input) => {
  if (!isObject(input)) {
    return `This must be {"open": {"ratePerS": …}} or {"closed": {"thinkMs": …}}, but it is ${shown(input)}.`
  }
  if (Object.hasOwn(input, 'open') && Object.hasOwn(input, 'closed')) {
    return 'A loop is either "open" or "closed", not both. Remove one.'
  }
  return Object.hasOwn(input, 'open') ? open : closed
})

const wait = (help: string) => number(help, { min: 0, max: LIMITS.latencyMs, unit: 'ms' })

const retry = fields({
  max: v.exactOptional(
    number('Attempts after the first; 0: none.', { min: 0, max: 100, integer: true }),
    DEFAULTS.retry.max,
  ),
  backoffMs: v.exactOptional(
    wait('Wait before the first retry; it doubles with each, and each is drawn from its upper half.'),
    DEFAULTS.retry.backoffMs,
  ),
  backoffMsMax: v.exactOptional(wait('The wait does not grow beyond this.'), DEFAULTS.retry.backoffMsMax),
})

export const client = fields({
  id: id('Name of the client.'),
  region: reference('The region in which it stands.'),
  zone,
  at,
  sessions: v.exactOptional(
    number('Sequential streams of operations.', { min: 1, max: LIMITS.sessionsPerClient, integer: true }),
    DEFAULTS.sessions,
  ),
  loop: v.exactOptional(described(loop, { help: 'What makes the client begin an operation.' }), {
    closed: { thinkMs: DEFAULTS.thinkMs },
  }),
  clock,
  timeoutMs: v.exactOptional(
    number('After this long without an answer an attempt counts as timed out.', {
      min: 0,
      max: LIMITS.latencyMs,
      above: true,
      unit: 'ms',
    }),
    DEFAULTS.timeoutMs,
  ),
  retry: v.exactOptional(
    described(retry, { help: 'What the client does after an attempt that failed.' }),
    {},
  ),
})

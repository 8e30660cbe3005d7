import * as v from 'valibot'
import { DEFAULTS } from '../defaults.ts'
import { LIMITS } from '../limits.ts'
import { checked, described, fields, flag, list, number, table } from './blocks.ts'
import { durationOf } from './distribution.ts'
import { reference } from './places.ts'

const ppm = (help: string) => number(help, { min: 0, max: LIMITS.ppm, integer: true, unit: 'ppm' })

const oneWay = durationOf('Latency of a message in one direction.')
const oneWayOf = described(
  table(durationOf('Latency of this kind.'), LIMITS.messageKindsPerLink, 'latencies by message kind'),
  {
    help: 'Latency of particular message kinds, instead of `oneWay`. The kinds are those of the strategy.',
  },
)
const lossPpm = ppm('Of a million messages so many are lost.')
const duplicatePpm = ppm('Of a million messages so many arrive twice.')
const reorderPpm = ppm(
  'Of a million messages so many are held back by one further latency draw, and so overtaken.',
)
const ordered = flag('true: deliveries keep the order of sending, as on one TCP connection.')
const bandwidthMbps = described(
  v.nullable(number('', { min: 0, max: LIMITS.bandwidthMbps, above: true, unit: 'Mbit/s' })),
  { help: 'Megabits per second; null: not modelled.', unit: 'Mbit/s' },
)

const defaultLink = fields({
  oneWay: v.exactOptional(oneWay, DEFAULTS.link.oneWay),
  oneWayOf: v.exactOptional(oneWayOf, {}),
  lossPpm: v.exactOptional(lossPpm, DEFAULTS.link.lossPpm),
  duplicatePpm: v.exactOptional(duplicatePpm, DEFAULTS.link.duplicatePpm),
  reorderPpm: v.exactOptional(reorderPpm, DEFAULTS.link.reorderPpm),
  ordered: v.exactOptional(ordered, DEFAULTS.link.ordered),
  bandwidthMbps: v.exactOptional(bandwidthMbps, DEFAULTS.link.bandwidthMbps),
})

const entry = checked(
  fields({
    from: reference('A region, replica or client.'),
    to: reference('A region, replica or client; the same region for links inside it.'),
    directed: v.exactOptional(flag('true: only from `from` to `to`. false: both directions.'), false),
    oneWay: v.exactOptional(oneWay),
    oneWayOf: v.exactOptional(oneWayOf),
    lossPpm: v.exactOptional(lossPpm),
    duplicatePpm: v.exactOptional(duplicatePpm),
    reorderPpm: v.exactOptional(reorderPpm),
    ordered: v.exactOptional(ordered),
    bandwidthMbps: v.exactOptional(bandwidthMbps),
  }),
  (link, report) => {
    // from, to and directed are always there once defaults are filled in.
    if (Object.keys(link).length === 3)
      report(null, 'This entry states nothing about the link. Add "oneWay" or remove it.')
  },
)

export const links = fields({
  rtt: v.exactOptional(
    described(v.nullable(reference('')), {
      help: 'Name of a shipped matrix of round-trip times, used between different regions (half of it each way); null: none.',
    }),
    null,
  ),
  default: v.exactOptional(
    described(defaultLink, {
      help: 'Any link of which nothing more specific speaks: inside a region, and between regions without a matrix.',
    }),
    {},
  ),
  between: v.exactOptional(
    described(list(entry, { max: LIMITS.links, of: 'links' }), {
      help: 'Particular links. Field by field, the most specific entry wins: two places, then a place and a region, then two regions.',
    }),
    [],
  ),
})

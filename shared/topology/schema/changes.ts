import { LIMITS } from '../limits.ts'
import { choice, described, fields, number } from './blocks.ts'
import { reference } from './places.ts'

export const change = described(
  fields({
    atMs: number('When it begins, from the beginning of the run.', {
      min: 0,
      max: LIMITS.durationMs,
      unit: 'ms',
    }),
    kind: choice(
      '"join": the replica, which held nothing until then, takes its part of the shards over. "leave": the others take ' +
        'over what it holds.',
      ['join', 'leave'],
    ),
    replica: reference('The replica that joins or leaves.'),
  }),
  { help: 'A replica joins the cluster, or leaves it.' },
)

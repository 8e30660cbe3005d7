import type { LinkEntry, Topology } from '../../topology/types.ts'
import { COURSE, courseOf, plain, type BatteryOptions } from './course.ts'
import { sitesOf } from './sites.ts'
import type { Newcomer } from './move-types.ts'
import type { Probe, Subject } from './types.ts'

/** A replica joins under the load of the probes with faults, and leaves again; each has half a minute to be over. */
export const MOVES = {
  joinAtMs: COURSE.faultAtMs,
  leaveAtMs: COURSE.faultAtMs + 30_000,
  /** From then on reads tell what has been lost. */
  judgedFromMs: COURSE.faultAtMs + 50_000,
  durationMs: COURSE.faultAtMs + 70_000,
} as const

/** So long after the end of a run nothing comes any more. */
const NEVER_MS = 3_600_000

/**
 * Two runs that are the same up to the join, which in the second never comes: the newcomer's place and what it would take are
 * there all the same, so that no draw of chance differs before.
 */
export function moveProbes(subject: Subject, options: BatteryOptions): Probe[] {
  const { newcomer } = subject
  if ('reason' in newcomer) return []
  const { id, like } = newcomer
  return [
    plain(
      'moving',
      `${id}, a replica like ${like}, joins and leaves again`,
      moving(subject, newcomer, options),
    ),
    plain('unmoved', 'The same run, and nobody joins', moving(subject, newcomer, options, NEVER_MS)),
  ]
}

/** The load of the battery on the topology's own number of keys, for it is they that move. */
export function moving(
  { topology, shards }: Pick<Subject, 'topology' | 'shards'>,
  newcomer: Pick<Newcomer, 'id' | 'like'>,
  options: BatteryOptions,
  laterMs = 0,
): Topology {
  const grown = withNewcomer(topology, newcomer)
  const course = courseOf(grown, sitesOf({ topology: grown, shards }), options)
  const { workload } = topology
  const keys = workload.kind === 'mix' ? workload.keys : course.workload.keys
  const { id: replica } = newcomer
  return {
    ...course,
    workload: { ...course.workload, keys },
    run: { ...course.run, durationMs: MOVES.durationMs },
    changes: [
      { atMs: MOVES.joinAtMs + laterMs, kind: 'join', replica },
      { atMs: MOVES.leaveAtMs + laterMs, kind: 'leave', replica },
    ],
  }
}

/** The topology with one replica more that stands where another stands, and has links like its. */
export function withNewcomer(topology: Topology, { id, like }: Pick<Newcomer, 'id' | 'like'>): Topology {
  const { replicas, links } = topology
  const models = replicas.filter((replica) => replica.id === like)
  const own = (name: string): string => (name === like ? id : name)
  const between = links.between.flatMap((entry): LinkEntry[] => {
    const { from, to } = entry
    return (from === like) === (to === like) ? [entry] : [entry, { ...entry, from: own(from), to: own(to) }]
  })
  return {
    ...topology,
    replicas: [...replicas, ...models.map((model) => ({ ...model, id, at: null }))],
    links: { ...links, between },
  }
}

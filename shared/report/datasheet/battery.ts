import type { DistributionSpec, FaultSpec, ProbeWorkload, Topology } from '../../topology/types.ts'
import { listed } from '../../base/listed.ts'
import { bare, COURSE, courseOf, mixOf, plain, type BatteryOptions } from './course.ts'
import { moveProbes } from './moving.ts'
import { cutOf, partitionsOf, sitesOf, vantagesOf, withVantages, type Load } from './sites.ts'
import type { Bound, Cut, Probe, Site, Subject } from './types.ts'

/** What the later probes need to know of the first. */
export interface FirstFindings {
  /** The replica that leads the most shards when the faults begin, or null where none leads. */
  leader: string | null
  /** Median latency of a read and of a write, in calm. */
  usualMs: number
}

/** Of all clients together, in the probe of contention: so few that every checker can judge it. */
const CONTENDERS = 12
const CONTENDED_MS = { full: 12_000, quick: 6_000 }
const OFFSETS_MS = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000]
const SAMPLES = { full: 1_500, quick: 500 }
const CALM_MS_MAX = 20_000
/** Loads, each of twice as many sessions as the one before. */
const LADDER_STEPS = 8
/** Where operations take long, many sessions are a light load: the ladder begins with one for so many ms. */
const LADDER_MS_PER_SESSION = 4
const LADDER_SESSIONS_MAX = 8_192

/** The runs that depend on nothing but the topology. */
export function firstProbes(subject: Subject, options: BatteryOptions): Probe[] {
  const { topology } = subject
  const sites = sitesOf(subject)
  const size = options.isQuick ? 'quick' : 'full'
  const calm = bare(topology, options, {
    durationMs: Math.min(CALM_MS_MAX, Math.max(5_000, topology.run.durationMs)),
    warmupMs: 1_000,
  })
  const probe: ProbeWorkload = {
    kind: 'probe',
    offsetsMs: OFFSETS_MS,
    samples: SAMPLES[size],
    valueBytes: topology.workload.valueBytes,
  }
  const lanes = Math.max(1, Math.round(16 / vantagesOf(sites).length))
  const probing: Load = { sessions: lanes, loop: { closed: { thinkMs: 0 } } }
  const contending: Load = {
    sessions: Math.max(1, Math.round(CONTENDERS / vantagesOf(sites).length)),
    loop: { closed: { thinkMs: { dist: 'exponential', meanMs: 8 } } },
  }
  return [
    plain('calm', 'Its own clients and workload, without faults', {
      ...calm,
      workload:
        topology.workload.kind === 'mix' ? topology.workload : mixOf(topology, { read: 0.5, update: 0.5 }),
    }),
    plain('visibility', 'Reads at a given time after a write was acknowledged', {
      ...withVantages(bare(topology, options), sites, probing),
      workload: probe,
    }),
    plain(
      'baseline',
      'The load of the probes with faults, without faults',
      courseOf(subject.topology, sites, options),
    ),
    plain('contended', 'Reads and writes of two keys from beside every replica', {
      ...onceEach(
        withVantages(
          bare(topology, options, { durationMs: CONTENDED_MS[size] + 1_000, warmupMs: 1_000 }),
          sites,
          contending,
        ),
      ),
      workload: {
        ...mixOf(topology, { read: 0.6, update: 0.4 }),
        keys: 2,
        distribution: { kind: 'uniform' },
      },
    }),
  ]
}

/** The runs that depend on who leads, and on how long an operation takes. */
export function laterProbes(subject: Subject, first: FirstFindings, options: BatteryOptions): Probe[] {
  const sites = sitesOf(subject)
  const cuts = partitionsOf(sites, first.leader)
  return [
    ...cuts.flatMap((small, at) => partitionProbes(subject, sites, small, at, options)),
    crashProbe(subject, sites, first.leader, options),
    ...regionProbe(subject, sites, first.leader, options),
    ...moveProbes(subject, options),
    ...(options.isQuick ? [] : loadProbes(subject, sites, first.usualMs, options)),
  ]
}

/**
 * Nothing is tried twice where order is judged: a write of unknown outcome that is tried again may be written twice, the
 * second time over what others wrote since. That would be the driver's doing, and drivers leave such writes alone.
 */
function onceEach(topology: Topology): Topology {
  const clients = topology.clients.map((client) => ({ ...client, retry: { ...client.retry, max: 0 } }))
  return { ...topology, clients }
}

/** "zone b", "region eu-west-1"; a replica by its name. */
function siteWords({ kind, id }: Site): string {
  return kind === 'replica' ? id : `${kind} ${id}`
}

function partitionProbes(
  subject: Subject,
  sites: readonly Site[],
  small: readonly Site[],
  at: number,
  options: BatteryOptions,
): Probe[] {
  const cut = cutOf(courseOf(subject.topology, sites, options), sites, small)
  const names = listed(small.map(siteWords))
  const fault = (forMs: number): FaultSpec => ({
    kind: 'partition',
    groups: [cut.small, cut.large],
    atMs: COURSE.faultAtMs,
    forMs,
  })
  const partition: Probe = {
    ...plain(
      'partition',
      `${names} cut off`,
      courseOf(subject.topology, sites, options, [fault(COURSE.forMs)]),
    ),
    name: `partition-${at + 1}`,
    cut,
  }
  return at === 0 ? [partition, healProbe(partition, cut, fault)] : [partition]
}

/** The load ends with the partition, so that nothing but the replicas' own repair goes on. */
function healProbe(partition: Probe, cut: Cut, fault: (forMs: number) => FaultSpec): Probe {
  const forMs = COURSE.faultAtMs
  const { topology } = partition
  const run = { ...topology.run, durationMs: COURSE.faultAtMs + forMs }
  return {
    ...plain('heal', 'No more load after the heal', { ...topology, run, faults: [fault(forMs)] }),
    cut,
  }
}

function crashProbe(
  subject: Subject,
  sites: readonly Site[],
  leader: string | null,
  options: BatteryOptions,
): Probe {
  const replica = leader ?? subject.shards[0][0]
  const role = leader === null ? '' : ', the leader'
  const fault: FaultSpec = { kind: 'crash', replica, atMs: COURSE.faultAtMs, forMs: COURSE.forMs }
  return {
    ...plain('crash', `Crash of ${replica}${role}`, courseOf(subject.topology, sites, options, [fault])),
    struck: [replica],
  }
}

/** Where there are several regions, all replicas of one lose power. */
function regionProbe(
  subject: Subject,
  sites: readonly Site[],
  leader: string | null,
  options: BatteryOptions,
): Probe[] {
  const homes = sites.filter(({ kind, holders }) => kind === 'region' && holders > 0)
  if (homes.length < 2) return []
  const lost = homes.find(({ replicas }) => leader !== null && replicas.includes(leader)) ?? homes[0]
  const fault: FaultSpec = {
    kind: 'power-loss',
    replicas: lost.replicas,
    atMs: COURSE.faultAtMs,
    forMs: COURSE.forMs,
  }
  const title = `Power loss in ${lost.id}`
  const topology = courseOf(subject.topology, sites, options, [fault])
  return [{ ...plain('region-lost', title, topology), struck: lost.replicas }]
}

/** What bounds the throughput of a topology, in the model: a replica's time per message, links, disks. */
export function boundsOf({ replicas, links }: Topology): Bound[] {
  const hasBandwidth = [links.default, ...links.between].some(
    ({ bandwidthMbps = null }) => bandwidthMbps !== null,
  )
  return [
    ...(replicas.some(({ service }) => service.perMessageMs !== 0) ? (['service'] as const) : []),
    ...(hasBandwidth ? (['bandwidth'] as const) : []),
    ...(replicas.some(({ disk }) => disk.fsync !== 0) ? (['disk'] as const) : []),
  ]
}

function loadProbes(
  subject: Subject,
  sites: readonly Site[],
  usualMs: number,
  options: BatteryOptions,
): Probe[] {
  const { topology } = subject
  const bounds = boundsOf(topology)
  // Disks commit in groups: by themselves they bound the latency, not the throughput.
  if (!bounds.some((bound) => bound !== 'disk')) return []
  const clients = vantagesOf(sites).length
  const durationMs = Math.min(4_000, Math.max(400, 20 * usualMs))
  const run = { durationMs: durationMs * 1.25, warmupMs: durationMs * 0.25 }
  const workload =
    topology.workload.kind === 'mix' ? topology.workload : mixOf(topology, { read: 0.5, update: 0.5 })
  const fewest = Math.max(1, Math.min(64, Math.ceil(usualMs / LADDER_MS_PER_SESSION)))
  const ladder = Array.from({ length: LADDER_STEPS }, (_, step) => fewest * (1 << step)).filter(
    (sessions, step) => step === 0 || sessions * clients <= LADDER_SESSIONS_MAX,
  )
  const loadOf = (of: Topology, sessions: number, name: string, unbound: Bound | null): Probe => {
    const load: Load = { sessions, loop: { closed: { thinkMs: 0 } } }
    const without = unbound === null ? '' : ` without any bound by ${BOUND_WORDS[unbound]}`
    return {
      ...plain('load', `${sessions * clients} sessions without a pause${without}`, {
        ...withVantages(bare(of, options, unbound === null ? run : halfOf(run)), sites, load),
        workload,
      }),
      name,
      sessions: sessions * clients,
      unbound,
    }
  }
  const most = ladder[ladder.length - 1]
  return [
    ...ladder.map((sessions) => loadOf(topology, sessions, `load-${sessions * clients}`, null)),
    ...bounds.map((bound) => loadOf(unbounded(topology, bound), most, `load-without-${bound}`, bound)),
  ]
}

export const BOUND_WORDS: Readonly<Record<Bound, string>> = {
  service: 'the time that a replica takes for a message',
  bandwidth: 'the bandwidth of links',
  disk: 'the disks',
}

/** Without a bound there is far more to simulate, and one figure to find. */
function halfOf({ durationMs, warmupMs }: { durationMs: number; warmupMs: number }) {
  return { durationMs: durationMs / 2, warmupMs: warmupMs / 2 }
}

function unbounded(topology: Topology, bound: Bound): Topology {
  const none: DistributionSpec = 0
  const { replicas, links } = topology
  switch (bound) {
    case 'service':
      return {
        ...topology,
        replicas: replicas.map((replica) => ({ ...replica, service: { perMessageMs: none } })),
      }
    case 'disk':
      return { ...topology, replicas: replicas.map((replica) => ({ ...replica, disk: { fsync: none } })) }
    case 'bandwidth':
      return {
        ...topology,
        links: {
          ...links,
          default: { ...links.default, bandwidthMbps: null },
          between: links.between.map((entry) => ({ ...entry, bandwidthMbps: null })),
        },
      }
  }
}

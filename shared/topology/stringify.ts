import { DEFAULTS, usualShards } from './defaults.ts'
import { FORMAT } from './format.ts'
import type { StrategyIndex } from './strategy.ts'
import type {
  ClientSpec,
  ClockSpec,
  FaultSpec,
  KeyDistribution,
  LinkEntry,
  LinkSpec,
  MixSpec,
  PartitioningSpec,
  ReplicaSpec,
  Topology,
  WorkloadSpec,
} from './types.ts'
import { keyDistributionNamed, YCSB_MIXES } from './ycsb.ts'

/**
 * A topology back to a file that a person would write: defaults left out, YCSB mixes by name, fields in the order of
 * the reference, one short object per line. Parsing the text gives the same topology again. Parameters that equal
 * their strategy's default are left out too where `strategies` is given.
 */
export function formatTopology(topology: Topology, strategies?: StrategyIndex): string {
  return formatFile(fileOf(topology, strategies))
}

/** The text of a file that is already JSON, laid out in the same way: fields stay in their order. */
export function formatFile(file: unknown): string {
  return `${print(file, '')}\n`
}

/** The same as a JSON value. */
export function fileOf(topology: Topology, strategies?: StrategyIndex): Record<string, unknown> {
  const { replication, partitioning, consistency, run } = topology
  const file = {
    format: FORMAT,
    name: topology.name,
    notes: unless(topology.notes, ''),
    regions: topology.regions.map(({ id, zones, at, size }) =>
      compact({ id, zones: unless(zones, []), at: unless(at, null), size }),
    ),
    replicas: topology.replicas.map(replicaOf),
    clients: topology.clients.map(clientOf),
    links: unless(
      compact({
        rtt: unless(topology.links.rtt, null),
        default: unless(without(topology.links.default, DEFAULTS.link), {}),
        between: unless(topology.links.between.map(linkOf), []),
      }),
      {},
    ),
    replication: compact({
      strategy: replication.strategy,
      params: unless(without(replication.params, paramDefaults(replication.strategy, strategies)), {}),
    }),
    partitioning: unless(
      without(partitioningOf(partitioning), {
        ...DEFAULTS.partitioning,
        shards: usualShards(partitioning, topology.replicas.length),
      }),
      {},
    ),
    consistency: unless(without(consistency, { ...DEFAULTS.consistency, session: [] }), {}),
    workload: workloadOf(topology.workload),
    faults: unless(topology.faults.map(faultOf), []),
    changes: topology.changes,
    run: unless(without(run, DEFAULTS.run), {}),
    expect: unless(topology.expect, []),
  }
  return compact(file)
}

function partitioningOf(partitioning: PartitioningSpec): object {
  const { split } = partitioning
  return split === undefined ? partitioning : { ...partitioning, split: without(split, DEFAULTS.split) }
}

function replicaOf({ id, region, zone, at, disk, clock, service }: ReplicaSpec): unknown {
  return compact({
    id,
    region,
    zone: unless(zone, null),
    at: unless(at, null),
    disk: unless(disk, { fsync: DEFAULTS.fsyncMs }),
    clock: clockOf(clock),
    service: unless(service, { perMessageMs: DEFAULTS.perMessageMs }),
  })
}

function clientOf(client: ClientSpec): unknown {
  return compact({
    id: client.id,
    region: client.region,
    zone: unless(client.zone, null),
    at: unless(client.at, null),
    sessions: unless(client.sessions, DEFAULTS.sessions),
    loop: unless(client.loop, { closed: { thinkMs: DEFAULTS.thinkMs } }),
    clock: clockOf(client.clock),
    timeoutMs: unless(client.timeoutMs, DEFAULTS.timeoutMs),
    retry: unless(without(client.retry, DEFAULTS.retry), {}),
  })
}

function clockOf(clock: ClockSpec): unknown {
  return unless(without(clock, DEFAULTS.clock), {})
}

function linkOf({ from, to, directed, ...stated }: LinkEntry): unknown {
  return compact({
    from,
    to,
    directed: unless(directed, false),
    ...ordered(stated, Object.keys(DEFAULTS.link)),
  })
}

function ordered(link: Partial<LinkSpec>, names: readonly string[]): Record<string, unknown> {
  const values: Readonly<Record<string, unknown>> = link
  return Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]]))
}

function faultOf(fault: FaultSpec): unknown {
  const { atMs, kind, forMs, ...rest } = fault
  const defaults = kind === 'cut' ? { oneWay: false } : kind === 'clock' ? { offsetMs: 0, driftPpm: 0 } : {}
  return compact({ atMs, kind, ...without(rest, defaults), forMs: unless(forMs, null) })
}

function workloadOf(workload: WorkloadSpec): unknown {
  if (workload.kind === 'probe') {
    const { kind, offsetsMs, samples, valueBytes } = workload
    return compact({ kind, offsetsMs, samples, valueBytes: unless(valueBytes, DEFAULTS.valueBytes) })
  }
  const ycsb = YCSB_MIXES.get(workload.mixName)
  const isYcsb = ycsb !== undefined && isEqual(ycsb.mix, workload.mix)
  const usual: KeyDistribution = isYcsb ? ycsb.distribution : { kind: 'uniform' }
  return compact({
    mix: isYcsb ? workload.mixName : without(workload.mix, NO_OPERATIONS),
    keys: unless(workload.keys, DEFAULTS.keys),
    distribution: isEqual(workload.distribution, usual) ? undefined : keysOf(workload.distribution, isYcsb),
    valueBytes: unless(workload.valueBytes, DEFAULTS.valueBytes),
    scanLengthMax: unless(workload.scanLengthMax, DEFAULTS.scanLengthMax),
    insertOrder: workload.insertOrder,
  })
}

const NO_OPERATIONS: MixSpec = {
  read: 0,
  update: 0,
  insert: 0,
  scan: 0,
  readModifyWrite: 0,
  compareAndSet: 0,
  delete: 0,
}

/** The word alone says the scrambled zipfian where a YCSB mix stands beside it. */
function keysOf(keys: KeyDistribution, isYcsb: boolean): unknown {
  if (isYcsb && keys.kind === 'zipfian') return keys
  return isEqual(keys, keyDistributionNamed(keys.kind)) ? keys.kind : keys
}

function paramDefaults(strategy: string, strategies: StrategyIndex | undefined): Record<string, unknown> {
  const params = strategies?.get(strategy)?.params ?? []
  return Object.fromEntries(params.map((param) => [param.name, param.default]))
}

function unless<T>(value: T, usual: unknown): T | undefined {
  return isEqual(value, usual) ? undefined : value
}

/** The members that differ from their default, in the order of the defaults. */
function without(values: object, defaults: object): Record<string, unknown> {
  const stated: Readonly<Record<string, unknown>> = { ...values }
  const usual: Readonly<Record<string, unknown>> = { ...defaults }
  const names = new Set([...Object.keys(usual), ...Object.keys(stated)])
  return Object.fromEntries(
    [...names]
      .filter((name) => Object.hasOwn(stated, name))
      .filter((name) => !(Object.hasOwn(usual, name) && isEqual(stated[name], usual[name])))
      .map((name) => [name, stated[name]]),
  )
}

function compact(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const left: Readonly<Record<string, unknown>> = { ...a }
  const right: Readonly<Record<string, unknown>> = { ...b }
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isEqual(left[name], right[name]))
  )
}

const LINE_WIDTH = 110

/** JSON with two spaces, but a list or object that fits stays on its line. */
function print(value: unknown, indent: string): string {
  const flat = printFlat(value)
  if (typeof value !== 'object' || value === null) return flat
  const isRoot = indent === ''
  if (!isRoot && indent.length + flat.length <= LINE_WIDTH) return flat
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    return `[\n${value.map((item) => inner + print(item, inner)).join(',\n')}\n${indent}]`
  }
  const members = Object.entries(value).map(
    ([name, item]) => `${inner}${JSON.stringify(name)}: ${print(item, inner)}`,
  )
  return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`
}

function printFlat(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printFlat).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${printFlat(item)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

import type { Catalog, TopologyCheck } from '../../../shared/ipc/contract.ts'
import { formatPercent } from '../../../shared/report/numbers.ts'
import { DEFAULTS } from '../../../shared/topology/defaults.ts'
import { pathOf, type Step } from '../../../shared/topology/problems.ts'
import type { ParamSpec } from '../../../shared/topology/strategy.ts'
import type { Option } from '../../components/option.ts'
import { valueAt } from '../../model/edits-settings.ts'
import type { TopologyFile } from '../../model/file.ts'

/** What can be varied of a file by name: its settings with their words, out of the strategy's manifest and the catalog. */

export interface SweepSetting {
  /** `$.replication.params.r` */
  readonly path: string
  readonly label: string
  readonly help: string
  readonly group: string
  /** What the file has, or what holds where it says nothing. */
  readonly present: unknown
  /** What it may be; null: numbers are typed. */
  readonly options: readonly (Omit<Option, 'value'> & { readonly value: unknown })[] | null
  readonly unit: string
}

/** Links and clients of larger files are varied by their paths. */
const NAMED_MAX = 24

const YES_NO = [
  { value: false, label: 'Off' },
  { value: true, label: 'On' },
] as const

type Offer = Pick<SweepSetting, 'label' | 'help'> & {
  steps: readonly Step[]
  fallback?: unknown
  options?: SweepSetting['options']
  unit?: string
}

/** Every setting that a sweep can vary by name, in the order of the inspector. */
export function sweepSettings(
  file: TopologyFile,
  catalog: Catalog,
  check: Pick<TopologyCheck, 'topology' | 'placement'> | null,
): SweepSetting[] {
  const group = (name: string, offers: readonly Offer[]): SweepSetting[] =>
    offers.map(({ steps, label, help, fallback = null, options = null, unit = '' }) => ({
      path: pathOf(steps),
      label,
      help,
      group: name,
      present: valueAt(file, steps) ?? fallback,
      options,
      unit,
    }))
  return [
    ...group('Replication', replication(file, catalog)),
    ...group('Consistency', consistency(catalog)),
    ...group('Partitioning', partitioning(file, catalog, check)),
    ...group('Network', network(file)),
    ...group('Workload', workload(file, catalog)),
    ...group('Clients', clients(file)),
  ]
}

function replication(file: TopologyFile, { strategies }: Catalog): Offer[] {
  const { strategy: id } = file.replication
  const params = strategies.find((strategy) => strategy.id === id)?.params ?? []
  return [
    ...params.map((param): Offer => ({
      steps: ['replication', 'params', param.name],
      label: param.label,
      help: param.help,
      fallback: param.default,
      options: optionsOf(param),
      unit: param.type === 'ms' ? 'ms' : '',
    })),
    {
      steps: ['replication', 'strategy'],
      label: 'Strategy',
      help: 'How replicas agree. A strategy that does not know the parameters of the file is left out.',
      options: strategies.map(({ id: value, title, summary }) => ({ value, label: title, help: summary })),
    },
  ]
}

function optionsOf(param: ParamSpec): SweepSetting['options'] {
  if (param.type === 'boolean') return YES_NO
  return param.type === 'choice' ? param.choices : null
}

function consistency({ levels, onPartition }: Catalog): Offer[] {
  return [
    {
      steps: ['consistency', 'read'],
      label: 'Read level',
      help: 'What a read promises.',
      fallback: DEFAULTS.consistency.read,
      options: levels,
    },
    {
      steps: ['consistency', 'onPartition'],
      label: 'On a partition',
      help: 'What is given up where replicas cannot reach each other.',
      fallback: DEFAULTS.consistency.onPartition,
      options: onPartition,
    },
  ]
}

function partitioning(
  file: TopologyFile,
  { schemes }: Catalog,
  check: Pick<TopologyCheck, 'topology' | 'placement'> | null,
): Offer[] {
  const scheme = file.partitioning?.scheme ?? DEFAULTS.partitioning.scheme
  const known = check?.topology?.partitioning
  const offers: Offer[] = [
    {
      steps: ['partitioning', 'scheme'],
      label: 'Scheme',
      help: 'How keys are divided among replicas.',
      fallback: scheme,
      options: schemes,
    },
  ]
  if (scheme === 'none') return offers
  const isRing = scheme === 'consistent-hashing'
  return [
    ...offers,
    {
      steps: ['partitioning', 'replicationFactor'],
      label: 'Replicas of each shard',
      help: 'How many replicas hold each shard.',
      fallback: check?.placement[0]?.replicas.length ?? null,
    },
    isRing
      ? {
          steps: ['partitioning', 'virtualNodes'],
          label: 'Virtual nodes',
          help: 'Points on the ring per replica: the more, the more even the shares.',
          fallback: DEFAULTS.partitioning.virtualNodes,
        }
      : {
          steps: ['partitioning', 'shards'],
          label: 'Shards',
          help: 'Slices of the key space, each replicated by itself.',
          fallback: known?.shards ?? DEFAULTS.partitioning.shards,
        },
  ]
}

function network({ links }: TopologyFile): Offer[] {
  const named = (links?.between ?? []).slice(0, NAMED_MAX).flatMap((link, at): Offer[] =>
    typeof link.oneWay === 'number'
      ? [
          {
            steps: ['links', 'between', at, 'oneWay'],
            label: `One way, ${link.from} – ${link.to}`,
            help: 'Latency of a message in one direction between these two.',
            unit: 'ms',
          },
        ]
      : [],
  )
  return [
    {
      steps: ['links', 'default', 'oneWay'],
      label: 'One way',
      help: 'Latency of a message in one direction, wherever nothing more particular is stated.',
      fallback: DEFAULTS.link.oneWay,
      unit: 'ms',
    },
    {
      steps: ['links', 'default', 'lossPpm'],
      label: 'Loss',
      help: 'Of a million messages so many are lost: 10,000 is one in a hundred.',
      fallback: 0,
      unit: 'ppm',
    },
    ...named,
  ]
}

function workload({ workload: stated }: TopologyFile, { mixes }: Catalog): Offer[] {
  const valueBytes: Offer = {
    steps: ['workload', 'valueBytes'],
    label: 'Size of a value',
    help: 'Of each value on the wire.',
    fallback: DEFAULTS.valueBytes,
    unit: 'bytes',
  }
  if (stated.kind === 'probe') return [valueBytes]
  return [
    {
      steps: ['workload', 'mix'],
      label: 'Mix, share of reads',
      help: 'Which operations, in which shares.',
      options: mixOptions(mixes),
    },
    {
      steps: ['workload', 'keys'],
      label: 'Keys',
      help: 'Keys that exist, with a value, when the run begins: fewer are fought over more.',
      fallback: DEFAULTS.keys,
    },
    valueBytes,
  ]
}

/** Reads and updates in shares that no YCSB workload has. */
const READ_SHARES = [0.99, 0.9, 0.75, 0.25, 0.1]

function mixOptions(mixes: Catalog['mixes']): SweepSetting['options'] {
  const shares = (of: Readonly<Record<string, number>>): string =>
    Object.entries(of)
      .filter(([, share]) => share > 0)
      .map(([name, share]) => `${formatPercent(share)} ${name}`)
      .join(', ')
  return [
    ...mixes.map(({ name, label, shares: of }) => ({ value: name, label, help: shares(of) })),
    ...READ_SHARES.map((read) => {
      const mix = { read, update: Math.round((1 - read) * 100) / 100 }
      return { value: mix, label: `${formatPercent(read)} reads`, help: shares(mix) }
    }),
  ]
}

function clients({ clients: all }: TopologyFile): Offer[] {
  return all.slice(0, NAMED_MAX).flatMap(({ id, loop }, at): Offer[] => [
    {
      steps: ['clients', at, 'sessions'],
      label: `Sessions of ${id}`,
      help: 'Sequential streams of operations.',
      fallback: DEFAULTS.sessions,
    },
    ...(loop !== undefined && 'open' in loop
      ? [
          {
            steps: ['clients', at, 'loop', 'open', 'ratePerS'],
            label: `Rate of ${id}`,
            help: 'Operations per second of the whole client, shared by its sessions.',
            unit: '/s',
          },
        ]
      : []),
  ])
}

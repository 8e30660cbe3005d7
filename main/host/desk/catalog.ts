import type { Catalog, PresetEntry } from '../../../shared/ipc/contract.ts'
import { registry, strategies } from '../../../shared/protocols/registry.ts'
import {
  FAULT_CHOICES,
  GUARANTEE_CHOICES,
  KEY_DISTRIBUTION_CHOICES,
  ON_PARTITION_CHOICES,
  PARTITIONING_CHOICES,
  READ_LEVEL_CHOICES,
  SESSION_GUARANTEE_CHOICES,
} from '../../../shared/topology/choices.ts'
import { GUARANTEE_NAMES, METRIC_NAMES } from '../../../shared/topology/metric-names.ts'
import { parseTopology } from '../../../shared/topology/parse.ts'
import { rttMatrix, rttNames } from '../../../shared/topology/rtt.ts'
import { YCSB_MIXES } from '../../../shared/topology/ycsb.ts'
import { presets } from '../presets.ts'

let made: Catalog | null = null

/** Everything that forms are made of, from the registries themselves: what lands there appears here. */
export function catalog(): Catalog {
  return (made ??= {
    strategies: [...registry.values()].map(({ manifest }) => {
      const { id, title, summary, roles, params, kinds } = manifest
      return { id, title, summary, roles, params, kinds }
    }),
    presets: presetEntries(),
    guarantees: GUARANTEE_NAMES.map((name) => {
      const words = GUARANTEE_CHOICES.find(({ value }) => value === name)
      return { name, title: words?.label ?? name, definition: words?.help ?? '' }
    }),
    levels: [...READ_LEVEL_CHOICES],
    sessionGuarantees: [...SESSION_GUARANTEE_CHOICES],
    onPartition: [...ON_PARTITION_CHOICES],
    schemes: [...PARTITIONING_CHOICES],
    mixes: [...YCSB_MIXES].map(([name, { mix }]) => ({
      name,
      label: mixLabel(name, mix),
      shares: { ...mix },
    })),
    keyDistributions: [...KEY_DISTRIBUTION_CHOICES],
    faults: [...FAULT_CHOICES],
    metrics: METRIC_NAMES.map(({ name, help }) => ({ name, label: help })),
    rtt: rttNames().map((name) => {
      const { cloud, measured, source, regions } = rttMatrix(name)
      return { name, cloud, measured, source, regions: [...regions] }
    }),
  })
}

const OPERATIONS = {
  read: 'reads',
  update: 'updates',
  insert: 'inserts',
  scan: 'scans',
  readModifyWrite: 'read-modify-writes',
  compareAndSet: 'compare-and-sets',
  delete: 'deletes',
} as const

/** "YCSB-A: 50 % reads, 50 % updates". */
function mixLabel(name: string, mix: Readonly<Record<keyof typeof OPERATIONS, number>>): string {
  const parts = Object.entries(OPERATIONS).flatMap(([field, noun]) => {
    const share = mix[field as keyof typeof OPERATIONS]
    return share > 0 ? [`${Math.round(share * 100)} % ${noun}`] : []
  })
  return `${name.toUpperCase()}: ${parts.join(', ')}`
}

function presetEntries(): PresetEntry[] {
  return [...presets.values()].flatMap((preset) => {
    const topology = parseTopology(preset.text, strategies)
    return topology.ok ? [{ ...preset, topology: topology.value }] : []
  })
}

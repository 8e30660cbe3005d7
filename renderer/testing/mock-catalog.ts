import index from '../../presets/index.json' with { type: 'json' }
import type { Catalog, Choice, PresetEntry } from '../../shared/ipc/contract.ts'
import { strategies } from '../../shared/protocols/registry.ts'
import { GUARANTEE_NAMES, METRIC_NAMES } from '../../shared/topology/metric-names.ts'
import { parseTopology } from '../../shared/topology/parse.ts'
import { YCSB_MIXES } from '../../shared/topology/ycsb.ts'

const TEXTS = import.meta.glob<string>('../../presets/*.topology.json', {
  query: '?raw',
  import: 'default',
  eager: true,
})

function presets(): PresetEntry[] {
  return index.flatMap(({ id, summary, cap }) => {
    const text = TEXTS[`../../presets/${id}.topology.json`] ?? ''
    const parsed = parseTopology(text, strategies)
    if (!parsed.ok) return []
    const topology = parsed.value
    return [
      { id, name: topology.name, strategy: topology.replication.strategy, cap, summary, text, topology },
    ]
  })
}

const choices = (...values: string[]): Choice[] =>
  values.map((value) => ({
    value,
    label: value.replaceAll('-', ' '),
    help: `What follows from ${value.replaceAll('-', ' ')}, in one sentence.`,
  }))

/** The shipped presets and strategies; words that the lab would add are stand-ins. */
export function mockCatalog(): Catalog {
  return {
    strategies: [...strategies.values()].map(({ id, title, summary, roles, params, kinds }) => ({
      id,
      title,
      summary,
      roles,
      params,
      kinds,
    })),
    presets: presets(),
    guarantees: GUARANTEE_NAMES.map((name) => ({
      name,
      title: name.replaceAll('-', ' '),
      definition: `The definition of ${name}.`,
    })),
    levels: choices('linearizable', 'sequential', 'causal', 'read-your-writes', 'eventual'),
    sessionGuarantees: choices(
      'read-your-writes',
      'monotonic-reads',
      'monotonic-writes',
      'writes-follow-reads',
    ),
    onPartition: choices('consistency', 'availability'),
    schemes: choices('none', 'range', 'hash', 'consistent-hashing', 'rendezvous', 'jump'),
    mixes: [...YCSB_MIXES].map(([name, { mix }]) => ({
      name,
      label: name.toUpperCase(),
      shares: { ...mix },
    })),
    keyDistributions: choices('uniform', 'zipfian', 'scrambled-zipfian', 'latest', 'hotspot'),
    faults: choices(
      'partition',
      'isolate',
      'cut',
      'slow',
      'loss',
      'crash',
      'restart',
      'pause',
      'clock',
      'slow-disk',
      'power-loss',
    ),
    metrics: METRIC_NAMES.map(({ name, help }) => ({ name, label: help })),
    rtt: [],
  }
}

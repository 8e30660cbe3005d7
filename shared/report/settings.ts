import type { Manifest } from '../protocols/contract.ts'
import type { ParamSpec } from '../topology/strategy.ts'
import type { ClientSpec, ParamValue, Topology, WorkloadSpec } from '../topology/types.ts'
import { listed } from '../base/listed.ts'
import { countOf, formatBytes, formatCount, formatMs, formatNumber, formatPercent } from './numbers.ts'
import type { SettingLine } from './types.ts'

/** What a report wants to know of the strategy that ran; any protocol's manifest will do. */
export type StrategyWords = Pick<Manifest, 'title' | 'params' | 'facts' | 'check' | 'explain'>

/** The settings of a run in words, most telling first. Without `strategy`, parameters go by their plain names. */
export function settingLines(topology: Topology, strategy: StrategyWords | null): SettingLine[] {
  const { replication, consistency, partitioning } = topology
  // What is refused is not kept by any means.
  const mechanism =
    strategy !== null && strategy.check(topology).length === 0 ? strategy.explain(topology) : null
  const lines: SettingLine[] = [
    { label: 'Replication', value: strategy?.title ?? replication.strategy, consequence: '' },
    ...quorumLines(replication.params),
    {
      label: 'Reads ask for',
      value: [consistency.read, ...consistency.session].join(' + '),
      consequence: mechanism?.read ?? '',
    },
    {
      label: 'In a partition',
      value: `prefer ${consistency.onPartition}`,
      consequence:
        mechanism?.partition ??
        (consistency.onPartition === 'availability'
          ? 'Both sides go on answering; what they answer may differ until they meet again.'
          : 'A side that cannot reach enough replicas refuses rather than answers from what it has.'),
    },
  ]
  if (partitioning.scheme !== 'none') {
    lines.push({
      label: 'Partitioning',
      value:
        partitioning.scheme === 'consistent-hashing'
          ? `${partitioning.scheme}, ${countOf(partitioning.virtualNodes, 'point')} per replica`
          : `${partitioning.scheme}, ${countOf(partitioning.shards, partitioning.scheme === 'rendezvous' ? 'bucket' : 'shard')}`,
      consequence: '',
    })
  }
  lines.push({ label: 'Workload', value: workloadWords(topology.workload), consequence: '' })
  lines.push({ label: 'Load', value: loadWords(topology.clients), consequence: '' })
  for (const [name, value] of Object.entries(replication.params)) {
    if (['n', 'r', 'w'].includes(name)) continue
    lines.push(
      paramLine(
        name,
        value,
        strategy?.params.find((param) => param.name === name),
      ),
    )
  }
  return lines
}

function quorumLines(params: Readonly<Record<string, ParamValue>>): SettingLine[] {
  const { n, r, w } = params
  if (typeof n !== 'number' || typeof r !== 'number' || typeof w !== 'number') return []
  const perRegion = [params.readScope, params.writeScope].some(
    (scope) => scope === 'local' || scope === 'each',
  )
  const sloppy = params.sloppyQuorum === true
  const consequence = perRegion
    ? 'R and W count replicas of a region, as the scopes below say, so R + W > N decides nothing between regions.'
    : quorumConsequence(n, r, w) + (sloppy ? ' Stand-ins of a sloppy quorum are not bound by this.' : '')
  return [{ label: 'Quorum', value: `N = ${n}, R = ${r}, W = ${w}`, consequence }]
}

function quorumConsequence(n: number, r: number, w: number): string {
  const overlap =
    r + w > n
      ? 'R + W > N: every read meets a replica that confirmed the latest acknowledged write'
      : `R + W ≤ N: a read may ask only replicas that the latest write has not reached (for random replicas, ${formatPercent(
          missProbability(n, r, w),
        )} of quorum pairs do not meet)`
  const reads = n - r
  const writes = n - w
  const survives =
    reads === writes
      ? `reads and writes survive the loss of ${countOf(reads, 'replica')}`
      : `reads survive the loss of ${countOf(reads, 'replica')}, writes of ${formatCount(writes)}`
  return `${overlap}; ${survives}.`
}

/** C(N − W, R) / C(N, R): the share of read quorums that avoid a given write quorum. */
function missProbability(n: number, r: number, w: number): number {
  let probability = 1
  for (let i = 0; i < r; i++) probability *= Math.max(0, n - w - i) / (n - i)
  return probability
}

function paramLine(name: string, value: ParamValue, spec: ParamSpec | undefined): SettingLine {
  const choice =
    spec?.type === 'choice' ? spec.choices.find((candidate) => candidate.value === value) : undefined
  const text =
    typeof value === 'boolean'
      ? value
        ? 'on'
        : 'off'
      : typeof value === 'number'
        ? spec?.type === 'ms' || name.endsWith('Ms')
          ? formatMs(value)
          : formatNumber(value)
        : (choice?.label ?? value)
  return { label: spec?.label ?? name, value: text, consequence: choice?.help ?? spec?.help ?? '' }
}

export function workloadWords(workload: WorkloadSpec): string {
  if (workload.kind === 'probe') {
    return `probe of ${countOf(workload.offsetsMs.length, 'delay')} after a write, ${countOf(workload.samples, 'read')} each`
  }
  const parts = (
    [
      ['read', 'reads'],
      ['update', 'updates'],
      ['insert', 'inserts'],
      ['scan', 'scans'],
      ['readModifyWrite', 'read-modify-writes'],
      ['compareAndSet', 'compare-and-sets'],
      ['delete', 'deletes'],
    ] as const
  ).flatMap(([key, noun]) => (workload.mix[key] > 0 ? [`${formatPercent(workload.mix[key])} ${noun}`] : []))
  const name = workload.mixName === 'custom' ? '' : `${workload.mixName.toUpperCase()}: `
  return `${name}${listed(parts)}; ${countOf(workload.keys, 'key')}, ${workload.distribution.kind}, ${formatBytes(workload.valueBytes)} values`
}

function loadWords(clients: readonly ClientSpec[]): string {
  let sessions = 0
  let openPerS = 0
  let closed = 0
  for (const client of clients) {
    sessions += client.sessions
    if ('open' in client.loop) openPerS += client.loop.open.ratePerS
    else closed += client.sessions
  }
  const inLoop = countOf(closed, 'session')
  const who = countOf(clients.length, 'client')
  if (openPerS === 0) return `${who}, ${inLoop} in a closed loop`
  const offered = `${formatNumber(openPerS)} operations per second offered by ${countOf(sessions - closed, 'session')} (open loop)`
  return closed === 0 ? `${who}: ${offered}` : `${who}: ${offered}, and ${inLoop} in a closed loop`
}

import type { Change } from '../../../shared/partitioning/change.ts'
import { newcomers, placementFigures, type PlacementFigures } from '../../../shared/plan/placement-figures.ts'
import { strategies } from '../../../shared/protocols/registry.ts'
import { countOf, formatCount, formatPercent } from '../../../shared/report/numbers.ts'
import { LIMITS } from '../../../shared/topology/limits.ts'
import { mendFor } from '../../../shared/topology/suggest.ts'
import type { Topology } from '../../../shared/topology/types.ts'
import { readTopology } from '../../host/files.ts'
import { integerOf, refuseInput, UsageError, type Arguments, type Terminal } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { plain, tableText, type Cell } from '../table.ts'

/** Shards and moves that a terminal shows; `--json` has all of them. */
const ROWS = 12

/** `replica-lab placement FILE`. */
export async function run(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const [file] = args.operands
  const asJson = args.has('json')
  const count = integerOf(args, 'add', 1, LIMITS.replicas - 1)
  if (count !== undefined && args.value('remove') !== null) {
    throw new UsageError('--add and --remove are two changes. Ask for one at a time.')
  }
  const topology = await readTopology(file, strategies)
  if (!topology.ok) return refuseInput(file, topology.error, asJson, terminal)
  const figures = placementFigures(topology.value, changeOf(topology.value, count, args.value('remove')))
  terminal.out(asJson ? `${JSON.stringify(figures, null, 2)}\n` : placementText(topology.value, figures))
  return EXIT.ok
}

function changeOf(topology: Topology, count: number | undefined, leaver: string | null): Change | null {
  const { replicas, partitioning } = topology
  if (leaver !== null) {
    const ids = replicas.map(({ id }) => id)
    if (!ids.includes(leaver)) {
      throw new UsageError(`There is no replica "${leaver}" to remove.${mendFor(leaver, ids, 'replica')}`)
    }
    if (ids.length === 1) throw new UsageError(`"${leaver}" is the only replica, so nothing would be left.`)
    return { remove: leaver }
  }
  if (count === undefined) return null
  const total = replicas.length + count
  const isRing = partitioning.scheme === 'consistent-hashing'
  const most = isRing ? Math.floor(LIMITS.ringPoints / partitioning.virtualNodes) : LIMITS.replicas
  const bound = Math.min(most, LIMITS.replicas)
  if (total > bound) {
    throw new UsageError(`With ${count} more there would be ${total} replicas; ${bound} are the most here.`)
  }
  return { add: newcomers(topology, count) }
}

const percent = (share: number): Cell => ({ right: formatPercent(share) })

function placementText(topology: Topology, figures: PlacementFigures): string {
  const { replicas, shards, added, removed, scheme, replicationFactor } = figures
  const isChanged = added.length + removed.length > 0
  const head = ['owned', ...(isChanged ? ['before'] : []), 'with copies', 'load', 'shards']
  const change = added.length > 0 ? `, after adding ${countOf(added.length, 'replica')}` : ''
  const loss = removed.length > 0 ? `, after removing ${removed.join(', ')}` : ''
  return [
    `${plain(topology.name)}\n${scheme === 'none' ? 'no partitioning' : scheme}, ` +
      `${countOf(shards.length, 'shard')}, ${countOf(replicationFactor, 'replica')} each${change}${loss}\n`,
    tableText([
      ['replica', 'place', ...head.map((right) => ({ right }))],
      ...replicas.map((replica) => [
        replica.id,
        replica.zone === null ? replica.region : `${replica.region} ${replica.zone}`,
        percent(replica.share),
        ...(isChanged ? [percent(replica.shareBefore)] : []),
        percent(replica.heldShare),
        percent(replica.loadShare),
        { right: formatCount(replica.shards) },
      ]),
    ]),
    ...(isChanged ? [movesText(figures)] : []),
    spreadText(figures),
    ...(shards.length > 1 ? [shardsText(figures)] : []),
  ].join('\n')
}

function movesText({ movedFraction, idealFraction, movedCopiesFraction, moves }: PlacementFigures): string {
  const shown = moves.slice(0, ROWS)
  const rest = moves.slice(ROWS).reduce((sum, { share }) => sum + share, 0)
  return tableText([
    ['moved', percent(movedFraction), 'of the keys have another owner'],
    ['ideal', percent(idealFraction), 'would keep all owners even'],
    ['copies', percent(movedCopiesFraction), 'of all copies lie where none lay before'],
    ...shown.map(({ from, to, share }) => ['', percent(share), `${from} → ${to}`]),
    ...(rest > 0 ? [['', percent(rest), `in ${countOf(moves.length - ROWS, 'other move')}`]] : []),
  ])
}

function spreadText({ spread: { regions, acrossRegions, acrossZones } }: PlacementFigures): string {
  const zones = regions.flatMap(({ id, zones: within }) =>
    within.map(({ id: zone, share }) => ({ name: zone === null ? id : `${id} ${zone}`, share })),
  )
  return tableText([
    ['spread', percent(acrossZones), 'of the keys in as many zones as can be'],
    ...(regions.length > 1 ? [['', percent(acrossRegions), 'in as many regions']] : []),
    ...(zones.length > 1
      ? zones.map(({ name, share }) => ['', percent(share), `of the copies in ${name}`])
      : []),
  ])
}

function shardsText({ shards, hotKeys }: PlacementFigures): string {
  const byLoad = [...shards].sort((a, b) => b.loadShare - a.loadShare || a.id - b.id)
  const left = shards.length - ROWS
  return [
    tableText([
      [{ right: 'shard' }, { right: 'keys' }, { right: 'load' }, 'replicas, busiest shards first'],
      ...byLoad
        .slice(0, ROWS)
        .map(({ id, share, loadShare, replicas }) => [
          { right: String(id) },
          percent(share),
          percent(loadShare),
          replicas.join(' '),
        ]),
    ]),
    ...(left > 0 ? [`and ${countOf(left, 'other')}; --json has all of them\n`] : []),
    ...(hotKeys.length > 0
      ? [
          `\nhottest keys: ${hotKeys
            .map(({ key, share, shard }) => `${plain(key)} (${formatPercent(share)}, shard ${shard})`)
            .join(', ')}\n`,
        ]
      : []),
  ].join('')
}

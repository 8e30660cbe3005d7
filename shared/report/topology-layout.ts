import type { ClientSpec, Topology } from '../topology/types.ts'
import { countOf, formatMs, formatNumber } from './numbers.ts'
import type { Box } from './topology-geometry.ts'
import { BOW, linksOf, type LinkLine, type Point } from './topology-links.ts'

export interface ReplicaCard {
  box: Box
  name: string
  zone: string
  spare: boolean
}

export interface RegionBox {
  box: Box
  name: string
  cards: ReplicaCard[]
  /** Clients, or one line that sums them up. */
  pills: { box: Box; name: string; detail: string }[]
  /** Lines of text where there are too many things to draw one by one. */
  lines: string[]
}

/** Where everything in the picture of a topology goes: plain geometry, before any drawing. */
export interface TopologyLayout {
  width: number
  height: number
  regions: RegionBox[]
  links: LinkLine[]
  /** In the middle of a large ring. */
  centre: string[]
}

const MARGIN = 14
const PAD = 12
const HEADER = 26
const CARD = { width: 80, height: 28, gap: 6, perRow: 3 } as const
const PILL = { height: 24, gap: 6, most: 3 } as const
const LINE_HEIGHT = 18
const BOX_WIDTH = CARD.perRow * CARD.width + (CARD.perRow - 1) * CARD.gap + 2 * PAD
const COMPACT = { width: 138, height: 66 } as const
const GAP = { x: 84, y: 64 } as const
const COMPACT_GAP = { x: 14, y: 14 } as const
/** More regions than this are drawn as counts, and their links as a summary. */
const DETAILED_REGIONS_MAX = 6
const CARDS_MAX = 12
const RING_COLUMNS_MAX = 7

/** `roundTripMs` as in `Report.regionRoundTripMs`. Boxes never overlap, whatever the number of regions. */
export function layoutTopology(
  topology: Topology,
  roundTripMs: readonly (readonly number[])[],
  spares: readonly string[],
): TopologyLayout {
  const detailed = topology.regions.length <= DETAILED_REGIONS_MAX
  const contents = topology.regions.map((region) => contentOf(topology, region.id, detailed, new Set(spares)))
  const width = detailed ? BOX_WIDTH : COMPACT.width
  const height = Math.max(detailed ? 60 : COMPACT.height, ...contents.map((content) => content.height))
  const gap = detailed ? GAP : COMPACT_GAP
  const slots = slotsOf(topology.regions.length)
  // A row of three in a labelled picture has a link from its first to its last, which bows round the middle one.
  const rowsOfThree = detailed ? Math.max(0, topology.regions.length - 4) : 0
  const bow = rowsOfThree > 0 ? BOW : 0
  const regions = slots.map(([column, row], i): RegionBox => {
    const origin = { x: MARGIN + column * (width + gap.x), y: MARGIN + bow + row * (height + gap.y) }
    const content = contents[i]
    return {
      box: { ...origin, width, height },
      name: content.name,
      lines: content.lines,
      cards: content.cards.map((card) => ({ ...card, box: moved(card.box, origin) })),
      pills: content.pills.map((pill) => ({ ...pill, box: moved(pill.box, origin) })),
    }
  })
  const right = Math.max(...regions.map(({ box }) => box.x + box.width))
  const bottom = Math.max(...regions.map(({ box }) => box.y + box.height))
  return {
    width: right + MARGIN,
    height: bottom + MARGIN + (rowsOfThree > 1 ? BOW : 0),
    regions,
    links: detailed
      ? linksOf(
          regions.map((region) => region.box),
          roundTripMs,
        )
      : [],
    centre: detailed ? [] : centreLines(topology, roundTripMs),
  }
}

/** Columns and rows of a ring of n boxes; for few, the shapes that a person would draw. */
function slotsOf(n: number): (readonly [number, number])[] {
  if (n <= 2) return Array.from({ length: n }, (_, i) => [i, 0] as const)
  if (n === 3)
    return [
      [0, 0],
      [1, 0],
      [0.5, 1],
    ]
  if (n === 4)
    return [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ]
  if (n === 5)
    return [
      [0, 0],
      [1, 0],
      [2, 0],
      [1.5, 1],
      [0.5, 1],
    ]
  if (n === 6)
    return [
      [0, 0],
      [1, 0],
      [2, 0],
      [2, 1],
      [1, 1],
      [0, 1],
    ]
  const columns = Math.min(RING_COLUMNS_MAX, Math.ceil((n + 4) / 4) + 1)
  const rows = Math.max(3, Math.ceil((n - 2 * columns) / 2) + 2)
  const ring: (readonly [number, number])[] = []
  for (let column = 0; column < columns; column++) ring.push([column, 0])
  for (let row = 1; row < rows; row++) ring.push([columns - 1, row])
  for (let column = columns - 2; column >= 0; column--) ring.push([column, rows - 1])
  for (let row = rows - 2; row >= 1; row--) ring.push([0, row])
  return Array.from({ length: n }, (_, i) => ring[Math.floor((i * ring.length) / n)])
}

interface Content {
  name: string
  height: number
  cards: ReplicaCard[]
  pills: RegionBox['pills']
  lines: string[]
}

function contentOf(
  topology: Topology,
  region: string,
  detailed: boolean,
  spares: ReadonlySet<string>,
): Content {
  const replicas = topology.replicas.filter((replica) => replica.region === region)
  const clients = topology.clients.filter((client) => client.region === region)
  if (!detailed) {
    const lines = [countOf(replicas.length, 'replica')]
    if (clients.length > 0)
      lines.push(`${countOf(clients.length, 'client')}, ${loadOf(clients).split(', ')[0] ?? ''}`)
    return { name: region, height: COMPACT.height, cards: [], pills: [], lines }
  }
  const inner = BOX_WIDTH - 2 * PAD
  const lines: string[] = []
  const cards: ReplicaCard[] = []
  let y = HEADER + PAD
  if (replicas.length > CARDS_MAX) {
    const zones = new Set(replicas.flatMap((replica) => replica.zone ?? [])).size
    const spare = replicas.filter((replica) => spares.has(replica.id)).length
    lines.push(
      countOf(replicas.length, 'replica') +
        (zones > 1 ? ` in ${zones} zones` : '') +
        (spare > 0 ? `, ${spare} spare` : ''),
    )
    y += LINE_HEIGHT + CARD.gap
  } else {
    for (const [i, replica] of replicas.entries()) {
      const column = i % CARD.perRow
      const row = Math.floor(i / CARD.perRow)
      const box = {
        x: PAD + column * (CARD.width + CARD.gap),
        y: y + row * (CARD.height + CARD.gap),
        width: CARD.width,
        height: CARD.height,
      }
      cards.push({ box, name: replica.id, zone: replica.zone ?? '', spare: spares.has(replica.id) })
    }
    y += Math.ceil(replicas.length / CARD.perRow) * (CARD.height + CARD.gap)
  }
  const entries =
    clients.length > PILL.most
      ? [{ name: countOf(clients.length, 'client'), detail: loadOf(clients) }]
      : clients.map((client) => ({ name: client.id, detail: loadOf([client]) }))
  const pills = entries.map((entry, i) => ({
    ...entry,
    box: { x: PAD, y: y + i * (PILL.height + PILL.gap), width: inner, height: PILL.height },
  }))
  y += pills.length * (PILL.height + PILL.gap)
  return { name: region, height: y - CARD.gap + PAD, cards, pills, lines }
}

/** "400/s, 16 sessions"; sessions alone for a closed loop, whose rate is an outcome. */
function loadOf(clients: readonly ClientSpec[]): string {
  const sessions = clients.reduce((sum, client) => sum + client.sessions, 0)
  const ratePerS = clients.reduce(
    (sum, client) => sum + ('open' in client.loop ? client.loop.open.ratePerS : 0),
    0,
  )
  return ratePerS > 0
    ? `${formatNumber(ratePerS)}/s, ${countOf(sessions, 'session')}`
    : countOf(sessions, 'session')
}

function centreLines(topology: Topology, roundTripMs: readonly (readonly number[])[]): string[] {
  const pairs: { ms: number; names: string }[] = []
  for (const [a, region] of topology.regions.entries()) {
    for (let b = a + 1; b < topology.regions.length; b++) {
      pairs.push({ ms: roundTripMs[a]?.[b] ?? 0, names: `${region.id} – ${topology.regions[b]?.id ?? ''}` })
    }
  }
  pairs.sort((a, b) => a.ms - b.ms)
  const nearest = pairs[0]
  const farthest = pairs[pairs.length - 1]
  const lines = [
    `${countOf(topology.regions.length, 'region')}, ${countOf(topology.replicas.length, 'replica')}`,
  ]
  if (nearest === undefined || farthest === undefined) return lines
  const middle = pairs[pairs.length >> 1] as { ms: number }
  return [
    ...lines,
    `median round trip ${formatMs(middle.ms)}`,
    `nearest ${nearest.names}: ${formatMs(nearest.ms)}`,
    `farthest ${farthest.names}: ${formatMs(farthest.ms)}`,
  ]
}

function moved(box: Box, by: Point): Box {
  return { ...box, x: box.x + by.x, y: box.y + by.y }
}

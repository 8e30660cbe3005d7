import { median } from '../figure.ts'
import type { Suite } from '../figure.ts'
import { loadNote } from '../live-run.ts'
import { bareRate } from '../references/bare-transport.ts'
import type { BareRun } from '../references/bare-transport.ts'
import type { LinkSpec } from '../references/links.ts'

/** Messages per post where a reader takes what there is: as many as make posts cheap, as few as keep them prompt. */
const BATCH = 128

const SLEEPING_RINGS: LinkSpec = { kind: 'rings', batch: 1, waits: 'sleeping' }
const SPINNING_RINGS: LinkSpec = { kind: 'rings', batch: 1, waits: 'spinning' }
const SLEEPING_PACKED: LinkSpec = { kind: 'packed rings', batch: 1, waits: 'sleeping' }
const SPINNING_PACKED: LinkSpec = { kind: 'packed rings', batch: 1, waits: 'spinning' }
const GATHERED: LinkSpec = { kind: 'gathered rings', batch: BATCH, waits: 'sleeping' }
const EVENTS: LinkSpec = { kind: 'ports', batch: BATCH, waits: 'sleeping' }
const EVENTS_SINGLE: LinkSpec = { kind: 'ports', batch: 1, waits: 'sleeping' }
const POLLED: LinkSpec = { kind: 'polled ports', batch: BATCH, waits: 'sleeping' }
const POLLED_SINGLE: LinkSpec = { kind: 'polled ports', batch: 1, waits: 'sleeping' }
const POLLED_SPINNING: LinkSpec = { kind: 'polled ports', batch: 1, waits: 'spinning' }

const RINGS = 'rings, JSON, reader sleeps'
const GATHERED_RINGS = 'rings, JSON, a frame per turn'
const PORTS = 'ports, event loop'

/** What live runs use. */
export const LIVE_LINK = SLEEPING_RINGS

const ROUND_TRIPS: [string, LinkSpec][] = [
  [PORTS, EVENTS_SINGLE],
  ['ports, polled, reader sleeps', POLLED_SINGLE],
  ['ports, polled, reader spins', POLLED_SPINNING],
  [RINGS, SLEEPING_RINGS],
  [GATHERED_RINGS, GATHERED],
  ['rings, JSON, reader spins', SPINNING_RINGS],
  ['rings, packed, reader sleeps', SLEEPING_PACKED],
  ['rings, packed, reader spins', SPINNING_PACKED],
]

const ONE_WAY: [string, LinkSpec][] = [
  ['ports, event loop, one per post', EVENTS_SINGLE],
  ['ports, polled, one per post', POLLED_SINGLE],
  [`${PORTS}, ${BATCH} per post`, EVENTS],
  [`ports, polled, ${BATCH} per post`, POLLED],
  [RINGS, SLEEPING_RINGS],
  [GATHERED_RINGS, GATHERED],
  ['rings, packed, reader sleeps', SLEEPING_PACKED],
  ['rings, packed, reader spins', SPINNING_PACKED],
]

const COMMITS: [string, LinkSpec][] = [
  [PORTS, EVENTS],
  ['ports, polled, reader sleeps', POLLED],
  [RINGS, SLEEPING_RINGS],
  [GATHERED_RINGS, GATHERED],
  ['rings, packed, reader sleeps', SLEEPING_PACKED],
]

export const transportSuite: Suite = {
  name: 'transport',
  summary:
    'bare threads: shared-memory rings as in live runs beside message ports; 128-byte records where packed',
  async run(quick, report, { benchThread }) {
    /** Medians of three; the links take turns, so that a change of the machine's mood strikes all of them. */
    const compare = async (
      title: string,
      unit: string,
      links: [string, LinkSpec][],
      work: Omit<BareRun, 'link' | 'measureMs'>,
    ) => {
      const rates = links.map((): number[] => [])
      for (let round = 0; round < (quick ? 1 : 3); round++) {
        for (const [index, [, link]] of links.entries()) {
          rates[index].push(await bareRate(benchThread, { ...work, link, measureMs: quick ? 200 : 800 }))
        }
      }
      const reference = { name: links[0][0], value: median(rates[0]), measured: 'in this run' as const }
      for (const [index, [name]] of links.entries()) {
        const value = median(rates[index])
        const against = index === 0 ? {} : { reference, ratio: value / reference.value }
        report({ name: `${title}: ${name}`, value, unit, ...against, note: loadNote() })
      }
    }
    await compare('round trips', '/s', ROUND_TRIPS, { cast: 'echo' })
    await compare('one way', 'msg/s', ONE_WAY, { cast: 'one-way' })
    for (const window of [1, 64, 512]) {
      await compare(`toy commit, window ${window}`, '/s', COMMITS, { cast: 'commit', window })
    }
  },
}

import { median, medianRatio } from '../figure.ts'
import type { Suite } from '../figure.ts'
import { loadNote } from '../live-run.ts'
import { bareRate } from '../references/bare-transport.ts'
import type { BareRun } from '../references/bare-transport.ts'
import type { LinkSpec } from '../references/links.ts'

/** Messages per post where a reader takes what there is: as many as make posts cheap, as few as keep them prompt. */
const BATCH = 128
const ROUNDS = 3
const MEASURE_MS = 300

const sleeping = (kind: LinkSpec['kind'], batch = 1): LinkSpec => ({ kind, batch, waits: 'sleeping' })

/** What live runs use: a frame for each message, its body as JSON. */
export const LIVE_LINK = sleeping('rings')

const RINGS: [string, LinkSpec] = ['rings, JSON', LIVE_LINK]
/** What could be had beside it: fewer frames, or bodies as numbers. */
const OTHER_RINGS: [string, LinkSpec][] = [
  ['rings, JSON, a frame per turn', sleeping('gathered rings', BATCH)],
  ['rings, packed records', sleeping('packed rings')],
]
const SINGLE_PORTS: [string, LinkSpec][] = [
  ['ports, event loop', sleeping('ports')],
  ['ports, polled', sleeping('polled ports')],
]
const BATCHED_PORTS: [string, LinkSpec][] = [
  [`ports, ${BATCH} a post`, sleeping('ports', BATCH)],
  [`ports, polled, ${BATCH} a post`, sleeping('polled ports', BATCH)],
]

export const transportSuite: Suite = {
  name: 'transport',
  summary:
    'bare threads over message ports and shared-memory rings, readers asleep until woken; 3 replicas in the toy',
  async run(quick, report, { benchThread }) {
    /** The links take turns, so that a change of the machine's mood strikes all of them. The first is the reference. */
    const compare = async (
      title: string,
      unit: string,
      links: [string, LinkSpec][],
      work: Omit<BareRun, 'link' | 'measureMs'>,
    ) => {
      const rates = links.map((): number[] => [])
      for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
        for (const [index, [, link]] of links.entries()) {
          rates[index].push(
            await bareRate(benchThread, { ...work, link, measureMs: quick ? MEASURE_MS / 4 : MEASURE_MS }),
          )
        }
      }
      const reference = { name: links[0][0], value: median(rates[0]), measured: 'in this run' as const }
      for (const [index, [name]] of links.entries()) {
        const against = index === 0 ? {} : { reference, ratio: medianRatio(rates[index], rates[0]) }
        report({ name: `${title}: ${name}`, value: median(rates[index]), unit, ...against, note: loadNote() })
      }
    }
    await compare('round trips', '/s', [...SINGLE_PORTS, RINGS, ...OTHER_RINGS], { cast: 'echo' })
    await compare('one way', 'msg/s', [...SINGLE_PORTS, ...BATCHED_PORTS, RINGS, ...OTHER_RINGS], {
      cast: 'one-way',
    })
    for (const window of [1, 64, 512]) {
      const links = [...(window === 1 ? SINGLE_PORTS : BATCHED_PORTS), RINGS, ...OTHER_RINGS]
      await compare(`toy commit, ${window} in flight`, '/s', links, { cast: 'commit', window })
    }
  },
}

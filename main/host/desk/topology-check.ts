import { createHash } from 'node:crypto'
import type { TopologyCheck } from '../../../shared/ipc/contract.ts'
import { registry, strategies } from '../../../shared/protocols/registry.ts'
import { regionRoundTrips } from '../../../shared/report/region-round-trips.ts'
import { settingLines } from '../../../shared/report/settings.ts'
import { READ_LEVEL_CHOICES } from '../../../shared/topology/choices.ts'
import { parseTopology } from '../../../shared/topology/parse.ts'
import { warningsOf } from '../../../shared/topology/warnings.ts'
import type { Topology } from '../../../shared/topology/types.ts'
import { expectedOperations } from '../../../shared/workload/expected.ts'
import { keyPlacement } from './key-placement.ts'
import { RefusalFinder } from './refusals.ts'

/** Undo and redo go back and forth between texts: their answers are kept. */
const ANSWERS_KEPT = 32

/** Says everything there is to say of a file while somebody edits it. */
export class TopologyChecker {
  readonly #answers = new Map<string, TopologyCheck>()
  readonly #refusals = new RefusalFinder()

  check(text: string): TopologyCheck {
    const identity = createHash('sha256').update(text).digest('base64')
    const known = this.#answers.get(identity)
    if (known !== undefined) return known
    const answer = this.#answer(text)
    this.#answers.set(identity, answer)
    if (this.#answers.size > ANSWERS_KEPT) this.#answers.delete([...this.#answers.keys()][0])
    return answer
  }

  #answer(text: string): TopologyCheck {
    const parsed = parseTopology(text, strategies)
    const refusals = this.#refusals.find(text)
    if (!parsed.ok) {
      return {
        problems: parsed.error,
        warnings: [],
        topology: null,
        sums: [],
        refusals,
        regionRoundTripMs: null,
        placement: [],
        ring: [],
        estimate: null,
      }
    }
    const topology = parsed.value
    return {
      problems: [],
      warnings: warningsOf(topology, strategies),
      topology,
      sums: sumsOf(topology),
      refusals,
      regionRoundTripMs: regionRoundTrips(topology),
      ...keyPlacement(topology),
      estimate: estimateOf(topology),
    }
  }
}

/** What follows from the settings, the most telling first; settings without a consequence say nothing here. */
function sumsOf(topology: Topology): TopologyCheck['sums'] {
  const manifest = registry.get(topology.replication.strategy)?.manifest ?? null
  const { read } = topology.consistency
  return settingLines(topology, manifest)
    .map((line) => {
      if (line.label !== 'Reads ask for') return line
      const level = READ_LEVEL_CHOICES.find(({ value }) => value === read)
      return { ...line, consequence: `${level?.help ?? ''} ${line.consequence}`.trim() }
    })
    .filter(({ consequence }) => consequence !== '')
}

/** A probe reads each offset so many times after as many writes, and takes what that takes. */
function estimateOf({ workload, clients, run }: Topology): TopologyCheck['estimate'] {
  if (workload.kind === 'probe') return null
  return {
    operations: expectedOperations(clients, run.durationMs),
    durationMs: run.durationMs * run.timeScale,
  }
}

import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { registry } from '../../protocols/registry.ts'
import { soak } from '../soak.ts'

/** Seeds per strategy; `npm run soak` takes as many as one likes. */
const RUNS = 200
const SEEDS = 1_000_000_000

/**
 * Of the tree that was committed last: whoever tests the same tree looks at the same seeds, and every change looks where none
 * has looked before. Outside of a repository it is the clock that says where.
 */
function firstSeed(): number {
  try {
    const tree = execFileSync('git', ['rev-parse', 'HEAD^{tree}'], { encoding: 'utf8', stdio: 'pipe' })
    return 1_000_000 + (Number.parseInt(tree.slice(0, 8), 16) % SEEDS)
  } catch {
    return 1_000_000 + (Date.now() % SEEDS)
  }
}

/** A file for each strategy, so that they run side by side. */
export function soakFreshSeeds(id: string): void {
  test(`${id}: ${RUNS} random topologies under random faults, in checked mode`, { timeout: 600_000 }, () => {
    const protocol = registry.get(id)
    if (protocol === undefined) throw new Error(`there is no strategy ${id}`)
    const first = firstSeed()
    let ran = 0
    let faults = 0
    for (let seed = first; seed < first + RUNS; seed++) {
      const result = soak(protocol, seed)
      const reproduce = `npm run soak -- --protocol ${id} --seeds ${seed}..${seed}`
      expect(result.violations, reproduce).toEqual([])
      if (result.refused === null) ran++
      faults += Object.values(result.faults).reduce((sum, count) => sum + count, 0)
    }
    expect(ran).toBeGreaterThan(RUNS * 0.9)
    expect(faults).toBeGreaterThan(RUNS / 2)
  })
}

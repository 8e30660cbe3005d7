import { describe, expect, test } from 'vitest'
import { buildPlan } from '../plan/build.ts'
import { registry } from '../protocols/registry.ts'
import { STATUS } from '../history/types.ts'
import { simulate } from '../simulator/index.ts'
import { claimProblems } from './claims.ts'
import { levelCells, sessionCells } from './levels.ts'
import type { Cell } from './levels.ts'

const nameOf = ({ read, session, onPartition }: Cell['consistency']): string =>
  [read, ...session, onPartition].join(', ')

describe.each([...registry.values()].map((protocol) => ({ id: protocol.manifest.id, protocol })))(
  '$id',
  ({ protocol }) => {
    const { manifest } = protocol
    const cells = [...levelCells(manifest), ...sessionCells(manifest)].map((cell) => ({
      name: nameOf(cell.consistency),
      cell,
    }))

    test.each(cells)('$name either runs and holds, or is refused with a reason and a way out', ({ cell }) => {
      const { topology, problems } = cell
      if (problems.length > 0) {
        for (const { path, sentence } of problems) {
          expect(path).toMatch(/^\$\.(consistency|replication)\./)
          expect(sentence).toMatch(/\. (Use|Set|Leave|Remove|Ask|Turn|Lower|Raise|Choose|Add|State) /)
        }
        return
      }
      const history = simulate(buildPlan(topology), protocol)
      const { ops } = history
      let [ok, all] = [0, 0]
      for (let row = 0; row < ops.count; row++) {
        all++
        if (ops.status[row] === STATUS.ok) ok++
      }
      expect(all).toBeGreaterThan(300)
      expect(ok / all).toBeGreaterThan(0.4)
      expect(claimProblems(history, topology)).toEqual([])
    })

    test('says by what means each level that it runs is kept', () => {
      const runs = cells.filter(({ cell }) => cell.problems.length === 0)
      expect(runs.length).toBeGreaterThan(0)
      for (const { cell } of runs) {
        const { read, partition } = manifest.explain(cell.topology)
        expect(read).toMatch(/^[A-Z].*\.$/)
        expect(partition).toMatch(/^[A-Z].*\.$/)
      }
    })
  },
)

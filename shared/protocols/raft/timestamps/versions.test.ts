import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareTimestamps } from '../../../clocks/timestamp.ts'
import type { Timestamp } from '../../../clocks/timestamp.ts'
import { emptyMachine, put } from '../machine.ts'
import type { Machine } from '../machine.ts'
import { restoreMachine, snapshotOf } from '../snapshot.ts'
import { isKept, versionAt } from './versions.ts'

describe('versions', () => {
  const history = fc.array(fc.record({ key: fc.nat(2), passes: fc.nat(3) }), { maxLength: 40 })

  /** Writes value i + 1 at each turn; all stamps in order. */
  function fill(script: readonly { key: number; passes: number }[], machine: Machine) {
    let stamp: Timestamp = { ns: 0, logical: 0 }
    return script.map(({ key, passes }, i) => {
      stamp = passes === 0 ? { ...stamp, logical: stamp.logical + 1 } : { ns: stamp.ns + passes, logical: 0 }
      const cell = { key, value: i + 1, at: i + 1, bytes: 1, stamp }
      put(machine, cell)
      machine.applied = i + 1
      return cell
    })
  }

  test('a read at a timestamp finds the newest version up to it, as far back as versions are kept', () => {
    fc.assert(
      fc.property(history, fc.nat(80), fc.nat(60), (script, ns, retentionNs) => {
        const machine = emptyMachine(0, 10, retentionNs)
        const cells = fill(script, machine)
        const limit = { ns, logical: 0 }
        if (!isKept(machine, limit)) return
        for (const key of [0, 1, 2]) {
          const wanted = cells.findLast(
            (cell) => cell.key === key && compareTimestamps(cell.stamp, limit) <= 0,
          )
          expect(versionAt(machine, key, limit)).toEqual(wanted)
        }
      }),
    )
  })

  test('versions go that nobody asks for any more', () => {
    const machine = emptyMachine(0, 10, 10)
    fill(
      Array.from({ length: 100 }, () => ({ key: 0, passes: 1 })),
      machine,
    )
    expect(machine.older.get(0)).toHaveLength(10)
  })

  test('a snapshot holds them all', () => {
    const machine = emptyMachine(0, 10, 30)
    fill(
      Array.from({ length: 50 }, (_, i) => ({ key: i % 3, passes: 1 })),
      machine,
    )
    const restored = emptyMachine(0, 10, 30)
    restoreMachine(restored, snapshotOf(machine, 1, { voters: [0], outgoing: [], learners: [] }))
    expect(restored.digest).toBe(machine.digest)
    for (let ns = 21; ns < 60; ns++) {
      for (const key of [0, 1, 2]) {
        const limit = { ns, logical: 0 }
        expect(versionAt(restored, key, limit)).toEqual(versionAt(machine, key, limit))
      }
    }
  })
})

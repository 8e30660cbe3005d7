import type { CanvasDecorations, ReplicaDecoration } from '../../canvas/types.ts'
import { sidesOf, statedGroups } from '../../model/fault-edits-groups.ts'
import type { FaultFile, TopologyFile } from '../../model/file.ts'
import { runDecorations } from '../run/decorations.ts'
import { drawnSides } from './drawn-sides.ts'
import { sideWords } from './fault-words.ts'

const STRUCK: Readonly<Record<string, ReplicaDecoration>> = {
  crash: { state: 'down' },
  'power-loss': { state: 'down' },
  pause: { state: 'paused' },
  restart: { note: 'restarts' },
  clock: { note: 'clock goes wrong' },
  'slow-disk': { note: 'slow disk' },
}

/** What a fault of the file strikes, laid over the canvas. A role strikes nobody in particular before it is played. */
export function faultPicture(file: TopologyFile, fault: FaultFile): CanvasDecorations {
  if (fault.kind === 'partition') return partitionPicture(file, statedGroups(fault))
  // A boundary round a replica that there is not would enclose everybody else.
  const strikesNobody = fault.kind === 'isolate' && file.replicas.every(({ id }) => id !== fault.replica)
  const { replica, replicas } = fault as Readonly<Record<string, unknown>>
  const names = fault.kind === 'power-loss' && Array.isArray(replicas) ? (replicas as unknown[]) : [replica]
  const struck = STRUCK[fault.kind]
  return {
    ...runDecorations(file, null, strikesNobody ? [] : [fault]),
    replicas: new Map(
      names.flatMap((name) => (struck === undefined || typeof name !== 'string' ? [] : [[name, struck]])),
    ),
  }
}

function partitionPicture(file: TopologyFile, groups: readonly (readonly string[])[]): CanvasDecorations {
  const sides = sidesOf(file, groups)
  const noteOf = (id: string): string =>
    sides.has(id) ? `side ${sideWords(sides.get(id) ?? null)}` : 'reaches all'
  return {
    sides: drawnSides(file, groups),
    replicas: new Map(file.replicas.map(({ id }) => [id, { note: noteOf(id) }])),
  }
}

import type { CanvasDecorations, ReplicaDecoration } from '../../canvas/types.ts'
import type { FaultFile, TopologyFile } from '../../model/file.ts'
import { sidesOf, statedGroups } from '../../model/fault-edits-groups.ts'
import { runDecorations } from '../run/decorations.ts'

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
  const shown = fault.kind === 'partition' ? { ...fault, groups: partedPlaces(file, fault) } : fault
  const { replica, replicas } = fault as Readonly<Record<string, unknown>>
  const struck = STRUCK[fault.kind]
  const names = fault.kind === 'power-loss' && Array.isArray(replicas) ? (replicas as unknown[]) : [replica]
  return {
    ...runDecorations(file, null, isKnown(file, shown) ? [shown] : []),
    replicas: new Map(
      names.flatMap((name) => (struck === undefined || typeof name !== 'string' ? [] : [[name, struck]])),
    ),
  }
}

/** The places on each side by their own names, none of them empty: boundaries are drawn round places. */
function partedPlaces(file: TopologyFile, fault: FaultFile): string[][] {
  const groups: string[][] = []
  for (const [name, side] of sidesOf(file, statedGroups(fault))) (groups[side] ??= []).push(name)
  const sides = groups.filter((group) => group !== undefined)
  return sides.length > 1 ? sides : []
}

/** Whether an isolated replica is one of the file: a boundary round nobody would enclose everybody else. */
function isKnown(file: TopologyFile, fault: FaultFile): boolean {
  return fault.kind !== 'isolate' || file.replicas.some(({ id }) => id === fault.replica)
}

import type { CanvasDecorations, ReplicaDecoration } from '../../canvas/types.ts'
import { isThere, presences } from '../../model/change-edits.ts'
import type { ChangeFile, TopologyFile } from '../../model/file.ts'
import { lifeWords } from './change-words.ts'

/** When replicas join and leave, laid over the canvas of a topology that does not run: those that come later are ghosts. */
export function lifePicture(file: TopologyFile): CanvasDecorations | null {
  const lives = presences(file, 0)
  if (lives.length === 0) return null
  return {
    replicas: new Map(
      lives.map(({ replica, marks }): [string, ReplicaDecoration] => [
        replica,
        { note: lifeWords(marks), ...(marks[0].kind === 'join' ? { membership: 'absent' } : {}) },
      ]),
    ),
  }
}

/** Who is there at the instant of a change, laid over the canvas: those who are not are ghosts. */
export function changePicture(file: TopologyFile, change: ChangeFile): CanvasDecorations {
  const replicas = file.replicas.flatMap(({ id }): [string, ReplicaDecoration][] => {
    if (id === change.replica) {
      const isJoin = change.kind === 'join'
      return [[id, { membership: isJoin ? 'joining' : 'leaving', note: isJoin ? 'joins' : 'leaves' }]]
    }
    return isThere(file, id, change.atMs) ? [] : [[id, { membership: 'absent', note: 'not there' }]]
  })
  return { replicas: new Map(replicas) }
}

import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Replicas beyond this many share threads that sync their files. */
export const DISK_THREADS_MAX = 32

/**
 * The files of a run's real disks: one per replica, in a folder that nobody else knows and that is gone with the run,
 * even where the program ends at once. The system's folder for temporary files is where it lies (`TMPDIR`).
 */
export class Disks {
  readonly folder: string
  /** By replica. */
  readonly fds: readonly number[]
  readonly #onExit = () => this.#remove()
  #isOpen = true

  constructor(replicas: number) {
    this.folder = mkdtempSync(path.join(tmpdir(), 'replica-lab-disks-'))
    process.once('exit', this.#onExit)
    const fds: number[] = []
    this.fds = fds
    try {
      // Numbers, not names: a name from a topology file must never lead to a path.
      for (let place = 0; place < replicas; place++) {
        fds.push(openSync(path.join(this.folder, `${place}.log`), 'ax+'))
      }
    } catch (error) {
      this.dispose()
      throw error
    }
  }

  /** Closes and removes everything. Only for after the end of the threads that use it. */
  dispose(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    process.off('exit', this.#onExit)
    for (const fd of this.fds) closeSync(fd)
    this.#remove()
  }

  #remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

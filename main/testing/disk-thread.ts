import fs from 'node:fs'
import { workerData } from 'node:worker_threads'
import { serveDisks } from '../threads/serve-disks.ts'
import type { DiskThreadData } from '../threads/serve-disks.ts'

/** A disk that breaks after a while. */
let left = 20

serveDisks(workerData as DiskThreadData, {
  fdatasyncSync(fd) {
    if (--left === 0) throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' })
    fs.fdatasyncSync(fd)
  },
})

import fs from 'node:fs'
import { workerData } from 'node:worker_threads'
import { serveDisks } from './serve-disks.ts'
import type { DiskThreadData } from './serve-disks.ts'

serveDisks(workerData as DiskThreadData, fs)

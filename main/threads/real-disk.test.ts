import fs from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Agenda } from '../../shared/base/agenda.ts'
import { Rng } from '../../shared/base/rng.ts'
import { FORGOTTEN } from '../../shared/simulator/disk.ts'
import { EVENT } from '../../shared/simulator/events.ts'
import { roleProtocol } from '../../shared/testing/role-protocol.ts'
import { compileDistribution } from '../../shared/topology/distributions.ts'
import { DiskWords, diskMemory } from './disk-words.ts'
import { Disks } from './disks.ts'
import { RealDisk, recover } from './real-disk.ts'
import type { DiskFs, ReplicaFile } from './real-disk.ts'

/** A disk whose thread is played by the test: `sync(ms)` says that it took so long. */
function setup(overrides: Partial<DiskFs> = {}) {
  const agenda = new Agenda()
  const words = new DiskWords(diskMemory(2))
  let requests = 0
  const file: ReplicaFile = {
    place: 1,
    name: 'r2',
    fd: disks.fds[1],
    words,
    fs: { ...fs, ...overrides },
    rng: Rng.stream(1, 'test'),
    onRequest: () => requests++,
  }
  const disk = new RealDisk(agenda, file)
  return {
    agenda,
    disk,
    file,
    sync: (ms: number) => words.done(1, ms * 1e6),
    requests: () => requests,
    /** Takes the next event off the agenda: when it was for, and the writes that were flushed. */
    flushed: () => {
      if (!agenda.next()) return null
      expect([agenda.kind, agenda.a, agenda.c]).toEqual([EVENT.flushed, 1, 5])
      return [agenda.nowNs / 1e6, disk.flushed().map(({ writeId }) => writeId)]
    },
    size: () => fs.fstatSync(disks.fds[1]).size,
  }
}

const EPOCH = 5
let disks: Disks
beforeEach(() => (disks = new Disks(2)))
afterEach(() => disks.dispose())

test('group commit: what is written while a sync runs goes with the next', () => {
  const { agenda, disk, sync, requests, flushed, size } = setup()
  for (const id of [1, 2]) disk.write({ shard: 0, writeId: id, record: [id, id], life: 0 }, EPOCH)
  expect([disk.instant, requests(), size()]).toEqual([false, 0, 0])
  disk.turn()
  expect(requests()).toBe(1)
  const first = size()
  expect(first).toBeGreaterThan(0)
  disk.write({ shard: 0, writeId: 3, record: [3, 3], life: 0 }, EPOCH)
  disk.turn()
  // Nothing more is asked of the disk before it has answered.
  expect([requests(), size(), disk.hasEnded]).toEqual([1, first, false])
  agenda.nowNs = 2e6
  sync(0.5)
  expect(disk.hasEnded).toBe(true)
  disk.turn()
  expect(flushed()).toEqual([2, [1, 2]])
  disk.turn()
  expect(requests()).toBe(2)
  sync(0.5)
  disk.turn()
  expect(flushed()).toEqual([2.5, [3]])
  disk.turn()
  expect([requests(), flushed()]).toEqual([2, null])
})

test('a flush ends when the disk has answered, and no sooner than a slow disk would have let it', () => {
  const { agenda, disk, sync, flushed } = setup()
  agenda.nowNs = 10e6
  disk.write({ shard: 0, writeId: 1, record: [1, 1], life: 0 }, EPOCH)
  disk.turn()
  // In a world that is slowed down its clock has hardly moved when the disk answers.
  agenda.nowNs = 10.1e6
  sync(4)
  disk.turn()
  expect(flushed()).toEqual([14, [1]])
  const modelled = disk.fsync
  disk.setFsync(compileDistribution(30))
  disk.write({ shard: 0, writeId: 2, record: [2, 2], life: 0 }, EPOCH)
  disk.turn()
  sync(4)
  disk.turn()
  expect(flushed()).toEqual([44, [2]])
  disk.setFsync(modelled)
  disk.write({ shard: 0, writeId: 3, record: [3, 3], life: 0 }, EPOCH)
  disk.turn()
  sync(1)
  disk.turn()
  expect(flushed()).toEqual([45, [3]])
})

test('a crash loses what no sync has covered; a restart finds the rest', () => {
  const { disk, file, sync } = setup()
  disk.write({ shard: 0, writeId: 1, record: [1, 11], life: 0 }, EPOCH)
  disk.write({ shard: 2, writeId: 2, record: [2, 22], life: 0 }, EPOCH)
  disk.turn()
  sync(1)
  disk.turn()
  disk.flushed()
  disk.write({ shard: 0, writeId: 3, record: [1, 33], life: 0 }, EPOCH)
  disk.turn()
  disk.write({ shard: 0, writeId: 4, record: [1, 44], life: 0 }, EPOCH)
  disk.crash()
  sync(1)
  expect(recover(file, roleProtocol)).toEqual([
    [1, 0, new Map([[1, 11]])],
    [1, 2, new Map([[2, 22]])],
  ])
})

test('a shard that moved away is not found again, and one that came back only with what came after', () => {
  const { disk, file, sync } = setup()
  disk.write({ shard: 0, writeId: 1, record: [1, 11], life: 0 }, EPOCH)
  disk.write({ shard: 2, writeId: 1, record: [2, 22], life: 1 }, EPOCH)
  disk.write({ shard: 0, writeId: -1, record: FORGOTTEN, life: 0 }, EPOCH)
  disk.write({ shard: 2, writeId: -1, record: FORGOTTEN, life: 1 }, EPOCH)
  disk.write({ shard: 2, writeId: 1, record: [3, 33], life: 2 }, EPOCH)
  disk.turn()
  sync(1)
  disk.crash()
  expect(recover(file, roleProtocol)).toEqual([[1, 2, new Map([[3, 33]])]])
})

test('what had reached the disk stays, even if the process did not live to hear of it', () => {
  const { disk, file, sync } = setup()
  disk.write({ shard: 0, writeId: 1, record: [1, 11], life: 0 }, EPOCH)
  disk.turn()
  sync(1)
  disk.crash()
  expect(recover(file, roleProtocol)).toEqual([[1, 0, new Map([[1, 11]])]])
  // The next life goes on behind it.
  const next = new RealDisk(new Agenda(), file)
  next.write({ shard: 0, writeId: 1, record: [9, 99], life: 1 }, EPOCH)
  next.turn()
  sync(1)
  next.crash()
  expect(recover(file, roleProtocol)[0][2]).toEqual(
    new Map([
      [1, 11],
      [9, 99],
    ]),
  )
})

test('a torn tail is cut off, so that what comes after it can be read', () => {
  const { disk, file, sync, size } = setup()
  disk.write({ shard: 0, writeId: 1, record: [1, 11], life: 0 }, EPOCH)
  disk.turn()
  sync(1)
  const whole = size()
  fs.writeSync(file.fd, Buffer.from('torn'))
  expect(recover(file, roleProtocol)).toEqual([[1, 0, new Map([[1, 11]])]])
  expect(size()).toBe(whole)
})

test('a file system that takes and gives little at a time is asked again', () => {
  const { disk, file, sync } = setup({
    writeSync: (fd, bytes) => fs.writeSync(fd, bytes.subarray(0, 3)),
    readSync: (fd, bytes, offset, length, position) =>
      fs.readSync(fd, bytes, offset, Math.min(length, 5), position),
  })
  disk.write({ shard: 0, writeId: 1, record: [1, 11], life: 0 }, EPOCH)
  disk.turn()
  sync(1)
  expect(recover(file, roleProtocol)).toEqual([[1, 0, new Map([[1, 11]])]])
})

test.each([
  ['a full disk', { writeSync: failing('ENOSPC: no space left on device, write') }, 'ENOSPC: no space left'],
  ['one that cannot shrink', { ftruncateSync: failing('EIO: i/o error, ftruncate') }, 'EIO: i/o error'],
  ['one that cannot be read', { readSync: failing('EIO: i/o error, read') }, 'EIO: i/o error'],
])('%s is named with its replica', (_, overrides, reason) => {
  const { disk, file } = setup(overrides)
  const use = () => {
    disk.write({ shard: 0, writeId: 1, record: [1, 11], life: 0 }, EPOCH)
    disk.turn()
    if ('ftruncateSync' in overrides) disk.crash()
    file.words.done(1, 1)
    recover(file, roleProtocol)
  }
  expect(use).toThrow(`the disk of r2 failed: ${reason}`)
})

function failing(message: string): () => never {
  return () => {
    throw new Error(message)
  }
}

test('files lie in a folder of their own, which is gone when nobody needs it', () => {
  const { folder } = disks
  expect(path.dirname(folder)).toBe(tmpdir())
  expect(fs.readdirSync(folder)).toEqual(['0.log', '1.log'])
  const listeners = process.listenerCount('exit')
  disks.dispose()
  disks.dispose()
  expect(fs.existsSync(folder)).toBe(false)
  expect(process.listenerCount('exit')).toBe(listeners - 1)
})

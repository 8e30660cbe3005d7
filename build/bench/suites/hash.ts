import { createHash } from 'node:crypto'
import { utf8Bytes } from '../../../shared/base/hash.ts'
import { crc16 } from '../../../shared/partitioning/hashes/crc16.ts'
import { fnv1a32, fnv1a64 } from '../../../shared/partitioning/hashes/fnv1a.ts'
import { md5 } from '../../../shared/partitioning/hashes/md5.ts'
import { murmur3x64 } from '../../../shared/partitioning/hashes/murmur3.ts'
import { xxhash64 } from '../../../shared/partitioning/hashes/xxhash64.ts'
import { jumpHash } from '../../../shared/partitioning/jump.ts'
import { placement } from '../../../shared/plan/placement.ts'
import { replicaOf, topologyOf } from '../../../shared/testing/topologies.ts'
import type { PartitioningSpec } from '../../../shared/topology/types.ts'
import { keyNameOf } from '../../../shared/workload/key-names.ts'
import { medianSeconds } from '../figure.ts'
import type { Report, Suite } from '../figure.ts'

const NAMES = 4096
const SCHEMES: PartitioningSpec['scheme'][] = [
  'range',
  'hash',
  'slots',
  'consistent-hashing',
  'rendezvous',
  'jump',
]

/** Where keys go: hashing their names (23 octets, as YCSB has them), and finding the shard of a key number by each scheme. */
export const hashSuite: Suite = {
  name: 'hash',
  summary: 'hashing key names, and finding the shard of a key',
  run(quick, report) {
    hashes(quick, report)
    schemes(quick, report)
  },
}

function hashes(quick: boolean, report: Report): void {
  const hashed = quick ? 200_000 : 2_000_000
  const nameOf = keyNameOf({ kind: 'mix' })
  const names = Array.from({ length: NAMES }, (_, key) => utf8Bytes(nameOf(key)))
  const out = new Uint32Array(4)
  let sink = 0
  const rateOf = (hash: (bytes: Uint8Array) => number, count = hashed): number => {
    const loop = (): void => {
      for (let at = 0; at < count; at++) sink = (sink + hash(names[at & (NAMES - 1)])) | 0
    }
    return count / medianSeconds(loop) / 1e6
  }
  const written =
    (hash: (bytes: Uint8Array, length: number, to: Uint32Array) => void) => (bytes: Uint8Array) => {
      hash(bytes, bytes.length, out)
      return out[0]
    }
  const simplest = {
    name: 'FNV-1a in 32 bits: a multiplication per octet',
    value: 0,
    measured: 'in this run' as const,
  }
  simplest.value = rateOf((bytes) => fnv1a32(bytes, bytes.length))
  const against = (name: string, value: number): void =>
    report({ name, value, unit: 'M/s', reference: simplest, ratio: value / simplest.value })
  against('FNV-1a, 64 bits', rateOf(written(fnv1a64)))
  against(
    'CRC-16',
    rateOf((bytes) => crc16(bytes, 0, bytes.length)),
  )
  against(
    "MurmurHash3 x64_128, Cassandra's tail",
    rateOf(written((bytes, length, to) => murmur3x64(bytes, length, true, to))),
  )
  against('XXH64', rateOf(written(xxhash64)))
  const platform = rateOf((bytes) => createHash('md5').update(bytes).digest()[0], hashed / 10)
  const ours = rateOf(written(md5))
  report({
    name: 'MD5',
    value: ours,
    unit: 'M/s',
    reference: {
      name: "the platform's (OpenSSL), one call per name",
      value: platform,
      measured: 'in this run',
    },
    ratio: ours / platform,
  })
  const jumps =
    hashed /
    medianSeconds(() => {
      for (let at = 0; at < hashed; at++) sink = (sink + jumpHash(at, Math.imul(at, 0x9e3779b1), 100)) | 0
    })
  report({ name: 'jump hash, 100 buckets', value: jumps / 1e6, unit: 'M/s', note: `checksum ${sink & 7}` })
}

/** With the name made each time, as a run does once per key. */
function schemes(quick: boolean, report: Report): void {
  const keys = quick ? 20_000 : 200_000
  const replicas = Array.from({ length: 12 }, (_, index) =>
    replicaOf(`r${index}`, { zone: 'abc'[index % 3] }),
  )
  const nameOf = keyNameOf({ kind: 'mix' })
  let sink = 0
  const names =
    keys /
    medianSeconds(() => {
      for (let key = 0; key < keys; key++) sink += nameOf(key).length
    })
  for (const scheme of SCHEMES) {
    const shards = scheme === 'rendezvous' ? 1024 : 48
    const { ownerOf } = placement(
      topologyOf({ replicas, partitioning: { scheme, shards, virtualNodes: 64 } }),
    )
    const rate =
      keys /
      medianSeconds(() => {
        for (let key = 0; key < keys; key++) sink += ownerOf(key)
      })
    report({
      name: `shard of a key, ${scheme}`,
      value: rate / 1e6,
      unit: 'M/s',
      reference: { name: 'making the name alone', value: names / 1e6, measured: 'in this run' },
      ratio: rate / names,
      note: `checksum ${sink % 10}`,
    })
  }
}

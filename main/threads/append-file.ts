import { deserialize, serialize } from 'node:v8'
import { crc32 } from 'node:zlib'

/**
 * A replica's real disk: a file to which records are appended. Each has its length and a checksum in front, both over
 * length and content, so that what a crash tore is told from what was written whole, zeros included; the file
 * ends with the last record that is.
 */

/** Length and checksum, four bytes each, little-endian. */
const HEAD_BYTES = 8

/** One record of one of the replica's shards. */
export interface DiskRecord {
  shard: number
  record: unknown
}

/** Records as bytes, in order. */
export function encodeRecords(records: readonly DiskRecord[]): Buffer {
  return Buffer.concat(
    records.flatMap(({ shard, record }) => {
      const content = serialize([shard, record])
      const head = Buffer.alloc(HEAD_BYTES)
      head.writeUInt32LE(content.length, 0)
      head.writeUInt32LE(checksum(head, content), 4)
      return [head, content]
    }),
  )
}

/** The records up to the first that is not whole, and how many bytes they take. */
export function decodeRecords(bytes: Buffer): { records: DiskRecord[]; wholeBytes: number } {
  const records: DiskRecord[] = []
  let at = 0
  while (bytes.length - at > HEAD_BYTES) {
    const head = bytes.subarray(at, at + HEAD_BYTES)
    const end = at + HEAD_BYTES + head.readUInt32LE(0)
    if (end > bytes.length) break
    const content = bytes.subarray(at + HEAD_BYTES, end)
    if (head.readUInt32LE(4) !== checksum(head, content)) break
    const [shard, record] = deserialize(content) as [number, unknown]
    records.push({ shard, record })
    at = end
  }
  return { records, wholeBytes: at }
}

function checksum(head: Buffer, content: Buffer): number {
  return crc32(content, crc32(head.subarray(0, 4)))
}

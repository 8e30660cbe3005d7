/** CRC-16/XMODEM: polynomial x^16 + x^12 + x^5 + 1 (0x1021), begins at 0, nothing reflected. The CRC of Redis Cluster. */

const TABLE = Uint16Array.from({ length: 256 }, (_, octet) => {
  let crc = octet << 8
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1
  return crc
})

export function crc16(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0
  for (let i = from; i < to; i++) crc = ((crc << 8) & 0xffff) ^ TABLE[(crc >>> 8) ^ bytes[i]]
  return crc
}

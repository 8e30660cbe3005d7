/** Addresses per block. A block holds so many words at most, or one longer row. */
const BLOCK = 1 << 20

/** What one check may hold in tables, in 32-bit words: about 1.4 GiB. */
export const WORDS_MAX = 375_000_000

/** Rows of unsigned 32-bit words of different lengths, never freed. An address is `block * BLOCK + offset`. */
export class WordArena {
  private readonly blocks: Uint32Array[] = []
  private room = 256
  private used = 256
  /** Words handed out in blocks so far. */
  words = 0

  /** Stores the first `length` words and returns their address, or −1 if they are all zero and take no room. */
  put(words: Uint32Array, length: number): number {
    let some = 0
    for (let i = 0; i < length; i++) some |= words[i]
    return some === 0 ? -1 : this.copy(words.subarray(0, length))
  }

  private copy(words: Uint32Array): number {
    if (this.used + words.length > this.room) {
      // Blocks double, so that a small check takes little.
      this.room = Math.max(words.length, Math.min(BLOCK, this.room * 2))
      this.blocks.push(new Uint32Array(this.room))
      this.words += this.room
      this.used = 0
    }
    const at = (this.blocks.length - 1) * BLOCK + this.used
    this.blocks[this.blocks.length - 1].set(words, this.used)
    this.used += words.length
    return at
  }

  /** The block and offset of an address that is not −1, for loops. */
  blockAt(at: number): Uint32Array {
    return this.blocks[Math.floor(at / BLOCK)]
  }

  offsetAt(at: number): number {
    return at % BLOCK
  }

  get(at: number, index: number): number {
    return at < 0 ? 0 : this.blocks[Math.floor(at / BLOCK)][(at % BLOCK) + index]
  }

  set(at: number, index: number, word: number): void {
    this.blocks[Math.floor(at / BLOCK)][(at % BLOCK) + index] = word
  }
}

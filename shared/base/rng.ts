/** Interface only for now: implementation follows in this file. */
export declare class Rng {
  static stream(seed: number, name: string): Rng
  u32(): number
  uniform(): number
  below(n: number): number
  chancePpm(ppm: number): boolean
  between(min: number, max: number): number
}

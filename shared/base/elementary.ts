/**
 * Logarithms, exponentials and powers from + - * / and `Math.fround` (all exactly rounded), so that every engine
 * computes the same bits. Imported through `math.ts`.
 *
 * Methods and polynomial coefficients are fdlibm's:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro. Permission to use, copy,
 * modify, and distribute this software is freely granted, provided that this notice is preserved.
 */
import { assert } from './assert.ts'

const f64 = new Float64Array(1)
const u32 = new Uint32Array(f64.buffer)
f64[0] = 1
assert(u32[1] === 0x3ff00000, 'doubles are read as little-endian words')

/**
 * POWER_OF_TWO[1074 + k] is 2^k, subnormals included. A product with it is exact, or rounded once where the result is
 * subnormal. The usual way, writing a new exponent into half of a double, stalls the processor's store buffer.
 */
const POWER_OF_TWO = new Float64Array(1074 + 1024)
for (let k = 0, power = 1; k < 1024; k++, power *= 2) POWER_OF_TWO[1074 + k] = power
for (let k = 1, power = 0.5; k <= 1074; k++, power /= 2) POWER_OF_TWO[1074 - k] = power

const NORMAL_MIN = 2.2250738585072014e-308
const TWO_54 = 18014398509481984

const LN2_HI = 6.9314718036912381649e-1
const LN2_LO = 1.90821492927058770002e-10
const LG1 = 6.66666666666673513e-1
const LG2 = 3.999999999940941908e-1
const LG3 = 2.857142874366239149e-1
const LG4 = 2.222219843214978396e-1
const LG5 = 1.818357216161805012e-1
const LG6 = 1.531383769920937332e-1
const LG7 = 1.479819860511658591e-1

/** Natural logarithm, error below 1 ulp. log(0) is -Infinity, log of a negative number NaN. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN
  if (x === Infinity) return x
  let k = -1023
  if (x < NORMAL_MIN) {
    k = -1077
    x *= TWO_54
  }
  // x = 2^k (1 + f), 1 + f between sqrt(1/2) and sqrt(2): the addend carries into the exponent from sqrt(2) on.
  f64[0] = x
  const exponent = ((u32[1] + 0x95f64) >>> 20) - 1023
  k += exponent + 1023
  const f = x * POWER_OF_TWO[1074 - exponent] - 1
  // log(1 + f) = 2 atanh(s), an odd series in s.
  const s = f / (2 + f)
  const z = s * s
  const w = z * z
  const r = w * (LG2 + w * (LG4 + w * LG6)) + z * (LG1 + w * (LG3 + w * (LG5 + w * LG7)))
  const half = 0.5 * f * f
  return k * LN2_HI - (half - (s * (half + r) + k * LN2_LO) - f)
}

// 1/ln 2 in two parts, the upper of 24 bits.
const INV_LN2_HI = 1.44269502162933349609
const INV_LN2_LO = 1.92596299112661746887e-8

/** Logarithm to base 2, error below 1 ulp, exact for powers of two. */
export function log2(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN
  if (x === Infinity) return x
  let k = -1023
  if (x < NORMAL_MIN) {
    k = -1077
    x *= TWO_54
  }
  f64[0] = x
  const exponent = ((u32[1] + 0x95f64) >>> 20) - 1023
  k += exponent + 1023
  const f = x * POWER_OF_TWO[1074 - exponent] - 1
  const s = f / (2 + f)
  const z = s * s
  const w = z * z
  const r = w * (LG2 + w * (LG4 + w * LG6)) + z * (LG1 + w * (LG3 + w * (LG5 + w * LG7)))
  const half = 0.5 * f * f
  // The logarithm in two parts, the upper of 24 bits, so that its product with the upper part of 1/ln 2 is exact.
  const high = Math.fround(f - half)
  const low = f - high - half + s * (half + r)
  const product = high * INV_LN2_HI
  const sum = k + product
  return k - sum + product + ((low + high) * INV_LN2_LO + low * INV_LN2_HI) + sum
}

/** log(1 + x) without the loss near zero, error below 2 ulp. */
export function log1p(x: number): number {
  if (x > -0.25 && x < 0.375) {
    const s = x / (2 + x)
    const z = s * s
    const w = z * z
    const r = w * (LG2 + w * (LG4 + w * LG6)) + z * (LG1 + w * (LG3 + w * (LG5 + w * LG7)))
    const half = 0.5 * x * x
    return x - (half - s * (half + r))
  }
  const u = 1 + x
  if (!(u > 0) || u === Infinity) return log(u)
  // What rounding took from 1 + x comes back as a first-order correction.
  return log(u) + (x > 1 ? 1 - (u - x) : x - (u - 1)) / u
}

const INV_LN2 = 1.442695040888963387
const P1 = 1.66666666666666019037e-1
const P2 = -2.77777777770155933842e-3
const P3 = 6.61375632143793436117e-5
const P4 = -1.6533902205465251539e-6
const P5 = 4.13813679705723846039e-8

/** e^x, error below 1 ulp; Infinity above 709.78, 0 below -745.13. */
export function exp(x: number): number {
  if (!(x >= -745.13321910194110842)) return x !== x ? x : 0
  if (x > 709.782712893383973096) return Infinity
  // x = k ln 2 + (high - low), the remainder at most half of ln 2.
  const k = (INV_LN2 * x + (x < 0 ? -0.5 : 0.5)) | 0
  const high = x - k * LN2_HI
  const low = k * LN2_LO
  const t = high - low
  const tt = t * t
  const c = t - tt * (P1 + tt * (P2 + tt * (P3 + tt * (P4 + tt * P5))))
  return scale(1 - (low - (t * c) / (2 - c) - high), k)
}

/** y 2^k for y near one and any k from -1075 to 1024. */
function scale(y: number, k: number): number {
  if (k > 1023) return y * 2 * POWER_OF_TWO[2097]
  if (k < -1074) return y * 0.5 * POWER_OF_TWO[0]
  return y * POWER_OF_TWO[1074 + k]
}

/** e^x - 1 without the loss near zero, error below 2 ulp. */
export function expm1(x: number): number {
  if (!(x > -37 && x < 37)) return exp(x) - 1
  // As exp, but the kernel's 1 and the final -1 meet as 1 - 2^-k, which is exact.
  const k = (INV_LN2 * x + (x < 0 ? -0.5 : 0.5)) | 0
  const high = x - k * LN2_HI
  const low = k * LN2_LO
  const t = high - low
  const tt = t * t
  const c = t - tt * (P1 + tt * (P2 + tt * (P3 + tt * (P4 + tt * P5))))
  const kernel = high - (low - (t * c) / (2 - c))
  return k === 0 ? kernel : (kernel + (1 - POWER_OF_TWO[1074 - k])) * POWER_OF_TWO[1074 + k]
}

const L1 = 5.99999999999994648725e-1
const L2 = 4.28571428578550184252e-1
const L3 = 3.33333329818377432918e-1
const L4 = 2.72728123808534006489e-1
const L5 = 2.30660745775561754067e-1
const L6 = 2.06975017800338417784e-1
// 2/(3 ln 2), log2(3/2) and ln 2, each with an upper part of at most 24 bits.
const CP = 9.61796693925975554329e-1
const CP_HI = 9.61796700954437255859e-1
const CP_LO = -7.02846165095275826516e-9
const LOG2_3_2_HI = 5.84962487220764160156e-1
const LOG2_3_2_LO = 1.35003920212974897128e-8
const LN2 = 6.93147180559945286227e-1
const LN2_24 = 6.93147182464599609375e-1
const LN2_24_LO = -1.90465429995776804525e-9

/** x^y, error below 1 ulp, special cases as in ECMAScript (so 1^Infinity and (-1)^Infinity are NaN). */
export function pow(x: number, y: number): number {
  if (x > 0 && x < Infinity && x !== 1 && y > -1e19 && y < 1e19 && y !== 0) return powPositive(x, y)
  if (y === 0) return 1
  if (x !== x || y !== y) return NaN
  const magnitude = x < 0 ? -x : x
  if (y === Infinity || y === -Infinity) {
    if (magnitude === 1) return NaN
    return magnitude > 1 === y > 0 ? Infinity : 0
  }
  const integer = y % 1 === 0
  if (x < 0 && x !== -Infinity && !integer) return NaN
  const negative = x < 0 || (x === 0 && 1 / x < 0)
  let result: number
  if (magnitude === 1) result = 1
  else if (magnitude === 0 || magnitude === Infinity) result = (magnitude === 0) === y < 0 ? Infinity : 0
  else if (y <= -1e19 || y >= 1e19) result = magnitude > 1 === y > 0 ? Infinity : 0
  else result = powPositive(magnitude, y)
  return negative && integer && y % 2 !== 0 ? -result : result
}

/** x^y for finite x > 0 and |y| < 1e19: 2^(y log2 x), the logarithm kept in two doubles. */
function powPositive(x: number, y: number): number {
  let n = -1023
  if (x < NORMAL_MIN) {
    n = -1077
    x *= TWO_54
  }
  // x = 2^n a, and a is compared with 1 or 3/2, whichever is nearer in ratio.
  f64[0] = x
  const bits = u32[1]
  const mantissa = bits & 0xfffff
  const up = mantissa >= 0xbb67a ? 1 : 0
  const exponent = (bits >>> 20) - 1023 + up
  n += exponent + 1023
  const a = x * POWER_OF_TWO[1074 - exponent]
  const near1 = up === 1 || mantissa <= 0x3988e
  const base = near1 ? 1 : 1.5
  const baseHi = near1 ? 0 : LOG2_3_2_HI
  const baseLo = near1 ? 0 : LOG2_3_2_LO

  // s = (a - base) / (a + base) in two parts; `fround` makes upper parts whose products are exact.
  const u = a - base
  const v = 1 / (a + base)
  const s = u * v
  const sHi = Math.fround(s)
  const tHi = Math.fround(a + base)
  const tLo = a - (tHi - base)
  const sLo = v * (u - sHi * tHi - sHi * tLo)
  // log(a / base) = (2/3) (3 s + s^3 (1 + ...)).
  const ss = s * s
  const r = ss * ss * (L1 + ss * (L2 + ss * (L3 + ss * (L4 + ss * (L5 + ss * L6))))) + sLo * (sHi + s)
  const squareHi = sHi * sHi
  const cubicHi = Math.fround(3 + squareHi + r)
  const cubicLo = r - (cubicHi - 3 - squareHi)
  const p = sHi * cubicHi
  const q = sLo * cubicHi + cubicLo * s
  const pHi = Math.fround(p + q)
  const pLo = q - (pHi - p)
  const zHi = CP_HI * pHi
  const zLo = CP_LO * pHi + pLo * CP + baseLo
  const logHi = Math.fround(zHi + zLo + baseHi + n)
  const logLo = zLo - (logHi - n - baseHi - zHi)

  const yHi = Math.fround(y)
  const low = (y - yHi) * logHi + y * logLo
  const high = yHi * logHi
  const z = low + high
  if (z >= 1024) {
    // 8.00…e-17 is 1024 - log2(largest double + half an ulp): what still rounds down to a finite result.
    if (z > 1024 || low + 8.0085662595372944372e-17 > z - high) return Infinity
  } else if (z <= -1075) {
    if (z < -1075 || low <= z - high) return 0
  }
  // 2^z: the integer part scales, the rest goes through the kernel of exp.
  const k = Math.floor(z + 0.5)
  const rest = high - k
  const t = Math.fround(low + rest)
  const wHi = t * LN2_24
  const wLo = (low - (t - rest)) * LN2 + t * LN2_24_LO
  const w = wHi + wLo
  const tail = wLo - (w - wHi)
  const ww = w * w
  const c = w - ww * (P1 + ww * (P2 + ww * (P3 + ww * (P4 + ww * P5))))
  return scale(1 - ((w * c) / (c - 2) - (tail + w * tail) - w), k)
}

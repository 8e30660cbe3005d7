/**
 * The normal distribution's functions with the same bits on every engine. Imported through `math.ts`.
 *
 * erf and erfc use fdlibm's rational approximations:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro. Permission to use, copy,
 * modify, and distribute this software is freely granted, provided that this notice is preserved.
 */
import { exp, log } from './elementary.ts'

/** Polynomials as coefficient lists, constant term first. */
type Coefficients = readonly number[]

function horner(x: number, coefficients: Coefficients): number {
  let sum = coefficients[coefficients.length - 1]
  for (let i = coefficients.length - 2; i >= 0; i--) sum = sum * x + coefficients[i]
  return sum
}

// erf(x) = x + x P(x²)/Q(x²) below 0.84375.
const NEAR_P: Coefficients = [
  1.28379167095512558561e-1, -3.2504210724700149937e-1, -2.84817495755985104766e-2,
  -5.77027029648944159157e-3, -2.37630166566501626084e-5,
]
const NEAR_Q: Coefficients = [
  1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3,
  1.32494738004321644526e-4, -3.9602282787753681232e-6,
]
// erf(x) = 0.845… + P(x - 1)/Q(x - 1) from there to 1.25.
const ERF_AT_1 = 8.45062911510467529297e-1
const MIDDLE_P: Coefficients = [
  -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1,
  3.18346619901161753674e-1, -1.10894694282396677476e-1, 3.54783043256182359371e-2, -2.166375594868790843e-3,
]
const MIDDLE_Q: Coefficients = [
  1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2,
  1.26171219808761642112e-1, 1.36370839120290507362e-2, 1.1984499846799107417e-2,
]
// erfc(x) = exp(-x² - 0.5625 + P(1/x²)/Q(1/x²)) / x, in two ranges that meet at 1/0.35.
const TAIL_P: Coefficients = [
  -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1,
  -6.23753324503260060396e1, -1.62396669462573470355e2, -1.84605092906711035994e2, -8.12874355063065934246e1,
  -9.81432934416914548592,
]
const TAIL_Q: Coefficients = [
  1, 1.96512716674392571292e1, 1.376577541435190426e2, 4.34565877475229228821e2, 6.45387271733267880336e2,
  4.29008140027567833386e2, 1.08635005541779435134e2, 6.57024977031928170135, -6.04244152148580987438e-2,
]
const FAR_P: Coefficients = [
  -9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1,
  -1.60636384855821916062e2, -6.37566443368389627722e2, -1.02509513161107724954e3, -4.83519191608651397019e2,
]
const FAR_Q: Coefficients = [
  1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3, 3.19985821950859553908e3,
  2.55305040643316442583e3, 4.74528541206955367215e2, -2.24409524465858183362e1,
]

/** erfc of x ≥ 1.25. */
function erfcTail(x: number): number {
  if (x > 27.3) return 0
  const s = 1 / (x * x)
  const ratio = x < 1 / 0.35 ? horner(s, TAIL_P) / horner(s, TAIL_Q) : horner(s, FAR_P) / horner(s, FAR_Q)
  // x² in two parts, the upper exact, lest its rounding error grow by x² in the exponential.
  const z = Math.fround(x)
  return (exp(-z * z - 0.5625) * exp((z - x) * (z + x) + ratio)) / x
}

/** The error function, error below 1 ulp. */
export function erf(x: number): number {
  if (x !== x) return x
  const ax = x < 0 ? -x : x
  if (ax < 0.84375) {
    const z = x * x
    return x + x * (horner(z, NEAR_P) / horner(z, NEAR_Q))
  }
  const magnitude =
    ax < 1.25 ? ERF_AT_1 + horner(ax - 1, MIDDLE_P) / horner(ax - 1, MIDDLE_Q) : ax < 6 ? 1 - erfcTail(ax) : 1
  return x < 0 ? -magnitude : magnitude
}

/** 1 - erf(x), accurate in the far tail, where it is 0 from 27.3 on. */
export function erfc(x: number): number {
  if (x !== x) return x
  if (x < 0.84375) return x < 0.25 ? 1 - erf(x) : 0.5 - (x - 0.5 + (erf(x) - x))
  if (x < 1.25) return 1 - ERF_AT_1 - horner(x - 1, MIDDLE_P) / horner(x - 1, MIDDLE_Q)
  return erfcTail(x)
}

/** P(Z ≤ z) of the standard normal distribution. */
export function normalCdf(z: number): number {
  return 0.5 * erfc(-z * Math.SQRT1_2)
}

// Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37 (1988), PPND16.
const CENTRE_P: Coefficients = [
  3.387132872796366608, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
  4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
]
const CENTRE_Q: Coefficients = [
  1, 4.2313330701600911252e1, 6.871870074920579083e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
  3.930789580009271061e4, 2.8729085735721942674e4, 5.226495278852854561e3,
]
const SIDE_P: Coefficients = [
  1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
  1.27045825245236838258, 2.4178072517745061177e-1, 2.27238449892691845833e-2, 7.7454501427834140764e-4,
]
const SIDE_Q: Coefficients = [
  1, 2.05319162663775882187, 1.6763848301838038494, 6.8976733498510000455e-1, 1.4810397642748007459e-1,
  1.51986665636164571966e-2, 5.475938084995344946e-4, 1.05075007164441684324e-9,
]
const EXTREME_P: Coefficients = [
  6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 2.9656057182850489123e-1,
  2.6532189526576123093e-2, 1.2426609473880784386e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
]
const EXTREME_Q: Coefficients = [
  1, 5.9983220655588793769e-1, 1.3692988092273580531e-1, 1.48753612908506148525e-2, 7.868691311456132591e-4,
  1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
]

/** The z with P(Z ≤ z) = p, to about 1 part in 10^16; ±Infinity at 1 and 0, NaN outside. */
export function normalQuantile(p: number): number {
  const q = p - 0.5
  if (q >= -0.425 && q <= 0.425) {
    const r = 0.180625 - q * q
    return (q * horner(r, CENTRE_P)) / horner(r, CENTRE_Q)
  }
  const tail = q < 0 ? p : 1 - p
  if (!(tail > 0)) return tail === 0 ? (q < 0 ? -Infinity : Infinity) : NaN
  const r = Math.sqrt(-log(tail))
  const z =
    r <= 5
      ? horner(r - 1.6, SIDE_P) / horner(r - 1.6, SIDE_Q)
      : horner(r - 5, EXTREME_P) / horner(r - 5, EXTREME_Q)
  return q < 0 ? -z : z
}

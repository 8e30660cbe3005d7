import { describe, expect, test } from 'vitest'
import { erf, erfc, exp, expm1, log, log1p, log2, normalCdf, normalQuantile, pow } from './math.ts'
import { Rng } from './rng.ts'

const view = new DataView(new ArrayBuffer(8))

/** Doubles as integers in their order, so that neighbours differ by one. */
function ordinal(x: number): bigint {
  view.setFloat64(0, x)
  const bits = view.getBigInt64(0)
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits
}

function ulps(a: number, b: number): number {
  if (Object.is(a, b)) return 0
  if (Number.isNaN(a) || Number.isNaN(b)) return Infinity
  const d = ordinal(a) - ordinal(b)
  return Number(d < 0n ? -d : d)
}

/** Largest distance from the platform's function, with the argument where it occurs. */
function worst(
  f: (x: number) => number,
  reference: (x: number) => number,
  xs: number[],
): { ulps: number; at: number } {
  let result = { ulps: 0, at: NaN }
  for (const x of xs) {
    const d = ulps(f(x), reference(x))
    if (d > result.ulps) result = { ulps: d, at: x }
  }
  return result
}

const rng = Rng.stream(1, 'math')
const randomBits = (): number => {
  view.setUint32(0, rng.u32())
  view.setUint32(4, rng.u32())
  return view.getFloat64(0)
}
/** Even in [min, max); bounds that are no dyadic fractions leave no low bits zero. */
const spread = (n: number, min: number, max: number): number[] =>
  Array.from({ length: n }, () => min + (max - min) * rng.uniform())
/** Every magnitude of double, subnormals included. */
const anyPositive = Array.from({ length: 20_000 }, randomBits)
  .map(Math.abs)
  .filter((x) => x > 0 && x < Infinity)
const nearOne = [
  ...spread(20_000, 0.4, 2.5),
  ...spread(2_000, 1 - 1e-9, 1 + 1e-9),
  1 - 2 ** -53,
  1 + 2 ** -52,
]

describe('against the platform, which is itself off by up to 1 ulp', () => {
  const positive = [...anyPositive, ...nearOne, 5e-324, 2.2250738585072014e-308, Number.MAX_VALUE]
  const cases: [string, (x: number) => number, (x: number) => number, number[]][] = [
    ['log', log, Math.log, positive],
    ['log2', log2, Math.log2, positive],
    [
      'log1p',
      log1p,
      Math.log1p,
      [...anyPositive, ...spread(20_000, -0.9999, 3.1), ...spread(5_000, -1e-3, 1e-3), 1e-300, -1e-300, -0],
    ],
    [
      'exp',
      exp,
      Math.exp,
      [...spread(30_000, -745.9, 709.9), ...spread(20_000, -2.1, 1.9), 1e-300, -1e-300, 5e-324],
    ],
    [
      'expm1',
      expm1,
      Math.expm1,
      [...spread(20_000, -40.1, 39.9), ...spread(20_000, -1.1, 0.9), 1e-300, -1e-20, -0],
    ],
  ]
  test.each(cases)('%s', (name, f, reference, xs) => {
    const found = worst(f, reference, xs)
    expect(found.ulps, `at ${found.at}`).toBeLessThanOrEqual(name === 'expm1' ? 2 : 1)
  })

  test('pow, 60,000 pairs', () => {
    let most = 0
    let at = ''
    const check = (x: number, y: number): void => {
      const d = ulps(pow(x, y), Math.pow(x, y))
      if (d > most) {
        most = d
        at = `${x}, ${y}`
      }
    }
    for (let i = 0; i < 20_000; i++) {
      const x = anyPositive[i % anyPositive.length]
      check(x, (rng.uniform() * 2 - 1) * (700 / Math.max(1, Math.abs(Math.log(x)))))
      check(nearOne[i], (rng.uniform() * 2 - 1) * 749.9)
      check(rng.uniform(), -1 / (0.5 + 10 * rng.uniform()))
    }
    for (let n = -60; n <= 60; n++) for (const x of [-2.5, -1, 2, 3, 10, 0.1]) check(x, n)
    expect(most, at).toBeLessThanOrEqual(1)
  })
})

describe('special values', () => {
  const odd = [0, -0, 1, -1, 0.5, -0.5, 2, 3, -3, 5e-324, 1e308, 1e-308, 2 ** 53, -(2 ** 53) + 1, 1e20, -1e20]
  const values = [...odd, Infinity, -Infinity, NaN]
  const pairs: [string, (x: number) => number, (x: number) => number][] = [
    ['log', log, Math.log],
    ['log2', log2, Math.log2],
    ['log1p', log1p, Math.log1p],
    ['exp', exp, Math.exp],
    ['expm1', expm1, Math.expm1],
  ]
  test.each(pairs)('%s', (_, f, reference) => {
    for (const x of values) expect([x, ulps(f(x), reference(x)) <= 1]).toEqual([x, true])
    for (const x of [0, -0, Infinity, -Infinity, NaN, -5])
      if (!Number.isFinite(reference(x)) || reference(x) === 0) expect(f(x)).toBe(reference(x))
  })

  test('pow, every pair', () => {
    for (const x of values)
      for (const y of values) expect([x, y, ulps(pow(x, y), Math.pow(x, y)) <= 1]).toEqual([x, y, true])
  })

  test('exact where the result is exact', () => {
    for (let k = -1074; k <= 1023; k++) expect(log2(2 ** k)).toBe(k)
    for (let k = -1074; k <= 1023; k++) expect(pow(2, k)).toBe(2 ** k)
    for (let n = 0; n <= 33; n++) expect(pow(3, n)).toBe(Number(3n ** BigInt(n)))
    expect(exp(0)).toBe(1)
    expect(log(1)).toBe(0)
    expect(ulps(exp(1), Math.E)).toBeLessThanOrEqual(1)
    expect(log(2)).toBe(Math.LN2)
  })

  test('overflow and underflow at the published thresholds', () => {
    expect(exp(709.7827128933841)).toBe(Infinity)
    expect(exp(709.782712893383973)).toBe(1.7976931348622732e308)
    expect(exp(-745.1332191019411)).toBe(5e-324)
    expect(exp(-745.1332191019412)).toBe(0)
  })
})

describe('normal distribution', () => {
  test('normalQuantile has the three values printed with AS241', () => {
    expect(normalQuantile(0.25)).toBeCloseTo(-0.6744897501960817, 15)
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167814, 14)
    expect(normalQuantile(1e-20)).toBeCloseTo(-9.262340089798408, 13)
  })

  // Computed with 50 digits (mpmath).
  test.each([
    [0.02, -2.053748910631823],
    [0.07, -1.4757910281791706],
    [0.3, -0.5244005127080408],
    [0.6, 0.2533471031357997],
    [0.9, 1.2815515655446006],
    [0.975, 1.9599639845400538],
    [0.999, 3.090232306167813],
    [0.0001, -3.7190164854556804],
    [1e-7, -5.1993375821928165],
    [1e-11, -6.706023155495136],
    [1e-15, -7.941345326170997],
    [1e-50, -14.933337534788489],
    [1e-300, -37.0470962993612],
  ])('normalQuantile(%d)', (p, expected) => {
    expect(Math.abs(normalQuantile(p) / expected - 1)).toBeLessThan(1e-15)
  })

  test('normalQuantile at its ends and middle', () => {
    expect([0, 0.5, 1].map(normalQuantile)).toEqual([-Infinity, 0, Infinity])
    expect([-0.1, 1.1, NaN].map(normalQuantile)).toEqual([NaN, NaN, NaN])
  })

  // Computed with 30 digits (mpmath).
  test.each([
    [1e-300, 1.1283791670955126e-300, 1.0],
    [1e-9, 1.1283791670955127e-9, 0.9999999988716208],
    [0.1, 0.1124629160182849, 0.887537083981715],
    [0.25, 0.27632639016823696, 0.7236736098317631],
    [0.3, 0.3286267594591274, 0.6713732405408726],
    [0.5, 0.5204998778130465, 0.4795001221869535],
    [0.8, 0.7421009647076605, 0.2578990352923395],
    [0.84375, 0.7672256612323416, 0.23277433876765838],
    [0.9, 0.7969082124228322, 0.20309178757716786],
    [1.0, 0.8427007929497149, 0.15729920705028513],
    [1.2, 0.9103139782296353, 0.08968602177036464],
    [1.25, 0.9229001282564583, 0.07709987174354177],
    [1.5, 0.9661051464753108, 0.033894853524689274],
    [2.0, 0.9953222650189527, 0.004677734981047266],
    [2.7, 0.9998656672600594, 0.0001343327399405242],
    [2.857142857142857, 0.9999466876886117, 5.3312311388322795e-5],
    [3.0, 0.9999779095030014, 2.209049699858544e-5],
    [4.0, 0.9999999845827421, 1.541725790028002e-8],
    [5.5, 0.9999999999999927, 7.357847917974398e-15],
    [6.0, 1.0, 2.1519736712498913e-17],
    [8.0, 1.0, 1.1224297172982926e-29],
    [15.0, 1.0, 7.212994172451207e-100],
    [26.0, 1.0, 5.663192408856143e-296],
    [5.3, 0.9999999999999338, 6.613081850340811e-14],
    [10.7, 1.0, 9.94923478511827e-52],
    [25.3, 1.0, 2.293036860845902e-280],
  ])('erf(%d)', (x, expected, complement) => {
    expect(ulps(erf(x), expected)).toBeLessThanOrEqual(2)
    expect(ulps(erf(-x), -expected)).toBeLessThanOrEqual(2)
    expect(ulps(erfc(x), complement)).toBeLessThanOrEqual(4)
  })

  test('normalCdf undoes normalQuantile', () => {
    for (const p of [1e-300, 1e-20, 1e-6, 0.01, 0.2, 0.5, 0.77, 0.999]) {
      expect(Math.abs(normalCdf(normalQuantile(p)) / p - 1)).toBeLessThan(2e-13)
    }
  })
})

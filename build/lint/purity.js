/**
 * What `shared/` may not use, as options of ESLint's own rules: whatever would let two runs of one plan differ, between
 * machines, engines, locales or moments, and whatever belongs to one environment alone.
 */

const CLOCK = 'shared/ has no clock: time comes in as an argument.'
const TIMER = 'shared/ has no timers: ask for one with an effect.'
const ENVIRONMENT = 'shared/ knows no environment: take what you need as an argument.'
const SYNC = 'shared/ is synchronous: nothing there waits.'
const LOCALE = 'results must not depend on the locale.'
const MATH =
  'only those Math functions that the standard defines to the last bit; use shared/base/math.ts (or Rng for random numbers).'

const globals = (names, message) => names.map((name) => ({ name, message }))

export const RESTRICTED_GLOBALS = [
  ...globals(['Date', 'performance', 'Temporal'], CLOCK),
  ...globals(
    [
      'setTimeout',
      'setInterval',
      'setImmediate',
      'clearTimeout',
      'clearInterval',
      'clearImmediate',
      'queueMicrotask',
      'requestAnimationFrame',
    ],
    TIMER,
  ),
  ...globals(
    [
      'process',
      'globalThis',
      'global',
      'window',
      'self',
      'document',
      'navigator',
      'Buffer',
      'require',
      'fetch',
    ],
    ENVIRONMENT,
  ),
  ...globals(['console'], 'shared/ prints nothing: return what there is to say.'),
  ...globals(['crypto'], 'random numbers come from a seeded, named stream: see shared/base/rng.ts.'),
  ...globals(['Promise'], SYNC),
  ...globals(['Intl'], LOCALE),
  ...globals(['WeakRef', 'FinalizationRegistry'], 'what the garbage collector does differs from run to run.'),
  ...globals(['eval', 'Function'], 'no code is made from text.'),
]

export const RESTRICTED_PROPERTIES = [
  ...['localeCompare', 'toLocaleString', 'toLocaleLowerCase', 'toLocaleUpperCase'].map((property) => ({
    property,
    message: LOCALE,
  })),
]

/** Functions and constants of Math that every engine computes alike. */
const EXACT_MATH =
  '/^(abs|ceil|clz32|floor|fround|imul|max|min|round|sign|sqrt|trunc|E|LN10|LN2|LOG10E|LOG2E|PI|SQRT1_2|SQRT2)$/'

export const RESTRICTED_SYNTAX = [
  { selector: `MemberExpression[object.name='Math'][property.name!=${EXACT_MATH}]`, message: MATH },
  { selector: "MemberExpression[object.name='Math'][computed=true]", message: MATH },
  { selector: ":not(MemberExpression, TSTypeQuery) > Identifier[name='Math']", message: MATH },
  // A power of two as a literal is exact everywhere.
  { selector: "BinaryExpression[operator='**']:not([left.value=2][right.type='Literal'])", message: MATH },
  { selector: "AssignmentExpression[operator='**=']", message: MATH },
  {
    selector: 'ForInStatement',
    message: 'for-in walks inherited names in an order of its own; use Object.keys.',
  },
  { selector: ':function[async=true]', message: SYNC },
  { selector: 'AwaitExpression', message: SYNC },
  { selector: 'ForOfStatement[await=true]', message: SYNC },
  { selector: 'ImportExpression', message: SYNC },
]

import * as v from 'valibot'
import { DEFAULTS } from '../defaults.ts'
import { LIMITS } from '../limits.ts'
import { described, fields, flag, number } from './blocks.ts'

/** When ranges split, and merge, while a run goes on. */
export const split = described(
  fields({
    byLoadPerS: v.exactOptional(
      number(
        'Requests per second beyond which a range splits, at the key that halves its load, if there is one. CockroachDB ' +
          'takes 2,500, TiKV 3,000 (1,500 when that began).',
        { min: 1, max: LIMITS.ratePerS },
      ),
    ),
    byBytes: v.exactOptional(
      number(
        'Size of all values beyond which a range splits in the middle. CockroachDB takes 512 MiB, TiKV 144 MiB (384 since ' +
          '8.4), HBase 10 GiB.',
        { min: 1, max: Number.MAX_SAFE_INTEGER, integer: true, unit: 'bytes' },
      ),
    ),
    byKeys: v.exactOptional(
      number('Number of keys beyond which a range splits in the middle. TiKV takes 1,440,000.', {
        min: 1,
        max: LIMITS.keys,
        integer: true,
      }),
    ),
    mergeBelow: v.exactOptional(
      number(
        'Neighbours merge that make no more together than this share of every limit that is stated. Left out: none does. ' +
          'Half a limit is what CockroachDB allows of load.',
        { min: 0, max: 0.5, above: true },
      ),
    ),
    checkEveryMs: v.exactOptional(
      number(
        'How often ranges are looked at; loads are means over such a time. Ten seconds, unless stated, as in CockroachDB and TiKV.',
        { min: 10, max: LIMITS.durationMs, unit: 'ms' },
      ),
      DEFAULTS.split.checkEveryMs,
    ),
    rangesMax: v.exactOptional(
      number('Ranges that a run may have, those included that have merged.', {
        min: 1,
        max: LIMITS.shards,
        integer: true,
      }),
      DEFAULTS.split.rangesMax,
    ),
    moveLeaders: v.exactOptional(
      flag(
        'Leadership of ranges moves to less busy replicas of theirs, while one place serves a tenth more than the mean.',
      ),
      DEFAULTS.split.moveLeaders,
    ),
  }),
  {
    help:
      'Of `range`, with a strategy that can: when ranges split, and merge again, while the run goes on. At least one of the ' +
      'limits is stated.',
  },
)

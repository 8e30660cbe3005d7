const VOID = new Set(['meta', 'input', 'br'])

/** Element names in order of opening; throws where tags do not nest. */
export function elements(html: string): string[] {
  const open: string[] = []
  const seen: string[] = []
  const body = html.replace('<!doctype html>', '').replace(/<style>[^<]*<\/style>/, '')
  for (const tag of body.matchAll(
    /<(\/?)([a-z0-9]+)((?:\s+[a-z-]+(?::[a-z]+)?(?:="[^"<>]*")?)*)\s*(\/?)>|</gi,
  )) {
    const [whole, slash, name] = tag as unknown as [string, string | undefined, string | undefined]
    if (name === undefined) throw new Error(`stray < before ${body.slice(tag.index, tag.index + 60)}`)
    if (slash === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing at ${tag.index}`)
    } else {
      seen.push(name)
      if (!VOID.has(name) && !whole.endsWith('/>')) open.push(name)
    }
  }
  if (open.length > 0) throw new Error(`left open: ${open.join(' ')}`)
  return seen
}

/** What a page may be made of: nothing that runs, loads or leads elsewhere. */
export const ALLOWED = new Set(
  (
    'html head meta title style body div header p fieldset legend label input h1 h2 h3 strong main section table caption thead ' +
    'tbody tr th td span dl dt dd figure figcaption details summary pre footer svg desc rect path text title defs pattern'
  ).split(' '),
)

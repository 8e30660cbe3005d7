import { escapeHtml } from '../../escape.ts'
import { styleSheet } from './style.ts'

/** No script, nothing fetched: a page opens the same in ten years, from a mail or a wiki. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

/** A whole self-contained page around `body`, which is HTML; `rules` are CSS beyond the common style. */
export function wholePage(title: string, body: string, rules = ''): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>
${styleSheet()}${rules}</style>
</head>
<body>
<div class="page">
${body}
</div>
</body>
</html>
`
}

/** Three buttons that choose the colours without a script. */
export function themeSwitch(): string {
  const options = (['auto', 'light', 'dark'] as const).map(
    (theme) =>
      `<label><input type="radio" name="theme" id="theme-${theme}"${theme === 'auto' ? ' checked' : ''}>${
        theme.charAt(0).toUpperCase() + theme.slice(1)
      }</label>`,
  )
  return `<fieldset class="theme"><legend class="unseen">Colours</legend>${options.join('')}</fieldset>`
}

import { paletteCss } from '../../palette.ts'

/**
 * The page's style sheet. Light or dark follows the reader's system, or the three buttons at the top, which need no
 * script; print is always light.
 */
export function styleSheet(): string {
  return `${paletteCss()}\n${RULES}`
}

const RULES = `
:root:has(#theme-light:checked){color-scheme:light}
:root:has(#theme-dark:checked){color-scheme:dark}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:14px/1.5 -apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;font-variant-numeric:tabular-nums}
.page{max-width:1176px;margin:0 auto;padding:28px 24px 40px}
h1,h2,h3,p,dl,dd,figure{margin:0}
h1{font-size:28px;line-height:1.2;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere;text-wrap:balance}
h2{font-size:17px;line-height:1.3;font-weight:650;margin:36px 0 10px}
h3{font-size:14px;line-height:1.35;font-weight:650;overflow-wrap:anywhere}
.lead{color:var(--muted);max-width:108ch;margin:-4px 0 12px}
header{display:grid;grid-template-columns:1fr auto;gap:6px 24px;align-items:start}
.kicker{color:var(--muted);font-size:13px}
.verdict{grid-column:1/-1;font-size:16px;line-height:1.55;max-width:96ch;margin-top:8px;text-wrap:pretty}
.theme{display:flex;border:1px solid var(--line);border-radius:7px;overflow:hidden;background:var(--card);padding:0;margin:0;font-size:12px;color:var(--muted)}
.theme label{position:relative;padding:4px 10px;cursor:pointer}
.theme label+label{border-left:1px solid var(--line)}
.theme input{position:absolute;opacity:0;pointer-events:none}
.theme label:has(:checked){background:var(--sunken);color:var(--ink)}
.theme label:has(:focus-visible){outline:2px solid var(--read);outline-offset:-2px}
.card,.scroll{background:var(--card);border:1px solid var(--line);border-radius:10px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13px}
th,td{padding:6px 14px;text-align:left;vertical-align:baseline;font-weight:400}
tbody tr+tr>*{border-top:1px solid var(--grid)}
thead th{color:var(--muted);font-size:12px;border-bottom:1px solid var(--line);white-space:nowrap}
tbody th,td{overflow-wrap:break-word}
.num{text-align:right;white-space:nowrap}
.quiet{color:var(--muted)}
.chip{display:inline-block;white-space:nowrap;font-weight:600}
.good{color:var(--met)}.bad{color:var(--error)}.open{color:var(--candidate)}
.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:1px;background:var(--line);border:1px solid var(--line);border-radius:10px;overflow:hidden}
.tile{background:var(--card);padding:14px 16px 13px;display:flex;flex-direction:column}
.tile dt{color:var(--muted);font-size:13px}
.tile .value{font-size:27px;line-height:1.25;font-weight:600;letter-spacing:-.015em}
.tile .unit{font-size:14px;font-weight:400;color:var(--muted);letter-spacing:0}
.tile .meaning{color:var(--muted);font-size:12px;line-height:1.4;margin-top:2px}
.swatch{display:inline-block;width:9px;height:9px;border-radius:2px;margin-right:6px}
.pair{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:16px}
.stack .pair,.pair:has(.settings){align-items:start}
.wide{grid-template-columns:minmax(0,1fr)}
figure{padding:14px 16px 12px;min-width:0}
figure svg{display:block;width:100%;height:auto}
.drawing{margin:10px -4px 6px}
.topology{overflow-x:auto;padding:0}
.topology svg{margin:0 auto;max-width:var(--natural);min-width:min(var(--natural),420px)}
figcaption{color:var(--muted);font-size:12.5px;line-height:1.45;text-wrap:pretty}
.void{display:grid;place-items:center;min-height:180px;margin:10px 0 6px;border:1px dashed var(--line);border-radius:8px;color:var(--muted);padding:24px;text-align:center}
details{margin-top:8px}
summary{cursor:pointer;color:var(--muted);font-size:12.5px;width:fit-content}
summary:hover{color:var(--ink)}
summary:focus-visible{outline:2px solid var(--read);outline-offset:2px;border-radius:3px}
details .scroll{margin-top:8px;max-height:380px;overflow:auto}
details table{font-size:12px}
details th,details td{padding:3px 10px}
.settings{padding:4px 16px}
.settings div{display:grid;grid-template-columns:112px minmax(0,1fr);gap:2px 12px;padding:7px 0}
.settings div+div{border-top:1px solid var(--grid)}
.settings dt{color:var(--muted);font-size:13px;overflow-wrap:anywhere}
.settings dd{overflow-wrap:anywhere}
.settings .meaning{grid-column:2;color:var(--muted);font-size:12.5px;line-height:1.45}
.settings details{margin:0 0 8px}
.stack>*+*{margin-top:12px}
.note{color:var(--muted);font-size:13px;max-width:108ch}
pre{margin:0;padding:10px 14px;background:var(--sunken);border-radius:8px;font:12px/1.5 ui-monospace,'SF Mono',Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
footer{margin-top:40px;padding-top:14px;border-top:1px solid var(--line);color:var(--muted);font-size:12.5px}
footer pre{color:var(--ink);margin:6px 0}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (max-width:860px){.pair{grid-template-columns:minmax(0,1fr)}.tiles{grid-template-columns:repeat(2,1fr)}}
@media (max-width:560px){
.page{padding:18px 14px 32px}
header{grid-template-columns:1fr}
.theme{justify-self:start;margin-bottom:6px}
h1{font-size:23px}
.verdict{font-size:15px}
figure{padding:12px 8px 10px}
figure>h3,figcaption,figure details{padding:0 6px}
.drawing{margin:8px 0 4px}
.tile{padding:11px 12px}
.tile .value{font-size:23px}
th,td{padding:6px 10px}
.settings div{grid-template-columns:minmax(0,1fr);gap:0}
.settings .meaning{grid-column:1}
}
@media print{
:root,:root:has(#theme-dark:checked){color-scheme:light}
@page{margin:14mm}
body{background:none;font-size:11px}
.page{max-width:none;padding:0}
.theme,summary,details:not([open]){display:none}
.card,.scroll,.tiles{break-inside:avoid}
tr,figure,.tile{break-inside:avoid}
h2,h3{break-after:avoid}
.pair{grid-template-columns:1fr 1fr}
.pair.wide{grid-template-columns:1fr}
.tiles{grid-template-columns:repeat(4,1fr)}
.scroll,.topology{overflow:visible}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`

/** The style of a report: both themes by the reader's system, figures and tables that keep their form on paper. */
import { SERIES_COLOURS } from '../../../shared/app/series-look.ts';

const series = (theme: 'light' | 'dark'): string =>
  SERIES_COLOURS.map((colour, i) => `--s${i}:${colour[theme]}`).join(';');

const LIGHT = `--ground:#fff;--soft:#f3f5f8;--ink:#17202b;--faint:#5c6778;--line:#c3cad3;--accent:#1d5fb8;--good:#14713d;--bad:#b3261e;${series('light')}`;
const DARK = `--ground:#14191f;--soft:#1f262f;--ink:#e8ecf1;--faint:#9aa6b4;--line:#435061;--accent:#6ba8f5;--good:#5ccb8b;--bad:#ff8a80;${series('dark')}`;

/** The style sheet. No font is loaded: those named are the systems' own, for Chinese and formulas too. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){@media screen{:root{${DARK}}}}
*{box-sizing:border-box}
body{margin:0 auto;padding:32px 24px 64px;max-width:1200px;background:var(--ground);color:var(--ink);overflow-wrap:break-word;
font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC","WenQuanYi Zen Hei",sans-serif;font-variant-numeric:tabular-nums}
math{font-family:"STIX Two Math","Cambria Math","Latin Modern Math",math}
h1{margin:0 0 4px;font-size:26px;line-height:1.2}
h2{margin:40px 0 10px;padding-bottom:4px;border-bottom:1px solid var(--line);font-size:19px}
h3{margin:22px 0 8px;font-size:15px}
h4,h5,h6{margin:14px 0 4px;font-size:14px}
p{margin:0 0 8px;max-width:85ch}
a{color:var(--accent)}
code,pre,.mono{font-family:ui-monospace,"SF Mono","Cascadia Mono",Menlo,"DejaVu Sans Mono","Liberation Mono",monospace;font-size:12px}
pre{margin:0 0 8px;padding:10px 12px;background:var(--soft);border-radius:4px;white-space:pre-wrap;overflow-wrap:anywhere}
.faint{color:var(--faint)}
.small{font-size:12px}
.said{font-size:15px}
nav ul{display:flex;flex-wrap:wrap;gap:2px 18px;margin:14px 0 0;padding:0;list-style:none}
.scroll{overflow-x:auto}
table{border-collapse:collapse;margin:0 0 10px}
th,td{padding:4px 12px 4px 0;border-top:1px solid var(--line);text-align:left;vertical-align:top}
thead th{border-top:0;color:var(--faint);font-weight:500}
tbody th{font-weight:500}
.figures td,.figures thead th:not(:first-child){text-align:right}
.figures td{white-space:nowrap}
.figures thead th{vertical-align:bottom}
.figures th[scope=row]{min-width:120px}
.figures td.words,.figures thead th.words:not(:first-child){text-align:left;white-space:normal}
.figures.many .versus{white-space:normal;word-break:keep-all}
.versus{display:block;font-size:11px;color:var(--faint)}
.versus.marked{color:var(--ink);font-weight:600}
.notes{margin:0 0 10px;padding-left:18px;font-size:12px;color:var(--faint)}
.legend{display:flex;flex-wrap:wrap;gap:2px 20px;margin:0 0 8px;padding:0;list-style:none}
.legend svg{vertical-align:middle;margin-right:6px}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(480px,100%),1fr));gap:18px 24px}
figure{margin:0;min-width:0;break-inside:avoid}
figcaption{font-weight:600;margin-bottom:2px}
.chart{display:block;width:100%;height:auto;max-width:760px}
.group{margin-top:18px;padding-top:12px;border-top:1px solid var(--line)}
.asked{display:flex;flex-wrap:wrap;gap:16px}
.asked img{max-width:280px;max-height:280px;border:1px solid var(--line);background:#fff}
.asked>div{flex:1 1 320px;min-width:0}
.response{margin:12px 0;padding:2px 0 2px 14px;border-left:3px solid var(--line);break-inside:avoid-page}
.response.right{border-color:var(--good)}
.response.wrong{border-color:var(--bad)}
.response>header{font-size:12px;color:var(--faint)}
.right>header b{color:var(--good)}
.wrong>header b{color:var(--bad)}
.text p{max-width:95ch}
@page{margin:16mm 14mm}
@media print{body{max-width:none;padding:0;font-size:10pt}.scroll{overflow:visible}.figures{font-size:8pt;width:100%}.figures td{white-space:normal}.figures th[scope=row]{min-width:0;overflow-wrap:anywhere}nav{display:none}
h2,h3{break-after:avoid}tr,.legend{break-inside:avoid}.charts{grid-template-columns:1fr 1fr}a{color:inherit}
th,td{padding-right:8px}}
`;

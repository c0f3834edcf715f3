import { timelineCss } from '../svg/timeline.ts';

/** Styles of the evidence page: readable on a phone (rows become cards) and on A4. No external fonts, no dark mode. */
export const evidenceCss = `
*{box-sizing:border-box}
:root{--ink:#1d2530;--soft:#566172;--line:#d9dde3;--good:#14693a;--bad:#a51d17;--open:#7a4a00}
body{margin:0 auto;max-width:1000px;padding:0 28px 48px;color:var(--ink);background:#fff;font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
h1{margin:0;font-size:30px;line-height:1.2}h2{margin:40px 0 10px;padding-bottom:5px;border-bottom:1px solid var(--line);font-size:20px}h3{margin:20px 0 8px;font-size:15px}
p{margin:8px 0}small{color:var(--soft);font-size:.87em}.anywhere{overflow-wrap:anywhere}code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em;overflow-wrap:anywhere}
pre{padding:10px 12px;background:#f4f5f7;border:1px solid var(--line);border-radius:6px;white-space:pre-wrap}
.simulated{margin:0 -28px;padding:9px 28px;color:#000;background:repeating-linear-gradient(45deg,#ffe08a 0 14px,#ffd257 14px 28px);border-bottom:2px solid #000;font-size:14px}.simulated strong{margin-right:8px;letter-spacing:.08em}
header{margin:0 -28px;padding:26px 28px 22px;border-bottom:1px solid var(--line);border-left:8px solid var(--open);background:#f9fafb}header.good{border-left-color:var(--good)}header.bad{border-left-color:var(--bad)}
.what{margin:0 0 4px;color:var(--soft)}.verdict{margin:10px 0 2px;font-size:25px;font-weight:700;letter-spacing:.02em;color:var(--open)}.good .verdict{color:var(--good)}.bad .verdict{color:var(--bad)}.reason{margin:0;max-width:46em;font-size:16px}
.cards{display:grid;grid-template-columns:repeat(4,1fr);gap:12px;margin-top:18px}.card{padding:11px 14px;background:#fff;border:1px solid var(--line);border-radius:8px}.card h3{margin:0;color:var(--soft);font-size:13px;font-weight:600}.card p{margin:2px 0;font-size:13px}.card .value{font-size:21px;font-weight:700;line-height:1.3}
.tag{display:inline-block;padding:0 7px;border:1px solid var(--soft);border-radius:10px;color:var(--soft);font-size:12.5px;font-weight:600;line-height:1.5;white-space:nowrap}.tag.good{color:var(--good);border-color:var(--good);background:#eef8f1}.tag.bad{color:var(--bad);border-color:var(--bad);background:#fdf0ef}.tag.open{color:var(--open);border-color:var(--open);background:#fff7e6}
dl{margin:8px 0;display:grid;gap:3px}dl div{display:grid;grid-template-columns:190px 1fr;gap:14px}dt{color:var(--soft)}dd{margin:0;min-width:0}
table{width:100%;margin:10px 0;border-collapse:collapse;font-size:14px}th{padding:5px 10px 5px 0;border-bottom:2px solid var(--line);color:var(--soft);font-size:12.5px;text-align:left}td{padding:6px 10px 6px 0;border-bottom:1px solid var(--line);vertical-align:top;font-variant-numeric:tabular-nums}
article{margin:16px 0;padding:2px 16px 10px;border:1px solid var(--line);border-radius:8px}.question{font-size:16px}.note,.none{color:var(--soft)}del{color:var(--bad)}ins{color:var(--good);text-decoration:none;font-weight:600}
details{margin:14px 0}summary{cursor:pointer}
.narrow{display:none}.legend{color:var(--soft);font-size:13px}.took{white-space:nowrap}.legend span{margin-right:12px}.key{display:inline-block;width:22px;height:10px;margin:0 3px 0 0;border-radius:2px}.key.lost{background:#c77700}.key.clock{background:#1d2530}.key.work{background:#2f6fb3}.key.failed{background:#b3261e}.key.running{background:#8fb4db}.key.waiting{border:1px solid #6b4fa0;background:repeating-linear-gradient(45deg,#6b4fa0 0 3px,#fff 3px 6px)}
footer{margin-top:40px;padding-top:10px;border-top:1px solid var(--line);color:var(--soft);font-size:13px}
${timelineCss}
@media (max-width:640px){
body{padding:0 16px 32px;font-size:15px}.simulated,header{margin:0 -16px;padding-left:16px;padding-right:16px}h1{font-size:24px}.cards{grid-template-columns:1fr 1fr}.wide{display:none}.narrow{display:block}
dl div{grid-template-columns:1fr;gap:0}dl{gap:7px}
table,tbody,tr,td{display:block;width:100%}thead{display:none}tr{padding:7px 0;border-bottom:1px solid var(--line)}td{padding:1px 0;border:0}td:empty{display:none}td::before{content:attr(data-label) ": ";color:var(--soft)}
td:first-child{font-weight:600}td:first-child::before{content:none}
}
@media print{
@page{size:A4;margin:14mm}
body{max-width:none;padding:0;font-size:10.5pt}header,.simulated{margin:0}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
h2,h3{break-after:avoid}tr,article.finding,.timeline,.card{break-inside:avoid}table{font-size:9pt}thead{display:table-header-group}
}`;

// The start page's only style sheet. Its hash is in the content security policy, so no other style
// can be added to the page. On a narrow screen each row of a table becomes a list of named values,
// so that nothing has to be scrolled sideways.

export const STYLES = `
:root { color-scheme: light dark; --line: #d8dee6; --soft: #55636f; --card: #ffffff;
  --page: #f4f6f9; --text: #17202b; --good: #0f7352; --bad: #b8321f; --busy: #8a5700;
  --accent: #2457c5; --inset: #f4f6f9; }
@media (prefers-color-scheme: dark) { :root { --line: #2b3543; --soft: #9dabbc; --card: #161d27;
  --page: #0e131a; --text: #e6ebf2; --good: #3fc492; --bad: #ff8776; --busy: #f0b44c;
  --accent: #8db1ff; --inset: #0e131a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); overflow-wrap: anywhere;
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
header, main, footer { max-width: 1080px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 32px; display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; }
h1 { margin: 0; font-size: 28px; letter-spacing: -0.02em; }
header p { margin: 0; color: var(--soft); }
header .clock { margin-left: auto; font-size: 13px; font-variant-numeric: tabular-nums; }
.good { color: var(--good); }
.bad { color: var(--bad); }
.busy { color: var(--busy); }
h2 { margin: 32px 0 12px; font-size: 13px; text-transform: uppercase; letter-spacing: 0.08em;
  color: var(--soft); }
h3 { margin: 0; font-size: 18px; line-height: 1.3; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(240px, 1fr)); gap: 12px;
  margin: 0; padding: 0; list-style: none; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  padding: 16px; margin-bottom: 12px; }
.cards .card { display: flex; flex-wrap: wrap; gap: 6px 10px; align-items: center; margin: 0; }
.cards .card .value { flex-basis: 100%; }
.cards strong { font-size: 17px; }
.card.lost { border-color: var(--bad); box-shadow: inset 4px 0 0 var(--bad); }
.id { margin: 0 0 8px; }
.facts { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; margin: 0 0 10px; }
.badge { display: inline-block; padding: 1px 9px; border: 1px solid var(--line);
  border-radius: 99px; font-size: 12px; color: var(--soft); }
.badge.good { color: var(--good); border-color: currentColor; }
.badge.bad { color: var(--bad); border-color: currentColor; }
.badge.busy { color: var(--busy); border-color: currentColor; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th, td { padding: 7px 12px 7px 0; border-top: 1px solid var(--line); text-align: left;
  vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
thead th { border-top: 0; padding-top: 0; font-size: 13px; font-weight: 500; color: var(--soft);
  white-space: nowrap; }
@media (min-width: 761px) {
  .region, .brief, time, td .copy { white-space: nowrap; }
  td .code { white-space: normal; }
}
tbody tr:last-child td { padding-bottom: 0; }
table.replicas { table-layout: fixed; }
.replicas th:nth-child(1) { width: 18%; }
.replicas th:nth-child(2) { width: 13%; }
.replicas th:nth-child(3) { width: 23%; }
.replicas th:nth-child(4) { width: 24%; }
code, pre { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.id code, small { color: var(--soft); font-size: 13px; font-weight: 400; }
td small { display: block; }
.copy { user-select: all; -webkit-user-select: all; cursor: copy; }
.value { display: inline-flex; gap: 4px 8px; align-items: baseline; max-width: 100%; min-width: 0; }
.value .copy { min-width: 0; }
.copier { display: none; flex: none; margin: 0; padding: 1px 8px; border: 1px solid var(--line);
  border-radius: 6px; background: var(--card); color: var(--soft); cursor: pointer;
  font: 12px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.copier:hover, .copier:focus-visible { color: var(--accent); border-color: currentColor; }
.scripted .copier { display: inline-block; }
.command { position: relative; }
.command .copier { position: absolute; top: 8px; right: 8px; }
.scripted .command pre { padding-right: 76px; }
.name { font-weight: 650; color: var(--text); }
.missing { margin: 0 0 12px; color: var(--bad); }
.gone { display: none; color: var(--bad); }
.stale .gone { display: inline; }
.issuer { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; margin: 0 0 16px;
  font-size: 14px; }
.label { color: var(--soft); }
.hint { margin-top: 12px; font-size: 14px; }
.hint summary { cursor: pointer; color: var(--accent); }
.hint .steps { margin-top: 12px; }
.card pre { background: var(--inset); }
.word { white-space: nowrap; }
.code { font-size: 16px; font-weight: 700; letter-spacing: 0.06em; }
pre { margin: 6px 0 14px; padding: 12px 14px; border-radius: 8px; white-space: pre-wrap;
  background: var(--card); border: 1px solid var(--line); }
.steps { margin: 0; padding-left: 20px; }
.empty { margin: 0; padding: 20px 16px; border: 1px dashed var(--line); border-radius: 12px;
  color: var(--soft); text-align: center; }
footer { color: var(--soft); }
progress { display: block; width: 140px; max-width: 100%; accent-color: var(--accent); }
a { color: var(--accent); }
footer { padding-top: 24px; padding-bottom: 32px; font-size: 13px; }
@media (max-width: 760px) {
  header, main, footer { padding-left: 16px; padding-right: 16px; }
  header { padding-top: 20px; }
  header .clock { margin-left: 0; flex-basis: 100%; }
  h2 { margin-top: 24px; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, td { display: block; }
  tr { border-top: 1px solid var(--line); padding: 8px 0; }
  tr:last-child { padding-bottom: 0; }
  td { display: grid; grid-template-columns: 116px minmax(0, 1fr); border: 0;
    padding: 2px 0; white-space: normal; }
  td > * { grid-column: 2; justify-self: start; }
  td::before { content: attr(data-is); grid-column: 1; grid-row: 1; color: var(--soft); }
  td:empty { display: none; }
  tbody tr:first-child { border-top: 0; padding-top: 0; }
  .replicas th, .replicas td { width: auto; }
  .copier { padding: 4px 10px; }
  .command .copier { position: static; margin: -6px 0 14px; }
  .scripted .command pre { padding-right: 14px; }
}
`

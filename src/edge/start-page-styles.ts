// The start page's only style sheet. Its hash is in the content security policy, so no other style
// can be added to the page.

export const STYLES = `
:root { color-scheme: light dark; --line: #d8dee6; --soft: #5c6b7c; --card: #ffffff;
  --page: #f4f6f9; --text: #17202b; --good: #12805c; --bad: #c0392b; --busy: #a66a00;
  --accent: #2457c5; }
@media (prefers-color-scheme: dark) { :root { --line: #2b3543; --soft: #93a1b3; --card: #161d27;
  --page: #0e131a; --text: #e6ebf2; --good: #3fc492; --bad: #ff7b6b; --busy: #f0b44c;
  --accent: #8db1ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
header, main, footer { max-width: 1080px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 32px; }
h1 { margin: 0; font-size: 28px; letter-spacing: -0.02em; }
header p { margin: 4px 0 0; color: var(--soft); }
h2 { margin: 32px 0 12px; font-size: 13px; text-transform: uppercase; letter-spacing: 0.08em;
  color: var(--soft); }
h3 { margin: 0 0 8px; font-size: 17px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(240px, 1fr)); gap: 12px;
  margin: 0; padding: 0; list-style: none; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  padding: 16px; }
.cards .card { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: center; }
.cards .card code { flex-basis: 100%; }
.wide { overflow-x: auto; margin-bottom: 12px; }
.badge { display: inline-block; padding: 1px 9px; border: 1px solid var(--line);
  border-radius: 99px; font-size: 12px; color: var(--soft); white-space: nowrap; }
.badge.good { color: var(--good); border-color: currentColor; }
.badge.bad { color: var(--bad); border-color: currentColor; }
.badge.busy { color: var(--busy); border-color: currentColor; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th, td { padding: 7px 10px 7px 0; border-top: 1px solid var(--line); text-align: left;
  vertical-align: top; }
thead th { border-top: 0; font-weight: 500; color: var(--soft); }
code, pre { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
h3 code, small { color: var(--soft); font-weight: 400; }
.code { font-size: 15px; font-weight: 600; letter-spacing: 0.06em; }
pre { margin: 4px 0 14px; padding: 12px 14px; overflow-x: auto; border-radius: 8px;
  background: var(--card); border: 1px solid var(--line); }
.steps { margin: 0; padding-left: 20px; }
.empty, footer { color: var(--soft); }
progress { width: 140px; accent-color: var(--accent); }
a { color: var(--accent); margin-right: 12px; }
footer { padding-top: 24px; padding-bottom: 32px; font-size: 13px; }
`

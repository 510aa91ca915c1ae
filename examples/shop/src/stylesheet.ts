// How the shop looks, light and dark, on a phone and on a desk.

import { type Html, html } from './html.ts'

export const STYLESHEET: Html = html`
:root {
  color-scheme: light dark;
  --page: #f5f6f8; --card: #fff; --ink: #1b2230; --quiet: #596275; --line: #d9dde5;
  --accent: #2457d6; --accent-ink: #fff; --good: #1a7046; --good-page: #e6f5ec; --bad: #b3261e; --bad-page: #fdecea;
  --note-page: #eef3ff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12151c; --card: #1b202a; --ink: #e7eaf0; --quiet: #a2abbb; --line: #333b49;
    --accent: #8fb1ff; --accent-ink: #0d1730; --good: #7fd6a4; --good-page: #16301f; --bad: #ffaba3; --bad-page: #3a1b19;
    --note-page: #1c2740;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
header, main, footer { max-width: 46rem; margin: 0 auto; padding: 0 1.25rem; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.25rem; min-height: 4rem; padding-block: .75rem; }
header .brand { margin-right: auto; font-weight: 650; font-size: 1.1rem; color: var(--ink); text-decoration: none; }
header .brand::before { content: ""; display: inline-block; width: .7em; height: .7em; margin-right: .5em; border-radius: .2em; background: var(--accent); }
header .who { color: var(--quiet); }
header form { margin: 0; }
@media (max-width: 32rem) { header .brand { flex-basis: 100%; } header .who { margin-left: auto; } }
main { padding-block: 1rem 2rem; }
footer { padding-block: 0 2.5rem; color: var(--quiet); font-size: .875rem; }
h1 { margin: 0 0 .35rem; font-size: 1.7rem; line-height: 1.25; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { margin: 0 0 .25rem; font-size: 1.1rem; }
p { margin: 0 0 1rem; }
.lead { color: var(--quiet); margin-bottom: 1.5rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; margin: 0 0 1rem; overflow-wrap: anywhere; }
.card > :last-child { margin-bottom: 0; }
.columns { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); margin-bottom: 1rem; }
.columns .card { margin: 0; display: flex; flex-direction: column; }
.columns form { margin-top: 1rem; }
.narrow { max-width: 26rem; margin-inline: auto; }
a { color: var(--accent); }
label { display: block; margin: 0 0 .25rem; font-weight: 550; }
.field { margin: 0 0 1rem; }
.hint { color: var(--quiet); font-size: .875rem; margin: .25rem 0 0; }
input:not([type=checkbox]) { width: 100%; padding: .6rem .75rem; font: inherit; color: inherit; background: var(--page); border: 1px solid var(--quiet); border-radius: .5rem; }
input.code { font-size: 1.5rem; letter-spacing: .3em; font-variant-numeric: tabular-nums; }
input[aria-invalid=true] { border-color: var(--bad); }
.check { display: flex; gap: .6rem; align-items: baseline; font-weight: 400; margin: 0 0 1rem; }
.check input { width: 1.1rem; height: 1.1rem; flex: none; transform: translateY(.15rem); accent-color: var(--accent); }
button, .button { display: inline-block; padding: .6rem 1.1rem; font: inherit; font-weight: 600; color: var(--accent-ink); background: var(--accent); border: 1px solid transparent; border-radius: .5rem; cursor: pointer; text-decoration: none; }
button.quiet, .button.quiet { color: var(--ink); background: transparent; border-color: var(--line); font-weight: 500; }
header button.quiet { padding: .3rem .75rem; }
button:hover, .button:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; }
.note, .problem, .decision { border-radius: .5rem; padding: .75rem 1rem; margin: 0 0 1rem; border: 1px solid var(--line); }
.note { background: var(--note-page); }
.problem { background: var(--bad-page); border-color: var(--bad); color: var(--bad); font-weight: 550; }
.decision { background: var(--good-page); }
.decision p { margin: 0; }
.decision .hint { margin-top: .25rem; }
.note > :last-child { margin-bottom: 0; }
code, .secret { font-family: ui-monospace, monospace; font-size: .92em; }
.secret { display: block; padding: .75rem 1rem; background: var(--page); border: 1px dashed var(--quiet); border-radius: .5rem; overflow-wrap: anywhere; }
.note .code-shown { font-size: 1.35rem; font-weight: 650; letter-spacing: .12em; font-variant-numeric: tabular-nums; }
ul.plain { list-style: none; margin: 0; padding: 0; }
ul.plain > li { display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: center; justify-content: space-between; padding: .9rem 0; border-top: 1px solid var(--line); }
ul.plain > li:first-child { border-top: 0; padding-top: 0; }
ul.plain > li:last-child { padding-bottom: 0; }
ul.plain > li > div { flex: 1 1 16rem; }
ul.plain p { margin: 0; }
.hint + .actions, .hint + ul.plain, ul.plain + .actions { margin-top: 1rem; }
ol { margin: 0; padding-left: 1.25rem; }
ol li { margin-bottom: .5rem; }
`

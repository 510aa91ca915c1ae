// Interleaved rounds, medians and ratios: every case runs in every round, so that a machine that drifts drifts for all.

/** @param {{ name: string, run: (n: number) => unknown, count: number }[]} cases  `run` does the work `n` times */
export async function measure(cases, rounds = 9) {
  const samples = new Map(cases.map(({ name }) => [name, []]))
  for (const { run, count } of cases) await run(Math.ceil(count / 4)) // warm
  for (let round = 0; round < rounds; round++) {
    for (const { name, run, count } of cases) {
      const start = performance.now()
      await run(count)
      samples.get(name).push(((performance.now() - start) / count) * 1e6)
    }
  }
  return new Map([...samples].map(([name, values]) => [name, median(values)]))
}

export function median(values) {
  return quantile(values, 0.5)
}

export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]
}

export function table(title, rows) {
  console.log(`\n## ${title}\n`)
  const [first] = rows
  if (first === undefined) return
  const heads = Object.keys(first)
  console.log(`| ${heads.join(' | ')} |\n|${heads.map(() => '---').join('|')}|`)
  for (const row of rows) console.log(`| ${heads.map((head) => row[head]).join(' | ')} |`)
}

export function time(ns) {
  if (ns < 1_000) return `${ns.toFixed(0)} ns`
  return ns < 1e6 ? `${(ns / 1e3).toFixed(2)} µs` : `${(ns / 1e6).toFixed(2)} ms`
}
